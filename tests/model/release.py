"""Release and Keep between routing and the services of one node (handover section 2).

Two services, several attempts to hand on; any letter is lost, repeated or late. The case must not
leave while a service still writes, and a hand-over that comes to nothing must leave no lock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, TypeVar

from .checker import Step
from .oracle import Custody

T = TypeVar("T")

SERVICES = ("mediation", "hearing")
EACH = range(len(SERVICES))


class Kind(StrEnum):
    """Letters between routing and a service."""

    RELEASE = "Release"
    RELEASED = "RELEASED"
    REFUSED = "REFUSED"
    KEEP = "Keep"
    KEPT = "KEPT"


class Letter(NamedTuple):
    """A letter to or from one service about one attempt."""

    kind: Kind
    service: int
    attempt: int


class Service(NamedTuple):
    """What a service's own database says of the case."""

    locks: frozenset[int]
    never: frozenset[int]  # attempts refused or kept: a later Release of them is refused again


class State(NamedTuple):
    """Routing's row, the services' rows, and the letters between."""

    custody: Custody
    attempts: int
    answers: tuple[Kind | None, ...]  # to the current attempt
    keeps_owed: frozenset[Letter]
    services: tuple[Service, ...]
    letters: frozenset[Letter]


@dataclass(frozen=True)
class Repairs:
    """What the simpler wording lacked."""

    keep_is_owed: bool = True
    lock_is_named_after_the_handoff: bool = True
    refusals_and_keeps_are_remembered: bool = True


