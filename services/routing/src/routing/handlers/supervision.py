"""Supervision: 提醒 → 催办 → 督办 → 挂牌督办, each with its answer and due date. Custody stays."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kernel.unit_of_work import UnitOfWork
from routing.commands.supervision import AnswerSupervision, CloseSupervision, Supervise
from routing.domain.route import common_superior
from routing.errors import (
    CaseEnded,
    NotTheAddressee,
    NotTheHolder,
    SupervisionNotOpen,
    SupervisionUnknown,
)
from routing.handlers import due_dates, letters
from routing.handlers.casefile import CaseFile
from routing.handlers.standing import as_superior, end_reading, let_read, oversees
from routing.node import Node
from routing.storage import sealed
from routing.storage.supervision import add, change, find, supervision

Values = Mapping[str, Any]
BY_RULE = "sweep"
"""The supervising unit of what the ladder of the profile brings about."""
WHY = "supervision"


@dataclass(frozen=True, slots=True)
class Issued:
    """A supervision as it is entered at the holder's node."""

    supervision_id: UUID
    level: str
    by_unit: str
    reason: str
    clock: str
    due_on: str
    talk: bool
    actor: str
    at: datetime
    unit: str = ""  # the holder, unless the clock is another unit's
    skipped: str = ""


def supervise(uow: UnitOfWork, command: Supervise, *, node: Node) -> UUID:
    """Supervise the holder of a case, wherever it is held. Answers the supervision's id.

    Raises:
        CaseUnknown, CaseEnded, NotTheSuperior: only a unit beside or above the holder supervises.
        FieldWrong: the due date has passed.
    """
    case = CaseFile.open(uow, node, command.case_id)
    if case.ended:
        raise CaseEnded(case_id=case.case_id)
    as_superior(uow, node, case)
    due_dates.not_past(command.due_on, uow.now)
    issued = Issued(
        supervision_id=uow.new_id(),
        level=command.level,
        by_unit=uow.caller.unit,
        reason=command.grounds,
        clock="",
        due_on=command.due_on,
        talk=command.talk,
        actor=uow.caller.id,
        at=uow.now,
    )
    if case.custody in letters.HERE:
        enter(uow, case, issued)
        case.save()
    else:
        add(uow, supervision, row_of(case, issued))
        _send_after(uow, node, case, issued)
    return issued.supervision_id


def enter(uow: UnitOfWork, case: CaseFile, issued: Issued) -> None:
    """Enter a supervision at the holder's node; the supervisor may read the content from now on."""
    add(uow, supervision, row_of(case, issued))
    body = {
        "supervision_id": str(issued.supervision_id),
        "level": issued.level,
        "reason": issued.reason,
        "clock": issued.clock,
        "due_on": issued.due_on,
        "talk": "yes" if issued.talk else "",
        "skipped": issued.skipped,
        "to_unit": issued.unit or case.row["holder_unit"],
    }
    by_rule = issued.by_unit == BY_RULE
    case.append(
        "supervision.issued",
        unit=case.row["supervising_unit"] if by_rule else issued.by_unit,
        actor=issued.actor,
        at=issued.at,
        body={name: value for name, value in body.items() if value},
    )
    if not by_rule:
        let_read(uow, case, issued.by_unit, WHY)


def row_of(case: CaseFile, issued: Issued) -> dict[str, Any]:
    """The row of a supervision of the case's present holder."""
    return {
        "case_id": case.case_id,
        "supervision_id": issued.supervision_id,
        "level": issued.level,
        "unit": issued.unit or case.row["holder_unit"],
        "by_unit": issued.by_unit,
        "reason": issued.reason,
        "clock": issued.clock,
        "at": issued.at,
        "due_on": issued.due_on,
        "state": "open",
        "talk": issued.talk,
        "by": issued.actor,
        "answered_at": None,
        "noticed_at": None,
    }


def _send_after(uow: UnitOfWork, node: Node, case: CaseFile, issued: Issued) -> None:
    letters.send(
        uow,
        node,
        letters.NewLetter(
            kind="supervision",
            case_id=case.case_id,
            epoch=case.epoch,
            from_unit=issued.by_unit,
            body={
                "supervision_id": str(issued.supervision_id),
                "level": issued.level,
                "reason": issued.reason,
                "due_on": issued.due_on,
                "talk": "yes" if issued.talk else "",
            },
        ),
    )


