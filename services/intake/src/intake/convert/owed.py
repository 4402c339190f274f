"""Results owed, and readings, as they are listed."""

from intake.convert.cases import request_messages
from intake.convert.words import ENDING
from intake.domain.words import Ending
from intake.storage.ledgers import Owed
from intake.storage.reading import Row
from intake.vault import Vault
from kernel.instants import stamp
from lianxin.intake.v1 import intake_service_pb2 as pb


def owed_message(owed: Owed, vault: Vault) -> pb.OwedResult:
    """One result with the answers, request by request."""
    row = owed.row
    opened = vault.of_case(owed.key, row["sealed_code_key"])
    return pb.OwedResult(
        case_id=str(row["case_id"]),
        case_no=row["case_no"],
        source_system=row["source_system"] or "",
        source_no=row["source_no"] or "",
        ending=ENDING.number(Ending(row["ending"])),
        ended_at=stamp(row["ended_at"]),
        findings=request_messages(owed.requests, opened),
        reported_back_at=stamp(row["reported_back_at"]),
    )


def read_message(row: Row) -> pb.Read:
    """One reading of personal fields."""
    return pb.Read(
        at=stamp(row["at"]),
        reader=row["caller"],
        unit=row["unit"],
        fields=row["fields"],
        why=row["reason"],
    )
