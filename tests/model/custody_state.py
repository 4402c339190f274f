"""State of the custody model: the nodes of a tree, their rows of one case, and the letters between.

The set of letters only grows. A letter may be read at any time, often, or never: so loss, delay,
repetition and reordering are all covered. Every step starts from database rows and is one local
transaction: so a crash between any two steps is the loss of what the first one would have sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from . import oracle
from .oracle import Answer, Custody, Holding, Kind, Row


class Handoff(NamedTuple):
    """What a hand-over's id stands for; nodes are indices into the tree."""

    sender: int
    receiver: int
    epoch: int


class Letter(NamedTuple):
    """A message between two nodes about hand-over number `handoff`."""

    kind: Kind
    handoff: int
    sender: int
    receiver: int
    incarnation: int
    answer: Answer | None = None


class Comparison(NamedTuple):
    """Rows of one link: a restored node's on their way to the peer, or the peer's in answer."""

    sender: int
    receiver: int
    incarnation: int
    rows: tuple[Row, ...]
    highest: int  # highest epoch named on the link; only in the answer
    is_answer: bool


class Node(NamedTuple):
    """The databases of one node as far as this case goes."""

    custody: Holding
    rows: tuple[Row, ...]
    incarnation: int
    fences: tuple[int, ...]  # per node: the oldest incarnation still listened to
    floors: tuple[int, ...]  # per link: highest epoch that a restore made known
    awaiting: frozenset[int]  # neighbours still to compare rows with: frozen until none is left

    def writes(self) -> bool:
        """Tell whether this node would append to the case's log."""
        return self.custody.state is not Custody.OUT and not self.awaiting

    def floor(self, repairs: Repairs, peer: int) -> int:
        """Give the epoch that custody coming from `peer` must go above."""
        return max(self.floors) if repairs.floor_is_the_whole_nodes else self.floors[peer]

    def with_floor(self, peer: int, epoch: int) -> Node:
        """Raise the floor of the link to `peer`."""
        floors = (max(f, epoch) if n == peer else f for n, f in enumerate(self.floors))
        return self._replace(floors=tuple(floors))

    def with_row(self, handoff: int, row: Row) -> Node:
        """Set the state of one row."""
        return self._replace(rows=(*self.rows[:handoff], row, *self.rows[handoff + 1 :]))


class State(NamedTuple):
    """Everything the checker tells apart."""

    nodes: tuple[Node, ...]
    letters: frozenset[Letter | Comparison]
    handoffs: tuple[Handoff, ...]
    recalls: int  # left to make
    refusals: int  # left to make, by a parent or by a local service
    backup: Node | None
    restores: int  # left to make
    held: frozenset[tuple[int, int]]  # (epoch, node) that ever was
    breach: str = ""


@dataclass(frozen=True)
class Repairs:
    """Rules beyond the table, each one a named switch."""

    table: oracle.Repairs = oracle.ALL_REPAIRS
    recall_only_while_offered: bool = True
    recall_upwards_asks_parent: bool = True
    restored_node_is_frozen: bool = True
    old_incarnation_is_fenced: bool = True
    peer_row_wins: bool = True
    forgotten_is_sent_again: bool = True
    again_is_not_recallable: bool = True
    restored_goes_above_all_epochs: bool = True
    later_custody_goes_above_too: bool = True
    floor_is_the_whole_nodes: bool = True  # simpler: each link has its own
    rows_compared_once: bool = True


ALL_REPAIRS = Repairs()


@dataclass(frozen=True)
class Bounds:
    """How far a search goes."""

    parents: dict[str, str]  # child → parent
    start: str
    handoffs: int
    recalls: int = 0
    refusals: int = 0
    restored: str | None = None
    ways: frozenset[tuple[str, str]] | None = None  # (from, to) that hand-overs take; None: all
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        names = {self.start, *self.parents, *self.parents.values()}
        object.__setattr__(self, "names", tuple(sorted(names)))

    def index(self, name: str) -> int:
        """Give the number of the node called `name`."""
        return self.names.index(name)

    def is_up(self, sender: int, receiver: int) -> bool:
        """Tell whether the receiver is the sender's parent."""
        return self.parents.get(self.names[sender]) == self.names[receiver]

    def neighbours(self, node: int) -> Iterator[int]:
        """Give the nodes that share a link with `node`."""
        for other in range(len(self.names)):
            if self.is_up(node, other) or self.is_up(other, node):
                yield other

    def may_go(self, sender: int, receiver: int) -> bool:
        """Tell whether hand-overs from `sender` to `receiver` are part of the search."""
        return self.ways is None or (self.names[sender], self.names[receiver]) in self.ways

    def __str__(self) -> str:
        """Say the bounds as the table of `make model` prints them."""
        links = " ".join(f"{child}<{parent}" for child, parent in sorted(self.parents.items()))
        parts = [links, f"start {self.start}", f"{self.handoffs} hand-overs"]
        parts += [f"{self.recalls} recalls"] if self.recalls else []
        parts += [f"{self.refusals} refusals"] if self.refusals else []
        parts += [f"{self.restored} restored"] if self.restored else []
        return ", ".join(parts)