def of_letter(row: Values) -> Issued:
    """A supervision that came by letter."""
    body = row["body"]
    return Issued(
        supervision_id=UUID(body["supervision_id"]),
        level=body["level"],
        by_unit=row["from_unit"],
        reason=body["reason"],
        clock="",
        due_on=body["due_on"],
        talk=body.get("talk") == "yes",
        actor=row["actor"],
        at=row["at"],
    )


def answer(uow: UnitOfWork, command: AnswerSupervision, *, node: Node) -> str:
    """The supervised unit answers; the text goes sealed to whoever supervises.

    Raises:
        SupervisionUnknown, SupervisionNotOpen, NotTheHolder.
    """
    case = CaseFile.open(uow, node, command.case_id)
    row = _known(uow, case, command.supervision_id)
    if uow.caller.unit not in {row["unit"], case.row["holder_unit"]}:
        raise NotTheHolder(case_id=case.case_id, holder=case.row["holder_unit"])
    if row["state"] != "open":
        raise SupervisionNotOpen(supervision_id=row["supervision_id"], state=row["state"])
    change(uow, supervision, row, state="answered", answered_at=uow.now)
    letters.send(
        uow,
        node,
        letters.NewLetter(
            kind="supervision_answer",
            case_id=case.case_id,
            epoch=case.epoch,
            from_unit=uow.caller.unit,
            to_unit=_addressee(node, row),
            body={"supervision_id": str(row["supervision_id"])},
            sealed_body=sealed.seal(uow, node, case.case_id, command.text.encode()),
        ),
    )
    _append(uow, case, "supervision.answered", row)
    case.save()
    return "answered"


def _addressee(node: Node, row: Values) -> str:
    """The supervising unit; for a step of the ladder the desk above the unit."""
    if row["by_unit"] != BY_RULE:
        by_unit: str = row["by_unit"]
        return by_unit
    directory = node.directory()
    site = directory.site_of(row["unit"])
    return site.parent or common_superior(directory, [row["unit"]])


def close(uow: UnitOfWork, command: CloseSupervision, *, node: Node) -> str:
    """Accept the answer, or send it back to be answered again.

    Raises:
        SupervisionUnknown, SupervisionNotOpen, NotTheAddressee.
    """
    case = CaseFile.open(uow, node, command.case_id)
    row = _known(uow, case, command.supervision_id)
    by_rule = row["by_unit"] == BY_RULE and oversees(node, uow.caller.unit, row["unit"])
    if uow.caller.unit != row["by_unit"] and not by_rule:
        raise NotTheAddressee(supervision_id=row["supervision_id"])
    if row["state"] != "answered":
        raise SupervisionNotOpen(supervision_id=row["supervision_id"], state=row["state"])
    state = "closed" if command.accepted else "open"
    change(uow, supervision, row, state=state)
    if case.custody in letters.HERE:
        settle(uow, case, row, state, uow.caller.id)
        case.save()
    else:
        _send_verdict(uow, node, case, row, state)
    return state


def settle(uow: UnitOfWork, case: CaseFile, row: Values, state: str, actor: str) -> None:
    """At the holder's node: the verdict on an answer is entered; closed ends the reading."""
    kind = "supervision.closed" if state == "closed" else "supervision.sent_back"
    case.append(
        kind,
        unit=case.row["supervising_unit"] if row["by_unit"] == BY_RULE else row["by_unit"],
        actor=actor,
        body={"supervision_id": str(row["supervision_id"]), "level": row["level"]},
    )
    if state == "closed" and row["by_unit"] != BY_RULE:
        end_reading(uow, case, row["by_unit"], WHY)


def _send_verdict(uow: UnitOfWork, node: Node, case: CaseFile, row: Values, state: str) -> None:
    letters.send(
        uow,
        node,
        letters.NewLetter(
            kind="supervision_verdict",
            case_id=case.case_id,
            epoch=case.epoch,
            from_unit=uow.caller.unit,
            body={"supervision_id": str(row["supervision_id"]), "state": state},
        ),
    )


def _known(uow: UnitOfWork, case: CaseFile, supervision_id: UUID) -> Values:
    row = find(uow, supervision, case.case_id, supervision_id)
    if row is None:
        raise SupervisionUnknown(supervision_id=supervision_id)
    return row


def _append(uow: UnitOfWork, case: CaseFile, kind: str, row: Values) -> None:
    """Enter it in the log if the case is still here; the letter tells the supervisor anyway."""
    if case.custody not in letters.HERE:
        return
    case.append(
        kind,
        unit=uow.caller.unit,
        actor=uow.caller.id,
        body={"supervision_id": str(row["supervision_id"]), "level": row["level"]},
    )
