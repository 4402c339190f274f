"""A request reaches the holder: the case goes on for it, and goes to the body that reviews.

No new state of the protocol: an ended case is reopened to its unit as for any other reason, and
handed over by an ordered hand-over. For a body outside it stays, and a letter is watched.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kernel.unit_of_work import UnitOfWork
from routing.domain import reviews
from routing.domain.reviews import Level, Phase, State
from routing.domain.words import Custody, Kind
from routing.errors import ServiceBusy
from routing.handlers import closing, letters
from routing.handlers.casefile import CaseFile
from routing.handlers.clocks import running
from routing.handlers.handover import intents
from routing.handlers.referring import new_referral
from routing.handlers.reviews import rights
from routing.handlers.reviews.bodies import Body, body_of
from routing.node import Node
from routing.storage import clocks
from routing.storage import reviews as stored
from routing.storage.supervision import add, referral

Values = Mapping[str, Any]
REPEATED = "review.repeated"
REOPENED_FOR = "review"


def enter(uow: UnitOfWork, node: Node, row: Values) -> str:
    """At the holder: enter the request; the case goes on, once, and is forwarded to the body."""
    case = letters.held(uow, node, row)
    if case is None:
        return "moved"
    if case.custody is Custody.RELEASING:  # it goes with the case, or is entered when that stays
        raise ServiceBusy(case_id=case.case_id, problem="RELEASING")
    level = Level(row["body"]["level"])
    said = {name: row["body"][name] for name in ("review_id", "by")}
    if row["epoch"] != case.epoch or stored.open_of(uow, case.case_id) is not None:
        _append(case, REPEATED, row, said)
        case.save()
        return "applied"
    reviewed = rights.reviewed_unit(uow, case, level)
    body = body_of(case, reviewed)
    _append(case, reviews.kind(level, Phase.REQUESTED), row, said)
    _use_right(uow, case, level, row)
    review = _new(case, row, reviewed)
    stored.add(uow, review)
    closing.drop_proposal(uow, case)
    forward(uow, case, review, body)
    case.save()
    return "applied"


def _append(case: CaseFile, kind: str, row: Values, body: Mapping[str, str]) -> None:
    case.append(kind, unit=row["from_unit"], actor=row["actor"], at=row["at"], body=body)


def _use_right(uow: UnitOfWork, case: CaseFile, level: Level, row: Values) -> None:
    right = clocks.find(uow, case.case_id, level.right, "")
    if right is not None:
        running.finish(uow, case, right, row["at"])


def _new(case: CaseFile, row: Values, reviewed: str) -> dict[str, Any]:
    return {
        "case_id": case.case_id,
        "review_id": UUID(row["body"]["review_id"]),
        "level": row["body"]["level"],
        "state": State.FORWARDING.value,
        "answer_epoch": case.epoch,
        "reviewed_unit": reviewed,
        "body": "",
        "outside": False,
        "referral_id": None,
        "asked_by": row["body"]["by"],
        "asked_unit": row["from_unit"],
        "asked_at": row["at"],
        "received_at": None,
        "ended_as": case.row["ending"],
        "settled_path": case.row["settled_path"],
        "result": "",
        "ending": "",
        "due_on": "",
        "proposed_by": "",
        "proposed_at": None,
        "decided_by": "",
        "decided_at": None,
    }


def forward(
    uow: UnitOfWork, case: CaseFile, review: Values, body: Body, *, grounds: str = ""
) -> None:
    """Send it to the body; without one it waits for its holder to name one (`redirect`).

    `grounds` is the code of why it goes to another body than the one before.
    """
    values: dict[str, Any] = {"body": body.id, "outside": body.outside, "state": "forwarding"}
    if body.outside:
        values["referral_id"] = _refer(uow, case, body)
    stored.change(uow, review, **values)
    if body.id:
        why = {"grounds": grounds} if grounds else {}
        _enter(case, review, Phase.FORWARDED, {"unit": body.id} | why)
    if case.ended:
        reopened = {"ending": case.row["ending"], "grounds": REOPENED_FOR}
        holder, actor = case.row["holder_unit"], uow.caller.id
        case.append("custody.reopened", unit=holder, actor=actor, body=reopened)
        closing.go_on(uow, case, REOPENED_FOR)
    if not body.id or body.outside:
        return
    if case.row["holder_unit"] != body.id:
        intents.order(uow, case, Kind.REVIEW, body.id, reason=review["level"])
    elif case.custody is Custody.HELD:
        receive(uow, case, {**review, **values}, uow.now)


def _refer(uow: UnitOfWork, case: CaseFile, body: Body) -> UUID:
    """The letter to a body outside; what comes back is recorded by hand."""
    row = new_referral(uow, case, body.id, "sent")
    add(uow, referral, row)
    referral_id: UUID = row["referral_id"]
    return referral_id


def receive(uow: UnitOfWork, case: CaseFile, review: Values, at: Any) -> None:
    """The body has the request: its days count from here (条例 35, 36)."""
    stored.change(uow, review, state=State.DECIDING.value, received_at=at)
    row = clocks.find(uow, case.case_id, review["level"], "")
    if row is None or row["state"] not in clocks.OPEN:  # sent on to another body, it goes on
        running.restart(uow, case, review["level"], at)
        row = clocks.find(uow, case.case_id, review["level"], "")
    until = {"until": row["due_on"]} if row is not None else {}
    _enter(case, review, Phase.RECEIVED, {"unit": review["body"]} | until)
    running.refresh(uow, case)


def _enter(case: CaseFile, review: Values, phase: Phase, body: Mapping[str, str]) -> None:
    kind = reviews.kind(review["level"], phase)
    holder, actor = case.row["holder_unit"], case.uow.caller.id
    case.append(kind, unit=holder, actor=actor, body=dict(body))
