"""The papers of one settled dispute and its whole file (卷宗), written to a folder."""

from pathlib import Path

from lianxin.cli.demo import acts
from lianxin.cli.demo.ledger import Registered
from lianxin.cli.demo.people import Clerk
from lianxin.cli.demo.stage import Stage
from lianxin.intake.v1 import case_file_pb2 as file_pb
from lianxin.intake.v1 import documents_pb2 as pb

COURT = "o-anji-court"
SET: tuple[tuple[str, dict[str, str]], ...] = (
    ("acceptance", {}),
    ("rights_notice", {}),
    ("mediation_record", {}),
    ("agreement", {}),
    ("confirmation_application", {"to": COURT}),
)
"""Kinds of documents with what has to be handed in; the rest comes from the case."""


async def play(stage: Stage, clerk: Clerk, case: Registered) -> None:
    """Made, numbered, bound; every file with its size."""
    screen = stage.screen
    screen.scene("scene.papers")
    folder = stage.world.out / case.case_no
    folder.mkdir()
    for kind, values in SET:
        made = await acts.ask(
            clerk,
            clerk.documents.RenderDocument,
            pb.RenderDocumentRequest(
                case_id=case.case_id,
                kind=kind,
                values=[pb.DocumentValue(name=name, value=text) for name, text in values.items()],
            ),
        )
        _written(stage, folder / f"{kind}.docx", made.document.title, made.data)
    numbered = await acts.ask(
        clerk, clerk.case_file.NumberFile, file_pb.NumberFileRequest(case_id=case.case_id)
    )
    data, pages = await _whole(clerk, case)
    _written(stage, folder / "file.zip", screen.text("papers.file"), data)
    screen.say("papers.done", file_no=numbered.file_no, papers=pages, folder=folder)


async def _whole(clerk: Clerk, case: Registered) -> tuple[bytes, int]:
    """The archive, and how many papers its contents page lists."""
    data, papers = b"", 0
    async for part in clerk.case_file.MakeFile(file_pb.MakeFileRequest(case_id=case.case_id)):
        data += part.data
        papers = papers or len(part.head.items)
    return data, papers


def _written(stage: Stage, file: Path, title: str, data: bytes) -> None:
    file.write_bytes(data)
    stage.screen.say("papers.one", title=title, name=file.name, size=len(data))
