"""What intake answers when routing asks whether a case may end."""

from intake.domain.case_endings import OnRegister, against, needs_opinion
from intake.domain.words import Identity, Procedure, Purpose
from intake.handlers.acting import Row
from intake.handlers.case_part import PART
from intake.handlers.documents import register
from intake.office import Office
from intake.storage.tables import case_key, case_request, cases, write_grant
from kernel.holding import AskEnding, EndingAnswer, expect_granted
from kernel.unit_of_work import UnitOfWork

OPINION = "opinion"


def ask_ending(uow: UnitOfWork, command: AskEnding, *, office: Office) -> EndingAnswer:
    """Every request without a finding, and a petition's opinion that was not made or served.

    Raises:
        GrantAwaited: the part of the case is still on its way here.
    """
    expect_granted(uow.get(write_grant, case_id=command.case_id), command.epoch)
    row = uow.get(cases, case_id=command.case_id)
    if row is None:
        return EndingAnswer()
    missing = against(command.ending, _on_register(uow, row, command.ending, office))
    return EndingAnswer(missing, last_fact_no=PART.last_fact(uow, command.case_id))


def _on_register(uow: UnitOfWork, row: Row, ending: str, office: Office) -> OnRegister:
    requests = uow.find(case_request, case_id=row["case_id"])
    procedure = Procedure(row["procedure"]) if row["procedure"] else None
    purpose = Purpose(row["purpose"]) if row["purpose"] else None
    made = served = False
    if not row["sealed_for"] and needs_opinion(ending, procedure, purpose):
        made, served = _opinion(uow, row, office)
    return OnRegister(
        procedure,
        purpose,
        Identity(row["identity"]),
        reachable=row["reachable"],
        sealed=bool(row["sealed_for"]),
        unanswered=sorted(one["no"] for one in requests if not one["finding"]),
        opinion_made=made,
        opinion_served=served,
    )


def _opinion(uow: UnitOfWork, row: Row, office: Office) -> tuple[bool, bool]:
    """Whether there is a written opinion, and whether one was served on whoever asked."""
    key = uow.get(case_key, case_id=row["case_id"], lock=False)
    kept = register(uow, row["case_id"], office.vault.of_case(key, row["sealed_code_key"]))
    opinions = [one for one in kept.made if one.kind == OPINION]
    return bool(opinions), any(kept.started_on(one) for one in opinions)
