"""The case under change in one command: its row, its log, and what is told of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from kernel.unit_of_work import UnitOfWork
from routing.domain.events import CaseStepped, CustodyChanged, DuesChanged, HeaderChanged, Step
from routing.domain.words import Custody, State
from routing.errors import CaseUnknown, CustodyMoved, StaleVersion
from routing.handlers.staff_notices import owe_steps
from routing.node import Node
from routing.storage import cases, clocks, floors, log
from routing.storage.tables import case_row, visit

TOLD_ON_CUSTODY = frozenset({"custody", "state", "epoch", "holder_unit", "holder_path", "ending"})
TOLD_ON_DUES = frozenset({"next_due_at", "next_clock"})
UNTOLD = frozenset({"log_n", "log_hash", "applied", "version", "as_of"})


class CaseFile:
    """A case that is being changed. `save` writes the row once and tells who must know."""

    def __init__(self, uow: UnitOfWork, node: Node, row: Mapping[str, Any]) -> None:
        self.uow = uow
        self.node = node
        self.row: dict[str, Any] = dict(row)
        self._changed: dict[str, Any] = {}
        self._steps: list[Step] = []
        self._touched = False

    @classmethod
    def open(cls, uow: UnitOfWork, node: Node, case_id: UUID) -> Self:
        """Open a case this node knows. Raises CaseUnknown."""
        row = uow.get(case_row, case_id=case_id)
        if row is None:
            raise CaseUnknown(case_id=case_id)
        return cls(uow, node, row)

    @property
    def case_id(self) -> UUID:
        """The case."""
        case_id: UUID = self.row["case_id"]
        return case_id

    @property
    def epoch(self) -> int:
        """Custody epoch at this node."""
        epoch: int = self.row["epoch"]
        return epoch

    @property
    def custody(self) -> Custody:
        """This node's word in the protocol."""
        return Custody(self.row["custody"])

    def expect_seen(self, epoch: int, version: int) -> None:
        """Refuse a writer who saw something older.

        Raises:
            CustodyMoved: the case is not held here at that epoch; names the holder.
            StaleVersion: somebody changed it meanwhile.
            CaseUnknown: instead of either, to somebody who may not know of the case.
        """
        moved = self.custody is not Custody.HELD or epoch != self.epoch
        if not moved and version == self.row["version"]:
            return
        self.expect_known()
        if moved:
            holder = self.row["holder_unit"]
            raise CustodyMoved(case_id=self.case_id, holder=holder, epoch=self.epoch)
        raise StaleVersion(case_id=self.case_id, current=self.row["version"])

    def expect_known(self) -> None:
        """Refuse somebody who may not know of the case. Raises CaseUnknown."""
        if not cases.is_readable(self.uow, self.case_id):
            raise CaseUnknown(case_id=self.case_id)

    def set(self, **values: Any) -> None:
        """Change columns of the row."""
        for name, value in values.items():
            if self.row[name] != value:
                self.row[name] = value
                self._changed[name] = value

    def append(
        self,
        kind: str,
        *,
        unit: str,
        actor: str,
        at: datetime | None = None,
        body: Mapping[str, str] | None = None,
        commitments: Mapping[str, str] | None = None,
    ) -> None:
        """Append an entry at the case's epoch; the resident's timeline gets it as a step."""
        entry = log.append(
            self.uow,
            self.row,
            log.Fact(kind, unit, actor, at or self.uow.now, body or {}, commitments or {}),
        )
        self.set(log_n=entry.n, log_hash=entry.hash)
        step = Step(
            self.case_id, entry.epoch, entry.n, kind, unit, at or self.uow.now, dict(body or {})
        )
        cases.add_step(self.uow, step)
        self._steps.append(step)

    def enter_epoch(self, epoch: int, *, after: int) -> None:
        """Go on at a higher epoch; its entries are numbered from 1.

        Epochs that a restore has lost between `after` and this one are named by the first entry.
        """
        self.set(epoch=epoch, log_n=0)
        if epoch > after + 1:
            body = {"lost_from": str(after + 1), "lost_to": str(epoch - 1)}
            self.append("custody.restored", unit=self.row["holder_unit"], actor="", body=body)

    def visited(self, unit: str) -> None:
        """Count a holding of the case by a unit (anti-circling)."""
        self.uow.insert(
            visit,
            {"case_id": self.case_id, "epoch": self.epoch, "unit": unit, "substantive": False},
        )

    def substantive(self) -> None:
        """Something of substance was done in this holding: coming back is no circling."""
        rows = self.uow.find(visit, case_id=self.case_id)
        newest = max(rows, key=lambda row: row["epoch"], default=None)
        if newest is not None and not newest["substantive"]:
            key = {"case_id": self.case_id, "epoch": newest["epoch"]}
            self.uow.update(visit, key, {"substantive": True})

    def touch(self) -> None:
        """Something that belongs to the case changed in another table: count and tell it."""
        self._touched = True

    def save(self) -> int:
        """Write the row under its version guard and tell what changed. Answers the version."""
        if not (self._changed or self._steps or self._touched):
            return int(self.row["version"])
        seen: int = self.row["version"]
        self.row |= {"version": seen + 1, "as_of": self.uow.now}
        self.uow.update(
            case_row,
            {"case_id": self.case_id},
            self._changed | {"version": seen + 1, "as_of": self.uow.now},
            expect={"version": seen},
        )
        self._tell()
        return seen + 1

    def _tell(self) -> None:
        row = dict(self.row)
        if self._changed.keys() & TOLD_ON_CUSTODY:
            readers = cases.readers(self.uow, self.case_id)
            self.uow.emit(CustodyChanged(row, readers))
        if self._changed.keys() & TOLD_ON_DUES:
            self.uow.emit(DuesChanged(row))
        for step in self._steps:
            self.uow.emit(CaseStepped(row, step))
        owe_steps(self.uow, self.node, row, self._steps)
        if self._steps or self._touched or self._changed.keys() - UNTOLD:
            header = HeaderChanged(row, clocks.words(self.uow, self.case_id), tuple(self._steps))
            self.uow.emit(header, links=links_for(self.node, row))

    @property
    def floor(self) -> int:
        """The epoch that everything taken or given back must be above (0 without a restore)."""
        return floors.of(self.uow, self.case_id)

    @property
    def ended(self) -> bool:
        """Whether the case has ended here."""
        return bool(self.row["state"] == State.ENDED)


def links_for(node: Node, row: Mapping[str, Any], *, came_by: str = "") -> list[str]:
    """Where the header of a case goes: here, upwards, and down to the node that registered it.

    `came_by` is the link a forwarded header arrived on; it does not go back there. A sealed
    matter's header stays with its receiving body's node.
    """
    links = ["local"]
    if row["sealed_for"]:
        return links
    directory = node.directory()
    if node.parent is not None and came_by != "up":
        links.append("up")
    registered_at = row["registering_unit"]
    if registered_at in directory.units:
        home = directory.node_of(registered_at)
        if home != node.code:
            step = directory.next_node(node.code, home)
            if step != node.parent and came_by != f"down.{step}":
                links.append(f"down.{step}")
    return links
