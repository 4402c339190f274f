"""Release, Keep, EndGrant and the frame of ImportPart, the same for every service of a node.

Everything answered to a hand-over id is remembered: a repeat is answered the same for ever, and a
Release that comes after its Keep is refused. A refusal is an outcome that is committed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from kernel.holding import grants
from kernel.holding.commands import (
    EndGrant,
    ExportPart,
    ImportPart,
    Keep,
    Life,
    Release,
    Released,
)
from kernel.holding.errors import PartClosed
from kernel.holding.tables import Tables
from kernel.holding.words import (
    CASE_ENDED,
    ENDED,
    KEPT,
    LIFE,
    LOCKED,
    LOCKED_BY_OTHER,
    NOT_GRANTED,
    OPEN,
    REFUSED,
    RELEASED,
    STALE,
)
from kernel.unit_of_work import UnitOfWork

Row = Mapping[str, Any]
P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Exported(Generic[P]):
    """What was exported; `part` None when the service has none."""

    part: P | None


@dataclass(frozen=True, slots=True)
class CasePart:
    """A service's part of cases: its tables, and what is its own to say and to do.

    `reason_against` gives a word against letting a case go that it holds, or nothing;
    `last_fact` the number of its last fact, 0 for none; `held` and `ended` change the service's
    own rows after the case goes on here, or has ended.
    """

    tables: Tables
    last_fact: Callable[[UnitOfWork, UUID], int]
    reason_against: Callable[[UnitOfWork, UUID], str]
    held: Callable[[UnitOfWork, Keep], None]
    ended: Callable[[UnitOfWork, EndGrant], None]

    def grant_of(self, uow: UnitOfWork, case_id: UUID) -> Row | None:
        """The right to write the case; None when there never was one here."""
        return uow.get(self.tables.write_grant, case_id=case_id)

    def release(self, uow: UnitOfWork, command: Release) -> Released:
        """Lock the case, also when the service has no part of it; or refuse, and remember that."""
        before = uow.get(self.tables.handoff, handoff_id=command.handoff_id)
        if before is not None and before["release"]:
            released = before["release"] == RELEASED
            return Released(released, before["last_fact_no"], before["reason"])
        grant = self.grant_of(uow, command.case_id)
        kept = before is not None and before["kept"]
        reason = KEPT if kept else self._reason_against(uow, grant, command)
        number = 0 if reason else self.last_fact(uow, command.case_id)
        if not reason:
            self._lock(uow, command, grant)
        said = {
            "release": REFUSED if reason else RELEASED,
            "reason": reason,
            "last_fact_no": number,
        }
        self._remember(uow, command.handoff_id, command.case_id, command.epoch, said)
        return Released(not reason, number, reason)

    def release_with(
        self,
        uow: UnitOfWork,
        command: Release,
        export: Callable[[UnitOfWork, ExportPart], P | None],
    ) -> tuple[Released, "Exported[P] | None"]:
        """`release`, and the part of the case while it is locked under this very id."""
        answer = self.release(uow, command)
        if not answer.released:
            return answer, None
        try:
            wanted = ExportPart(command.handoff_id, command.case_id)
            return answer, Exported(export(uow, wanted))
        except PartClosed:  # a late repeat: the case has moved on since
            return answer, None

    def _reason_against(self, uow: UnitOfWork, grant: Row | None, command: Release) -> str:
        if grant is None:
            return ""  # no part of it here: locked all the same
        if grant["state"] == LOCKED:
            return LOCKED_BY_OTHER
        if grant["epoch"] != command.epoch:
            return STALE if grant["epoch"] > command.epoch else NOT_GRANTED
        if grant["state"] == ENDED:
            return CASE_ENDED
        return self.reason_against(uow, command.case_id)

    def _lock(self, uow: UnitOfWork, command: Release, grant: Row | None) -> None:
        locked = {"state": LOCKED, "handoff_id": command.handoff_id}
        key = {"case_id": command.case_id}
        if grant is not None:
            uow.update(self.tables.write_grant, key, locked)
            return
        empty = {"epoch": command.epoch, "unit": "", "path": ""}
        uow.insert(self.tables.write_grant, key | empty | locked)

    def keep(self, uow: UnitOfWork, command: Keep) -> None:
        """Unlock what is locked under this id; from now on refuse its Release.

        A Keep of a higher epoch than the grant's goes on at that epoch whatever the lock says:
        after a restore the services of a node are told so under an id they have never heard of.
        """
        before = uow.get(self.tables.handoff, handoff_id=command.handoff_id)
        if before is not None and before["kept"]:
            return
        grant = self.grant_of(uow, command.case_id)
        if grant is not None and _goes_on(grant, command):
            unlocked = {
                "state": OPEN,
                "handoff_id": None,
                "epoch": max(grant["epoch"], command.epoch),
                "unit": command.unit or grant["unit"],
                "path": command.path or grant["path"],
            }
            uow.update(self.tables.write_grant, {"case_id": command.case_id}, unlocked)
            self.held(uow, command)
        kept = {"kept": True}
        self._remember(uow, command.handoff_id, command.case_id, command.epoch, kept)

    def expect_locked(self, uow: UnitOfWork, case_id: UUID, handoff_id: UUID) -> None:
        """Hand out a case only while it is locked under this hand-over. Raises PartClosed."""
        grant = self.grant_of(uow, case_id)
        if grant is None or not _is_locked_by(grant, handoff_id):
            raise PartClosed

    def end_grant(self, uow: UnitOfWork, command: EndGrant) -> None:
        """End the right to write; an older epoch, or an end that was told before, changes nothing.

        The service's own rows follow by `ended`. An end that comes before the grant is kept, so
        that the grant of this epoch changes nothing any more.
        """
        grant = self.grant_of(uow, command.case_id)
        ended = {"state": ENDED, "handoff_id": None, "epoch": command.epoch}
        if grant is None:
            blank = {"case_id": command.case_id, "unit": "", "path": ""}
            uow.insert(self.tables.write_grant, blank | ended)
            return
        if grant["epoch"] > command.epoch or grant["state"] == ENDED:
            return
        uow.update(self.tables.write_grant, {"case_id": command.case_id}, ended)
        self.ended(uow, command)

    def take(
        self,
        uow: UnitOfWork,
        command: ImportPart[P],
        store: Callable[[UnitOfWork, ImportPart[P]], None],
    ) -> None:
        """Store the part by `store` and grant writing, once; an older epoch changes nothing.

        A part that is here already is granted again at a higher epoch and not stored: after a
        restore this service's copy may know of a hand-over that routing's has still to take.
        """
        handoff_id = command.handoff_id
        if handoff_id is not None:
            before = uow.get(self.tables.handoff, handoff_id=handoff_id)
            if before is not None and before["imported"]:
                self._go_on(uow, command)
                return
        grant = self.grant_of(uow, command.case_id)
        if grant is None or grant["epoch"] < command.epoch:
            store(uow, command)
            self._grant(uow, command, grant)
        if handoff_id is not None:
            imported = {"imported": True}
            self._remember(uow, handoff_id, command.case_id, command.epoch - 1, imported)

    def _go_on(self, uow: UnitOfWork, command: ImportPart[P]) -> None:
        grant = self.grant_of(uow, command.case_id)
        if grant is None or grant["epoch"] >= command.epoch or grant["state"] == ENDED:
            return
        self._grant(uow, command, grant)
        handoff_id = command.handoff_id or command.case_id
        place = (command.epoch, command.unit, command.path)
        self.held(uow, Keep(handoff_id, command.case_id, *place))

    def _grant(self, uow: UnitOfWork, command: ImportPart[P], grant: Row | None) -> None:
        key = {"case_id": command.case_id}
        granted = {
            "epoch": command.epoch,
            "unit": command.unit,
            "path": command.path,
            "state": OPEN,
            "handoff_id": None,
        }
        if grant is None:
            uow.insert(self.tables.write_grant, granted | key)
        else:
            uow.update(self.tables.write_grant, key, granted)

    def enter_life(self, uow: UnitOfWork, life: Life) -> bool:
        """Lock, once for each life that began with a restore, what the backup would let be written.

        Answers whether it was done now. Routing opens the grants of cases still held here, at an
        epoch above all that are known (Keep).
        """
        counter = self.tables.counter
        row = uow.get(counter, series=LIFE)
        if row is not None and row["value"] >= life.number:
            return False
        if row is None:
            uow.insert(counter, {"series": LIFE, "value": life.number})
        else:
            uow.update(counter, {"series": LIFE}, {"value": life.number})
        if life.restored:
            self.lock_all(uow, life.life)
        return life.restored

    def lock_all(self, uow: UnitOfWork, life: UUID) -> None:
        """Lock every open grant under the new life's id."""
        grants.lock_open(uow, self.tables.write_grant, life)

    def _remember(
        self, uow: UnitOfWork, handoff_id: UUID, case_id: UUID, epoch: int, values: Row
    ) -> None:
        """Keep what was answered about a hand-over."""
        handoff = self.tables.handoff
        if uow.get(handoff, handoff_id=handoff_id) is not None:
            uow.update(handoff, {"handoff_id": handoff_id}, values)
            return
        row = {"handoff_id": handoff_id, "case_id": case_id, "epoch": epoch, "at": uow.now}
        uow.insert(handoff, {**row, **values})


def _goes_on(grant: Row, command: Keep) -> bool:
    if grant["state"] == ENDED:
        return False
    return _is_locked_by(grant, command.handoff_id) or grant["epoch"] < command.epoch


def _is_locked_by(grant: Row, handoff_id: UUID) -> bool:
    locked: bool = grant["state"] == LOCKED and grant["handoff_id"] == handoff_id
    return locked
