"""The end of a restore: what this node still holds goes on above every epoch anybody has seen."""

from collections.abc import Mapping
from typing import Any

from kernel.unit_of_work import UnitOfWork
from routing.domain import protocol
from routing.domain.words import Custody, Row, Side
from routing.handlers.casefile import CaseFile
from routing.handlers.handover import answering, release
from routing.node import Node
from routing.storage import floors, handoffs
from routing.storage.peers import SELF, self_state
from routing.storage.tables import case_row, handoff

Values = Mapping[str, Any]
RESTORED = "restored"


def thaw(uow: UnitOfWork, node: Node) -> None:
    """Every neighbour was compared with: go on. The log of each case names the epochs lost."""
    uow.update(self_state, {"key": SELF}, {"frozen": False})
    for custody in (Custody.HELD, Custody.RELEASING, Custody.RECEIVED, Custody.OUT):
        for row in uow.find(case_row, custody=custody):
            floors.raise_to(uow, row["case_id"], row["told_epoch"])
    for row in uow.find(case_row, custody=Custody.RECEIVED):
        _take_again(uow, CaseFile(uow, node, row))
    for row in uow.find(handoff, state=Row.RELEASING):
        _stop_releasing(uow, node, row)
    for row in uow.find(case_row, custody=Custody.HELD):
        go_on(uow, CaseFile(uow, node, row))
    for row in uow.find(handoff, state=Row.VOID, refusal=RESTORED):
        _hold_again(uow, node, row)


def go_on(uow: UnitOfWork, case: CaseFile) -> None:
    """A case of the backup goes on at a higher epoch, and every service of the node is told."""
    if not floors.was_found(uow, case.case_id):
        return  # registered while the node was frozen: nothing of it was lost
    _enter_anew(case)
    case.save()
    release.owe_regrant(uow, case)


def _enter_anew(case: CaseFile) -> None:
    """Above every epoch known; whatever was written at the present one may have been lost too."""
    before = case.epoch
    case.enter_epoch(protocol.next_epoch(before, case.floor), after=before - 1)


def _take_again(uow: UnitOfWork, case: CaseFile) -> None:
    """Taken but not yet granted to every service: all are granted it anew, at a higher epoch."""
    taken = handoffs.last_taken(uow, case.case_id)
    if taken is None:
        return
    _enter_anew(case)
    handoffs.change(uow, taken, took=case.epoch, active=True, next_try_at=uow.now)
    for line in handoffs.parts(uow, taken["handoff_id"]):
        if line["service"] in case.node.services:
            handoffs.change_part(uow, line, import_state="owed")
    case.save()


def _stop_releasing(uow: UnitOfWork, node: Node, row: Values) -> None:
    case = CaseFile.open(uow, node, row["case_id"])
    if case.custody is Custody.RELEASING:
        release.give_up(uow, row, node, RESTORED)
    else:
        handoffs.change(uow, row, state=Row.VOID, active=False)


def _hold_again(uow: UnitOfWork, node: Node, row: Values) -> None:
    """A hand-over of ours that nobody took: held again, or turned round when it was passing."""
    case = CaseFile.open(uow, node, row["case_id"])
    if not protocol.gives_back(case.custody, case.epoch, row["epoch"]):
        return
    if row["side"] != Side.BOTH:
        answering.give_back(uow, row, node, Row.VOID, RESTORED)
