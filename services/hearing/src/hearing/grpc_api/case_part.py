"""CasePartService: what is hearing's own of it."""

from functools import partial

from hearing.desk import Desk
from hearing.handlers.case_ending import ask_ending
from hearing.handlers.case_part import PART
from hearing.handlers.part_export import export_part
from hearing.handlers.part_import import import_part
from hearing.storage.portable import ROWS
from hearing.storage.tables import hearing_file
from kernel.doors import OwnPart, PartServicer, part_served
from kernel.grpc_server import Served


def case_part_served(desk: Desk) -> Served:
    """The service with its doors. Hearing numbers no cases and keeps no files."""
    own = OwnPart(
        desk,
        PART,
        numbered=hearing_file,
        format=ROWS.format,
        export=partial(export_part, office=desk.office),
        take=partial(import_part, office=desk.office),
        ask_ending=ask_ending,
        written=ROWS.written,
        read=ROWS.read,
    )
    return part_served(PartServicer(own))
