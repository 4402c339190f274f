"""CasePartService: what is mediation's own of it."""

from functools import partial

from kernel.doors import OwnPart, PartServicer, part_served
from kernel.grpc_server import Served
from mediation.desk import Desk
from mediation.handlers.case_ending import ask_ending
from mediation.handlers.case_part import PART
from mediation.handlers.part_export import export_part
from mediation.handlers.part_import import import_part
from mediation.storage.portable import ROWS
from mediation.storage.tables import mediation


def case_part_served(desk: Desk) -> Served:
    """The service with its doors. Mediation numbers no cases and keeps no files."""
    own = OwnPart(
        desk,
        PART,
        numbered=mediation,
        format=ROWS.format,
        export=partial(export_part, office=desk.office),
        take=partial(import_part, office=desk.office),
        ask_ending=partial(ask_ending, office=desk.office),
        written=ROWS.written,
        read=ROWS.read,
    )
    return part_served(PartServicer(own))
