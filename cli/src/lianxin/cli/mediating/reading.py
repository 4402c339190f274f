"""Reading what mediation keeps of a case, and texts that are too long for a command line."""

from pathlib import Path
from typing import Any

from lianxin.cli.errors import BadInput
from lianxin.cli.session import Session
from lianxin.mediation.v1 import file_pb2


def file_of(session: Session, case_id: str, why: str = "") -> Any:
    """The file of a case; the reading is on record."""
    asked = file_pb2.GetFileRequest(case_id=case_id, why=why)
    return session.ask(session.mediation_file.GetFile(asked)).file


def in_hand(file: Any) -> Any:
    """The version of the agreement in hand; None when there is none."""
    return next((one for one in reversed(file.agreements) if not one.HasField("dropped_at")), None)


def text_from(said: str, file: Path | None, field: str) -> str:
    """What was said, or what stands in a file. Raises BadInput for one that cannot be read."""
    if file is None:
        return said
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise BadInput("FILE_UNREADABLE", field=field, file=file.name) from None


def only(found: list[int], field: str) -> int:
    """The only number there is. Raises BadInput naming those there are."""
    if len(found) != 1:
        raise BadInput("NAME_ONE", field=field, ids_shown=", ".join(map(str, found)))
    return found[0]
