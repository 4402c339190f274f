"""A service with case data as the hand-over protocol asks for it, small enough to look through.

Used where a test of routing wants to see every grant; intake's own is tested with intake.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from routing.domain.parcel import PartContent
from routing.steps.ground import Grant, Released


@dataclass
class Held:
    """A service's grant of one case."""

    epoch: int
    unit: str
    locked_by: UUID | None = None
    facts: int = 0


@dataclass
class BookPart:
    """Grants, locks, remembered refusals and Keeps; `busy` names cases it does not let go."""

    service: str = "intake"
    grants: dict[UUID, Held] = field(default_factory=dict)
    kept: set[UUID] = field(default_factory=set)
    answers: dict[UUID, Released] = field(default_factory=dict)
    busy: set[UUID] = field(default_factory=set)
    ended: set[UUID] = field(default_factory=set)
    erased: set[UUID] = field(default_factory=set)

    def may_write(self, case_id: UUID) -> int:
        """The epoch in which this service accepts a write now; 0 when it accepts none."""
        grant = self.grants.get(case_id)
        if grant is None or grant.locked_by is not None or case_id in self.ended:
            return 0
        return grant.epoch

    async def release(self, handoff_id: UUID, case_id: UUID, epoch: int) -> Released:
        """Lock; an answer given once stays, and a kept id is refused for ever."""
        if handoff_id not in self.answers:
            self.answers[handoff_id] = self._answer(handoff_id, case_id, epoch)
        return self.answers[handoff_id]

    def _answer(self, handoff_id: UUID, case_id: UUID, epoch: int) -> Released:
        if handoff_id in self.kept:
            return Released(False, 0, "KEPT")
        if case_id in self.busy:
            return Released(False, 0, "BUSY")
        grant = self.grants.setdefault(case_id, Held(epoch, ""))
        if grant.locked_by is not None:
            return Released(False, 0, "LOCKED_BY_OTHER")
        if grant.epoch == epoch:
            grant.locked_by = handoff_id
        return Released(True, grant.facts, "")

    async def keep(self, row: Mapping[str, Any], epoch: int, unit: str, path: str) -> None:
        """Go on; a Keep of an older epoch changes nothing."""
        self.kept.add(row["handoff_id"])
        grant = self.grants.setdefault(row["case_id"], Held(0, unit))
        if epoch > grant.epoch or grant.locked_by == row["handoff_id"]:
            grant.epoch, grant.unit, grant.locked_by = epoch, unit, None

    async def export(self, handoff_id: UUID, case_id: UUID) -> PartContent:
        """The number of facts is all there is."""
        facts = self.grants[case_id].facts
        return PartContent(self.service, "book/1", str(facts).encode(), ())

    async def import_part(self, row: Mapping[str, Any], epoch: int, grant: Grant) -> None:
        """Take the part and the grant, unless a higher one is there."""
        known = self.grants.get(row["case_id"])
        if known is not None and known.epoch >= epoch:
            return
        facts = int(grant.part.content or b"0")
        self.ended.discard(row["case_id"])
        self.grants[row["case_id"]] = Held(epoch, grant.unit, None, facts)

    async def start_grant(self, case_id: UUID, epoch: int, unit: str, path: str) -> None:
        """Take the grant of a registration, unless there is one."""
        self.grants.setdefault(case_id, Held(epoch, unit))

    def locked_by_restore(self, incarnation: UUID) -> None:
        """The node was put back to an older state: nobody writes until routing says so."""
        for grant in self.grants.values():
            grant.locked_by = incarnation

    async def end_grant(self, case_id: UUID, epoch: int, ending: str) -> None:
        """Nobody writes any more."""
        self.ended.add(case_id)

    async def erase(self, case_id: UUID) -> None:
        """Nothing is left of it."""
        self.erased.add(case_id)
