"""CasePartService: what is intake's own of it."""

from collections.abc import Iterable
from functools import partial

from intake.convert.parts import part_bytes, part_from
from intake.desk import Desk
from intake.domain.part import FORMAT, Part
from intake.handlers.case_ending import ask_ending
from intake.handlers.case_part import PART
from intake.handlers.part_export import export_part
from intake.handlers.part_import import import_part
from intake.storage.tables import cases
from kernel.doors import OwnPart


def own_part(desk: Desk) -> OwnPart[Part]:
    """Intake's part of a case, with the files that follow it."""
    return OwnPart(
        desk,
        PART,
        numbered=cases,
        format=FORMAT,
        export=partial(export_part, office=desk.office),
        take=partial(import_part, office=desk.office),
        ask_ending=partial(ask_ending, office=desk.office),
        written=part_bytes,
        read=part_from,
        files=_files,
    )


def _files(part: Part) -> Iterable[tuple[str, int]]:
    return ((row["sha256"], row["size"]) for row in part.attachments)
