"""Outbox, link numbers and cursor between a node and its parent (handover section 5).

Two writers commit out of order, a refused command rolls back, the parent's stream is wiped, the
node is restored. Every committed event must reach the parent, and none may be lost for ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from .checker import Step
from .release import replaced


class OutboxRow(NamedTuple):
    """An event in the outbox; `number` is its place on the link, None until the relay gave one."""

    seq: int
    event: int
    committed: bool = False
    number: int | None = None


class Sent(NamedTuple):
    """A message on the parent's stream."""

    incarnation: int
    number: int
    event: int


class Outbox(NamedTuple):
    """The node's database."""

    rows: tuple[OutboxRow, ...]
    seq: int  # last given by the database's sequence, also to rows rolled back
    relayed_seq: int  # highest seq relayed
    number: int  # last link number given
    incarnation: int


class State(NamedTuple):
    """Both ends of the link."""

    outbox: Outbox
    events: int  # begun so far
    stream: frozenset[Sent]
    inbox: frozenset[int]  # events the parent has stored
    cursor: tuple[int, int]  # incarnation, contiguous number
    excused: frozenset[int]  # rolled back, or younger than the backup that was restored
    wipes: int  # left to make
    restores: int  # left to make
    backup: Outbox | None


@dataclass(frozen=True)
class Repairs:
    """What the simpler wording lacked."""

    relay_selects_unnumbered: bool = True  # simpler: seq > last
    relay_gives_the_number: bool = True  # simpler: the number is the sequence's value
    heartbeat_names_the_head: bool = True
    heartbeat_names_the_incarnation: bool = True
    purged_below_cursor_only: bool = True  # simpler: on JetStream's ack
    link_has_incarnation: bool = True
    kept_rows_numbered_again: bool = True


