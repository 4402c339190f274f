"""What a matter referred to a body outside, or assigned by one, has on file from its first day."""

from typing import Any

from kernel.unit_of_work import UnitOfWork
from routing.handlers.casefile import CaseFile


def new_referral(
    uow: UnitOfWork, case: CaseFile, outside_unit: str, state: str, due_on: str = ""
) -> dict[str, Any]:
    """A row of `referral`: one that begins as `sent` goes out, any other came in."""
    return {
        "case_id": case.case_id,
        "referral_id": uow.new_id(),
        "direction": "out" if state == "sent" else "in",
        "outside_unit": outside_unit,
        "state": state,
        "due_on": due_on,
        "letter_no": "",
        "ends": False,
        "report_owed": False,
        "at": uow.now,
        "received_at": None,
        "answered_at": None,
        "noticed_at": None,
    }
