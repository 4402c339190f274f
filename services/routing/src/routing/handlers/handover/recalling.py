"""Recall (收回): one node decides, by its row."""

from collections.abc import Mapping
from typing import Any

from kernel.unit_of_work import UnitOfWork
from routing.commands.handover import PeerCall, Recall
from routing.domain.words import Direction, Kind, Row
from routing.errors import NotTheSender, NotYourHandover, TooLateToRecall
from routing.errors.reviews import ReviewUnderWay
from routing.handlers import letters
from routing.handlers.handover import answering, release
from routing.node import Node
from routing.storage import handoffs

Values = Mapping[str, Any]


def recall(uow: UnitOfWork, command: Recall, *, node: Node) -> str:
    """Take a hand-over back: recalled here, or asked of the node that decides.

    Down: the sender's row decides, only while OFFERED. Up: the receiver decides. A case that is
    passing through is asked back along the rows.

    Raises:
        NotTheSender: the caller's unit did not send it.
        TooLateToRecall: it was claimed, or has come to its end.
        ReviewUnderWay: it goes to a review, or comes back from one.
    """
    row = handoffs.load(uow, command.handoff_id)
    if uow.caller.unit != row["from_unit"]:
        raise NotTheSender(handoff_id=command.handoff_id)
    if row["kind"] == Kind.REVIEW:
        raise ReviewUnderWay(case_id=row["case_id"])
    if row["state"] == Row.RELEASING:
        release.give_up(uow, row, node, "recalled")
        return "recalled"
    if row["direction"] == Direction.LOCAL:
        raise TooLateToRecall(handoff_id=command.handoff_id, state=row["state"])
    return _recall_offered(uow, row, node)


def _recall_offered(uow: UnitOfWork, row: Values, node: Node) -> str:
    if row["state"] == Row.OFFERED and row["direction"] == Direction.DOWN:
        answering.give_back(uow, row, node, Row.RECALLED, "recalled")
        return "recalled"
    if row["state"] == Row.OFFERED and row["direction"] == Direction.UP:
        handoffs.change(uow, row, state=Row.RECALLING, active=True, next_try_at=uow.now)
        return "asked"
    if row["state"] == Row.RECALLING:
        return "asked"
    passes = row["to_unit"] != row["final_unit"]
    if passes and row["state"] in {Row.CLAIMED, Row.DELIVERED}:
        letters.send(uow, node, letters.recall_wish(row, uow.caller.id))
        return "asked"
    raise TooLateToRecall(handoff_id=row["handoff_id"], state=row["state"])


def recall_passing(uow: UnitOfWork, row: Values, *, node: Node) -> str:
    """A recall that followed the rows to this node: the onward row still OFFERED is voided.

    `row` is the row this node took in passing. The node turns the case round; else it is too late,
    or the wish goes on to the next node in between.
    """
    onward = [
        r
        for r in handoffs.of_case(uow, row["case_id"])
        if r["epoch"] == row["took"] and r["side"] != "receiver"
    ]
    for following in onward:
        if following["state"] == Row.OFFERED and following["direction"] == Direction.DOWN:
            answering.give_back(uow, following, node, Row.RECALLED, "recalled")
            return "turned"
        if following["state"] == Row.OFFERED:
            handoffs.change(uow, following, state=Row.RECALLING, next_try_at=uow.now)
            return "asked"
        if following["to_unit"] != following["final_unit"]:
            return "follow"
    return "too_late"


def recall_for_peer(uow: UnitOfWork, command: PeerCall, *, node: Node) -> str:
    """A child wants a case back that went through this node: ASKED, or TOO_LATE."""
    taken = handoffs.load(uow, command.handoff_id)
    if taken["from_node"] != command.from_node:
        raise NotYourHandover(handoff_id=command.handoff_id)
    if not taken["passed_on"]:
        return "TOO_LATE"
    answer = recall_passing(uow, taken, node=node)
    return "TOO_LATE" if answer == "too_late" else "ASKED"