def owed_by(bounds: Bounds, state: State, node: int) -> Iterator[Letter | Comparison]:
    """Give what the rows of a node make it send, now and on every retry."""
    me = state.nodes[node]
    for peer in me.awaiting:
        rows = rows_of_link(state.handoffs, me.rows, node, peer)
        yield Comparison(node, peer, me.incarnation, rows, 0, is_answer=False)
    if me.awaiting:
        return
    for number, handoff in enumerate(state.handoffs):
        kind = _owed_kind(bounds, handoff, node, me.rows[number])
        if kind is not None:
            peer = handoff.receiver if handoff.sender == node else handoff.sender
            yield Letter(kind, number, node, peer, me.incarnation)


_SENT_UP = {Row.OFFERED: Kind.DELIVER, Row.AGAIN: Kind.DELIVER, Row.RECALLING: Kind.CANCEL}
_SENT_DOWN = {Row.OFFERED: Kind.OFFER, Row.CLAIMED: Kind.OFFER, Row.AGAIN: Kind.OFFER}
_ASKED_DOWN = {Row.WANT: Kind.CLAIM, Row.RECEIVED: Kind.CONFIRM}


def _owed_kind(bounds: Bounds, handoff: Handoff, node: int, row: Row) -> Kind | None:
    if handoff.sender == node:
        return (_SENT_UP if bounds.is_up(*handoff[:2]) else _SENT_DOWN).get(row)
    if handoff.receiver == node and not bounds.is_up(*handoff[:2]):
        return _ASKED_DOWN.get(row)
    return None


def rows_of_link(
    handoffs: tuple[Handoff, ...], rows: tuple[Row, ...], one: int, other: int
) -> tuple[Row, ...]:
    """Keep the rows of one link, in the place of their numbers."""
    ends = {one, other}
    kept = [
        row if {h.sender, h.receiver} == ends else Row.NONE
        for h, row in zip(handoffs, rows, strict=False)
    ]
    return (*kept, *rows[len(handoffs) :])


def changed(bounds: Bounds, state: State, number: int, node: Node) -> State:
    """Put a node's new databases in place: what it owes is sent, the epoch it holds remembered."""
    nodes = (*state.nodes[:number], node, *state.nodes[number + 1 :])
    held = state.held
    if node.writes():
        held |= {(node.custody.epoch, number)}
    after = state._replace(nodes=nodes, held=held)
    owed = [letter for letter in owed_by(bounds, after, number) if letter not in after.letters]
    return after._replace(letters=after.letters.union(owed)) if owed else after


SENDER_CLOSED = {Row.NONE, Row.KEPT, Row.DELIVERED, Row.RECALLED, Row.REFUSED, Row.VOID}
RECEIVER_CLOSED = {Row.NONE, Row.RECEIVED, Row.REFUSED, Row.VOID, Row.GONE}
TOOK_NOTHING = RECEIVER_CLOSED - {Row.RECEIVED}


def closed(state: State, number: int) -> bool:
    """Tell whether both rows of a hand-over are closed and agree."""
    sender, receiver, _ = state.handoffs[number]
    sent, taken = state.nodes[sender].rows[number], state.nodes[receiver].rows[number]
    if sent is Row.DELIVERED:
        return taken is Row.RECEIVED
    return sent in SENDER_CLOSED and taken in TOOK_NOTHING


def without_dead_letters(repairs: Repairs, state: State) -> State:
    """Forget letters that nobody will heed any more, so that fewer states differ.

    Fenced letters of an older incarnation; comparisons nobody waits for; and, when no restore is
    to come, letters about closed hand-overs: the table changes nothing on a closed row
    (test_oracle.py). A receiver without a row is not closed while a letter could still open one.
    """
    final = state.restores == 0 and not any(node.awaiting for node in state.nodes)
    done = {n for n in range(len(state.handoffs)) if final and _done(state, n)}
    dead = [letter for letter in state.letters if _dead(repairs, state, letter, done)]
    return state._replace(letters=state.letters.difference(dead)) if dead else state


def _done(state: State, number: int) -> bool:
    receiver = state.handoffs[number].receiver
    return closed(state, number) and state.nodes[receiver].rows[number] is not Row.NONE


def _dead(repairs: Repairs, state: State, letter: Letter | Comparison, done: set[int]) -> bool:
    if isinstance(letter, Letter):
        fence = state.nodes[letter.receiver].fences[letter.sender]
        fenced = repairs.old_incarnation_is_fenced and letter.incarnation < fence
        return fenced or letter.handoff in done
    asker, peer = letter.sender, letter.receiver
    if letter.is_answer:
        asker, peer = peer, asker
    answered = peer not in state.nodes[asker].awaiting
    return answered and (letter.is_answer or repairs.rows_compared_once)
