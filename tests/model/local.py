"""A hand-over between two units of one node: routing and the services have databases of their own.

It takes the same steps as between nodes: release, seal, grant at the next epoch by ImportPart.
Letters are never taken back, so a Release or ImportPart of an older epoch may come at any time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from .checker import Step
from .oracle import Custody
from .release import EACH, SERVICES, replaced


class Kind(StrEnum):
    """Letters between routing and a service."""

    RELEASE = "Release"
    RELEASED = "RELEASED"
    IMPORT = "ImportPart"
    IMPORTED = "IMPORTED"


class Letter(NamedTuple):
    """A letter to or from one service; the epoch stands for the hand-over too."""

    kind: Kind
    service: int
    epoch: int


class Service(NamedTuple):
    """A service's grant and the highest epoch it is locked for."""

    granted: int
    locked: int

    def writes_at(self) -> int | None:
        """Give the epoch the service accepts a write for."""
        return self.granted if self.granted > self.locked else None


class State(NamedTuple):
    """Routing's custody row, what was answered so far, the services and the letters."""

    custody: Custody
    epoch: int
    answered: frozenset[Letter]
    services: tuple[Service, ...]
    letters: frozenset[Letter]


@dataclass(frozen=True)
class Repairs:
    """What the simpler wording lacked."""

    released_before_moved: bool = True  # simpler: "one local transaction"
    late_grant_is_ignored: bool = True
    lock_is_for_its_epoch: bool = True


@dataclass(frozen=True)
class LocalModel:
    """Units of one node hand a case on; even epochs are one unit's, odd ones the other's."""

    handoffs: int
    repairs: Repairs = Repairs()

    @property
    def name(self) -> str:
        """Say what is searched."""
        return "same node"

    @property
    def bounds(self) -> str:
        """Say how far."""
        return f"{len(SERVICES)} services, {self.handoffs} hand-overs"

    def initial(self) -> Iterator[State]:
        """Begin held at epoch 1, every service granted."""
        services = tuple(Service(1, 0) for _ in SERVICES)
        yield State(Custody.HELD, 1, frozenset(), services, frozenset())

    def steps(self, state: State) -> Iterator[Step[State]]:
        """Give routing's steps and what letters cause."""
        yield from self._routing(state)
        for letter in state.letters:
            if letter.kind in (Kind.RELEASE, Kind.IMPORT):
                yield self._service_reads(state, letter)
            elif letter in owed_answers(state) - state.answered:
                heard = state._replace(answered=state.answered | {letter})
                label = f"routing reads {letter.kind} of {SERVICES[letter.service]}"
                yield Step(label, heard, by_system=True)

    def _routing(self, state: State) -> Iterator[Step[State]]:
        if state.custody is Custody.HELD and state.epoch <= self.handoffs:
            if self.repairs.released_before_moved:
                begun = state._replace(custody=Custody.RELEASING, answered=frozenset())
                yield Step(
                    f"routing begins to release epoch {state.epoch}", sent(begun), by_system=False
                )
            else:
                moved = state._replace(epoch=state.epoch + 1)
                yield Step(
                    f"routing moves to epoch {moved.epoch} at once",
                    importing(moved),
                    by_system=False,
                )
        if state.custody is Custody.RELEASING and state.answered == owed_answers(state):
            sealed = state._replace(custody=Custody.OUT, answered=frozenset())
            yield Step(f"routing seals epoch {state.epoch}", sent(sealed), by_system=True)
        if state.custody is Custody.OUT and state.answered == owed_answers(state):
            held = State(Custody.HELD, state.epoch + 1, frozenset(), state.services, state.letters)
            yield Step(f"routing: DELIVERED, HELD at epoch {held.epoch}", held, by_system=True)

    def _service_reads(self, state: State, letter: Letter) -> Step[State]:
        service = state.services[letter.service]
        if letter.kind is Kind.RELEASE:
            epoch = letter.epoch if self.repairs.lock_is_for_its_epoch else service.granted
            service = service._replace(locked=max(service.locked, epoch))
            reply = letter._replace(kind=Kind.RELEASED)
        else:
            late = letter.epoch <= max(service.granted, service.locked)
            if not (late and self.repairs.late_grant_is_ignored):
                locked = service.locked if self.repairs.late_grant_is_ignored else 0
                service = Service(letter.epoch, locked)
            reply = letter._replace(kind=Kind.IMPORTED)
        label = f"{SERVICES[letter.service]} reads {letter.kind} of epoch {letter.epoch}"
        services = replaced(state.services, letter.service, service)
        return Step(
            label,
            state._replace(services=services, letters=state.letters | {reply}),
            by_system=True,
        )

    def violation(self, state: State) -> str | None:
        """No service writes for an epoch that is sealed, or that routing does not hold."""
        for number, service in enumerate(state.services):
            epoch = service.writes_at()
            if epoch is None:
                continue
            if epoch < state.epoch:
                return f"{SERVICES[number]} writes at epoch {epoch}, routing is at {state.epoch}"
            if state.custody is Custody.OUT and epoch == state.epoch:
                return f"{SERVICES[number]} writes at the sealed epoch {epoch}"
        return None

    def settled(self, state: State) -> bool:
        """Held, and every service writes for that epoch."""
        held = state.custody is Custody.HELD
        return held and all(s.writes_at() == state.epoch for s in state.services)

    def without_messages(self, state: State) -> State:
        """Keep what routing's row makes it send again."""
        return sent(state._replace(letters=frozenset()))


def owed_answers(state: State) -> frozenset[Letter]:
    """Give the answers routing's row waits for."""
    if state.custody is Custody.RELEASING:
        return frozenset(Letter(Kind.RELEASED, n, state.epoch) for n in EACH)
    if state.custody is Custody.OUT:
        return frozenset(Letter(Kind.IMPORTED, n, state.epoch + 1) for n in EACH)
    return frozenset()


def sent(state: State) -> State:
    """Send what routing waits to have answered."""
    asks = {Kind.RELEASED: Kind.RELEASE, Kind.IMPORTED: Kind.IMPORT}
    letters = {answer._replace(kind=asks[answer.kind]) for answer in owed_answers(state)}
    return state._replace(letters=state.letters | letters)


def importing(state: State) -> State:
    """Send the grants of the epoch that routing moved to."""
    letters = {Letter(Kind.IMPORT, n, state.epoch) for n in EACH}
    return state._replace(letters=state.letters | letters)