@dataclass(frozen=True)
class OutboxModel:
    """Writers, relay, stream, parent; wiped and restored at any moment."""

    events: int
    wipes: int = 0
    restores: int = 0
    rollbacks: bool = True
    repairs: Repairs = Repairs()

    @property
    def name(self) -> str:
        """Say what is searched."""
        return "outbox"

    @property
    def bounds(self) -> str:
        """Say how far."""
        return f"{self.events} events, {self.wipes} wipes, {self.restores} restores"

    def initial(self) -> Iterator[State]:
        """Begin with nothing written."""
        empty = Outbox((), 0, 0, 0, 0)
        stream, inbox, excused = frozenset[Sent](), frozenset[int](), frozenset[int]()
        yield State(
            empty, 0, stream, inbox, (0, 0), excused, self.wipes, self.restores, backup=None
        )

    def steps(self, state: State) -> Iterator[Step[State]]:
        """Give the steps of writers, relay, parent, purge and accidents."""
        yield from self._write(state)
        yield from self._relay(state)
        yield from self._apply(state)
        yield from self._resend(state)
        yield from self._purge(state)
        yield from self._accidents(state)

    def _write(self, state: State) -> Iterator[Step[State]]:
        box = state.outbox
        uncommitted = [row for row in box.rows if not row.committed]
        if state.events < self.events and len(uncommitted) < 2:
            row = OutboxRow(box.seq + 1, state.events)
            begun = with_rows(state, (*box.rows, row), seq=row.seq)
            label = f"a writer inserts e{row.event}, seq {row.seq}"
            yield Step(label, begun._replace(events=state.events + 1), by_system=False)
        for at, row in enumerate(box.rows):
            if row.committed:
                continue
            done = replaced(box.rows, at, row._replace(committed=True))
            yield Step(f"e{row.event} is committed", with_rows(state, done), by_system=True)
            if self.rollbacks:
                gone = with_rows(state, without(box.rows, at))
                gone = gone._replace(excused=state.excused | {row.event})
                yield Step(f"e{row.event} is rolled back", gone, by_system=False)

    def _relay(self, state: State) -> Iterator[Step[State]]:
        """Number the oldest visible row that is due, and publish it."""
        box = state.outbox
        due = [
            (row.seq, at)
            for at, row in enumerate(box.rows)
            if row.committed and self._is_due(box, row)
        ]
        if not due:
            return
        seq, at = min(due)
        row = box.rows[at]
        number = box.number + 1 if self.repairs.relay_gives_the_number else seq
        numbered = replaced(box.rows, at, row._replace(number=number))
        relayed = with_rows(state, numbered, number=number, relayed_seq=seq)
        label = f"the relay sends e{row.event} as #{number}"
        yield Step(label, publish(relayed, relayed.outbox.rows[at]), by_system=True)

    def _is_due(self, box: Outbox, row: OutboxRow) -> bool:
        if self.repairs.relay_selects_unnumbered:
            return row.number is None
        return row.seq > box.relayed_seq

    def _apply(self, state: State) -> Iterator[Step[State]]:
        """The parent stores the next number, or begins anew with a new incarnation."""
        incarnation, number = state.cursor
        announced = state.outbox.incarnation
        if announced > incarnation and self.repairs.heartbeat_names_the_incarnation:
            anew = state._replace(cursor=(announced, 0))
            yield Step("a heartbeat names a new incarnation", anew, by_system=True)
        for sent in state.stream:
            known = not self.repairs.link_has_incarnation or sent.incarnation == incarnation
            if known and sent.number == number + 1:
                applied = state._replace(
                    inbox=state.inbox | {sent.event}, cursor=(incarnation, sent.number)
                )
                label = f"the parent stores #{sent.number} (e{sent.event})"
                yield Step(label, applied, by_system=True)
            elif self.repairs.link_has_incarnation and sent.incarnation > incarnation:
                anew = state._replace(cursor=(sent.incarnation, 0))
                yield Step("the parent meets a new incarnation", anew, by_system=True)

    def _resend(self, state: State) -> Iterator[Step[State]]:
        """ResendFrom: the parent knows of a number above its cursor and asks."""
        number = state.cursor[1]
        head = max((sent.number for sent in state.stream), default=0)
        if self.repairs.heartbeat_names_the_head:
            head = max(head, state.outbox.number)
        if head <= number:
            return
        for row in state.outbox.rows:
            if row.number is not None and row.number > number:
                again = publish(state, row)
                if again != state:
                    yield Step(f"ResendFrom: #{row.number} once more", again, by_system=True)

    def _purge(self, state: State) -> Iterator[Step[State]]:
        box = state.outbox
        incarnation, number = state.cursor
        for at, row in enumerate(box.rows):
            if row.number is None:
                continue
            received = incarnation == box.incarnation and row.number <= number
            if received or not self.repairs.purged_below_cursor_only:
                purged = with_rows(state, without(box.rows, at))
                yield Step(f"e{row.event} is purged", purged, by_system=False)

    def _accidents(self, state: State) -> Iterator[Step[State]]:
        if state.wipes and state.stream:
            wiped = state._replace(stream=frozenset(), wipes=state.wipes - 1)
            yield Step("the parent's stream is wiped", wiped, by_system=False)
        if state.restores and state.backup is None:
            yield Step("backup", state._replace(backup=state.outbox), by_system=False)
        elif state.restores and state.backup is not None:
            yield Step("the node is restored", self._restored(state, state.backup), by_system=False)

    def _restored(self, state: State, backup: Outbox) -> State:
        rows = tuple(row for row in backup.rows if row.committed)
        box = backup._replace(rows=rows)
        if self.repairs.link_has_incarnation:
            box = box._replace(incarnation=state.outbox.incarnation + 1, number=0)
            if self.repairs.kept_rows_numbered_again:
                box = box._replace(rows=tuple(row._replace(number=None) for row in rows))
        kept = {row.event for row in rows}
        lost = {event for event in range(state.events) if event not in kept}
        excused = state.excused | (lost - state.inbox)
        return state._replace(outbox=box, excused=excused, restores=0, backup=None)

    def violation(self, state: State) -> str | None:
        """No committed event is lost for ever."""
        alive = {row.event for row in state.outbox.rows} | {sent.event for sent in state.stream}
        for event in set(range(state.events)) - alive - state.inbox - state.excused:
            return f"event e{event} is lost for ever"
        return None

    def settled(self, state: State) -> bool:
        """The parent has every committed event."""
        return all(row.committed and row.event in state.inbox for row in state.outbox.rows)

    def without_messages(self, state: State) -> State:
        """Give the state itself: a wiped stream is a step of its own."""
        return state


def with_rows(
    state: State,
    rows: tuple[OutboxRow, ...],
    *,
    seq: int | None = None,
    number: int | None = None,
    relayed_seq: int | None = None,
) -> State:
    """Put the outbox's new rows and counters in place."""
    box = state.outbox
    after = Outbox(
        rows,
        box.seq if seq is None else seq,
        box.relayed_seq if relayed_seq is None else relayed_seq,
        box.number if number is None else number,
        box.incarnation,
    )
    return state._replace(outbox=after)


def publish(state: State, row: OutboxRow) -> State:
    """Put a numbered row on the stream."""
    if row.number is None:
        return state
    sent = Sent(state.outbox.incarnation, row.number, row.event)
    return state._replace(stream=state.stream | {sent})


def without(rows: tuple[OutboxRow, ...], at: int) -> tuple[OutboxRow, ...]:
    """Give the rows without the one at `at`."""
    return (*rows[:at], *rows[at + 1 :])
