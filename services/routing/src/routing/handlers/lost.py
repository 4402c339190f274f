"""Cases lost with the databases of a child: their headers here say so, and so do those above.

Only headers change. Nobody's custody does, and the child's own word at a higher epoch comes before
the mark.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kernel.unit_of_work import UnitOfWork
from routing.domain.events import CustodyChanged, DuesChanged, HeaderChanged
from routing.domain.words import Custody, State
from routing.handlers.casefile import TOLD_ON_DUES, links_for
from routing.handlers.headers import as_told
from routing.node import Node
from routing.storage.tables import case_row

Values = Mapping[str, Any]
LOST = "lost_in_restore"
"""The ending of such a case. Nobody can give it by hand."""


@dataclass(frozen=True, slots=True)
class Known:
    """Every case of which a restored node has a row, and when it was put back (its own clock)."""

    case_ids: frozenset[UUID]
    since: datetime


def mark(uow: UnitOfWork, node: Node, child: str, known: Known | None) -> None:
    """End the headers of cases that were at the child itself and that it does not know any more.

    What lies below the child is not the child's to lose. What it has told of since it was put back
    it knows, and yet that may be in no list which it made before. A neighbour that does not say
    what it knows lost nothing.
    """
    if known is None:
        return
    for header in uow.find(case_row, custody=Custody.NONE, node=child):
        is_open = header["state"] != State.ENDED
        is_older = header["as_of"] < known.since
        if is_open and is_older and header["case_id"] not in known.case_ids:
            _end(uow, node, child, header)


def _end(uow: UnitOfWork, node: Node, child: str, header: Values) -> None:
    """The next version of the header at its epoch, so that the nodes above take it."""
    changed = {
        "state": State.ENDED,
        "ending": LOST,
        "ended_at": uow.now,
        "pending": "",
        "frozen": False,
        "freeze_reason": "",
        "objection": "",
        "next_due_at": None,
        "next_clock": "",
        "overdue": False,
        "told_version": header["told_version"] + 1,
        "version": header["version"] + 1,
    }
    uow.update(case_row, {"case_id": header["case_id"]}, changed)
    told = as_told({**header, **changed})
    uow.emit(CustodyChanged(told, ()))
    if any(told[name] != header[name] for name in TOLD_ON_DUES):
        uow.emit(DuesChanged(told))
    links = links_for(node, told, came_by=f"down.{child}")
    uow.emit(HeaderChanged(told, {}), links=links)
