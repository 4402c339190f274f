"""What becomes of an objection 回避: decided by itself, by a recusal at the opening, or moot."""

from dataclasses import dataclass
from typing import Any

from hearing.domain.notice_words import ObjectionDecision
from hearing.handlers.acting import Opened, Row
from hearing.storage.tables_notices import hearing_objection
from kernel.holding import Words
from kernel.unit_of_work import UnitOfWork

DECISION = "sealed_decision"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is decided: whether the member goes, who came instead, and why."""

    upheld: bool
    came: int | None = None
    reason: str = ""


def open_against(uow: UnitOfWork, opened: Opened, member_no: int) -> Row | None:
    """The objection to a member that nobody has decided; there is one at most."""
    rows = uow.find(hearing_objection, **opened.key, member_no=member_no)
    return next((row for row in rows if not row["decision"]), None)


def answer_objection(uow: UnitOfWork, row: Row, answer: Answer, words: Words) -> str:
    """Keep the decision of an objection. Answers the commitment of its reason, empty without."""
    decision = ObjectionDecision.UPHELD if answer.upheld else ObjectionDecision.REJECTED
    values: dict[str, Any] = {
        "decision": decision.value,
        "decided_by": uow.caller.id,
        "decided_at": uow.now,
        "replaced_by": answer.came,
    }
    commitment = ""
    if answer.reason:
        sealed = words.seal(hearing_objection, row, {"reason": answer.reason}, DECISION)
        values[DECISION], commitment = sealed.data, sealed.commitment
    key = {name: row[name] for name in ("case_id", "number", "objection_no")}
    uow.update(hearing_objection, key, values)
    return commitment