@dataclass(frozen=True)
class ReleaseModel:
    """Attempts that services release, refuse, or that somebody cancels."""

    attempts: int
    repairs: Repairs = Repairs()
    may_cancel: bool = True

    @property
    def name(self) -> str:
        """Say what is searched."""
        return "release"

    @property
    def bounds(self) -> str:
        """Say how far."""
        return f"{len(SERVICES)} services, {self.attempts} attempts"

    def initial(self) -> Iterator[State]:
        """Begin with the case held and no lock."""
        free = Service(frozenset(), frozenset())
        answers = (None,) * len(SERVICES)
        yield State(Custody.HELD, 0, answers, frozenset(), (free,) * len(SERVICES), frozenset())

    def steps(self, state: State) -> Iterator[Step[State]]:
        """Give what routing decides and what letters cause."""
        for label, after, by_system in self._all_steps(state):
            yield Step(label, without_dead_letters(after), by_system)

    def _all_steps(self, state: State) -> Iterator[Step[State]]:
        yield from self._routing(state)
        for letter in state.letters:
            if letter.kind in (Kind.RELEASE, Kind.KEEP):
                yield from self._service_reads(state, letter)
            else:
                yield from self._routing_reads(state, letter)

    def _routing(self, state: State) -> Iterator[Step[State]]:
        number = state.attempts
        if state.custody is Custody.HELD and number < self.attempts:
            begun = state._replace(
                custody=Custody.RELEASING, attempts=number + 1, answers=(None,) * len(SERVICES)
            )
            yield Step(f"routing begins h{number + 1}", sent(begun), by_system=False)
        if state.custody is not Custody.RELEASING:
            return
        if self.may_cancel:
            yield Step(f"somebody cancels h{number}", self._given_up(state), by_system=False)
        if Kind.REFUSED in state.answers:
            yield Step(f"h{number} is refused, HELD", self._given_up(state), by_system=True)
        elif None not in state.answers:
            offered = state._replace(custody=Custody.OUT)
            yield Step(f"all released for h{number}: OFFERED", offered, by_system=True)

    def _given_up(self, state: State) -> State:
        keeps = {Letter(Kind.KEEP, n, state.attempts) for n in EACH}
        owed = state.keeps_owed | (keeps if self.repairs.keep_is_owed else set())
        return sent(state._replace(custody=Custody.HELD, keeps_owed=owed))

    def _routing_reads(self, state: State, letter: Letter) -> Iterator[Step[State]]:
        label = f"routing reads {letter.kind} of {SERVICES[letter.service]} for h{letter.attempt}"
        keep = letter._replace(kind=Kind.KEEP)
        if letter.kind is Kind.KEPT and keep in state.keeps_owed:
            done = state._replace(keeps_owed=state.keeps_owed - {keep})
            yield Step(label, done, by_system=True)
        waited_for = state.custody is Custody.RELEASING and letter.attempt == state.attempts
        if letter.kind is not Kind.KEPT and waited_for and state.answers[letter.service] is None:
            answers = replaced(state.answers, letter.service, letter.kind)
            yield Step(label, state._replace(answers=answers), by_system=True)

    def _service_reads(self, state: State, letter: Letter) -> Iterator[Step[State]]:
        where = f"{SERVICES[letter.service]} reads {letter.kind} of h{letter.attempt}"
        service = state.services[letter.service]
        lock = letter.attempt if self.repairs.lock_is_named_after_the_handoff else 0
        if letter.kind is Kind.KEEP:
            kept = self._remembering(service._replace(locks=service.locks - {lock}), letter)
            yield Step(where, answered(state, letter, kept, Kind.KEPT), by_system=True)
        elif letter.attempt in service.never:
            again = answered(state, letter, service, Kind.REFUSED)
            yield Step(where + ": refused again", again, by_system=True)
        else:
            locked = service._replace(locks=service.locks | {lock})
            released = answered(state, letter, locked, Kind.RELEASED)
            yield Step(where + ": released", released, by_system=True)
            if letter.attempt not in service.locks:
                refusing = self._remembering(service, letter)
                refused = answered(state, letter, refusing, Kind.REFUSED)
                yield Step(where + ": busy, refused", refused, by_system=False)

    def _remembering(self, service: Service, letter: Letter) -> Service:
        if not self.repairs.refusals_and_keeps_are_remembered:
            return service
        return service._replace(never=service.never | {letter.attempt})

    def violation(self, state: State) -> str | None:
        """No service writes once the case is offered."""
        if state.custody is Custody.OUT:
            for number, service in enumerate(state.services):
                if not service.locks:
                    return f"OFFERED while {SERVICES[number]} still writes"
        return None

    def settled(self, state: State) -> bool:
        """Offered, or held with no service locked."""
        if state.custody is Custody.OUT:
            return True
        return state.custody is Custody.HELD and not any(s.locks for s in state.services)

    def without_messages(self, state: State) -> State:
        """Keep what routing's rows make it send again."""
        return sent(state._replace(letters=frozenset()))


def sent(state: State) -> State:
    """Send what routing owes: Release while an answer is missing, Keep until acknowledged."""
    owed = set(state.keeps_owed)
    if state.custody is Custody.RELEASING:
        owed |= {Letter(Kind.RELEASE, n, state.attempts) for n in EACH if state.answers[n] is None}
    return state._replace(letters=state.letters | owed)


def without_dead_letters(state: State) -> State:
    """Forget answers that routing does not wait for, so that fewer states differ."""
    dead = [letter for letter in state.letters if not _heeded(state, letter)]
    return state._replace(letters=state.letters.difference(dead)) if dead else state


def _heeded(state: State, letter: Letter) -> bool:
    if letter.kind is Kind.KEPT:
        return letter._replace(kind=Kind.KEEP) in state.keeps_owed
    if letter.kind in (Kind.RELEASED, Kind.REFUSED):
        current = state.custody is Custody.RELEASING and letter.attempt == state.attempts
        return current and state.answers[letter.service] is None
    return True


def answered(state: State, letter: Letter, service: Service, kind: Kind) -> State:
    """Store a service's new row and send its answer."""
    services = replaced(state.services, letter.service, service)
    return state._replace(services=services, letters=state.letters | {letter._replace(kind=kind)})


def replaced(items: tuple[T, ...], at: int, item: T) -> tuple[T, ...]:
    """Give the tuple with one place changed."""
    return (*items[:at], item, *items[at + 1 :])
