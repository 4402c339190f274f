"""The custody model: hand-overs of one case between the nodes of a tree (handover sections 1-4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from . import restore
from .checker import Step
from .custody_state import (
    ALL_REPAIRS,
    Bounds,
    Comparison,
    Handoff,
    Letter,
    Node,
    Repairs,
    State,
    changed,
    closed,
    owed_by,
    without_dead_letters,
)
from .oracle import (
    Answer,
    Custody,
    Holding,
    Kind,
    Message,
    ProtocolBreach,
    Row,
    expected,
    given_back,
)

ANSWERED_BY = {
    Kind.DELIVER: Kind.DELIVER_ANSWER,
    Kind.CANCEL: Kind.CANCEL_ANSWER,
    Kind.CLAIM: Kind.CLAIM_ANSWER,
}
NEVER_OFFERED = {Row.NONE, Row.RELEASING, Row.KEPT}


@dataclass(frozen=True)
class CustodyModel:
    """Nodes hand a case to each other, recall, refuse, crash, lose letters; one may be restored."""

    bounds: Bounds
    repairs: Repairs = ALL_REPAIRS

    @property
    def name(self) -> str:
        """Say what is searched."""
        return "custody"

    def initial(self) -> Iterator[State]:
        """Begin with the case held at epoch 1 by one node."""
        bounds = self.bounds
        start = bounds.index(bounds.start)
        blank = (Row.NONE,) * bounds.handoffs
        fences = (0,) * len(bounds.names)
        out = Node(Holding(0, Custody.OUT), blank, 0, fences, fences, frozenset())
        held = out._replace(custody=Holding(1, Custody.HELD))
        nodes = tuple(held if n == start else out for n in range(len(bounds.names)))
        history = frozenset({(1, start)})
        restores = 1 if bounds.restored else 0
        letters: frozenset[Letter | Comparison] = frozenset()
        yield State(nodes, letters, (), bounds.recalls, bounds.refusals, None, restores, history)

    def steps(self, state: State) -> Iterator[Step[State]]:
        """Give what people decide, what restores do and what letters cause."""
        for label, after, by_system in self._all_steps(state):
            yield Step(label, without_dead_letters(self.repairs, after), by_system)

    def _all_steps(self, state: State) -> Iterator[Step[State]]:
        yield from restore.steps(self.bounds, self.repairs, state)
        for number, node in enumerate(state.nodes):
            if not node.awaiting:
                yield from self._decisions(state, number, node)
                yield from self._releases(state, number, node)
        for letter in state.letters:
            if isinstance(letter, Letter):
                yield from self._reads(state, letter)

    def _decisions(self, state: State, number: int, node: Node) -> Iterator[Step[State]]:
        """Somebody at the node begins a hand-over or recalls one."""
        bounds = self.bounds
        if node.custody.state is Custody.HELD and len(state.handoffs) < bounds.handoffs:
            for peer in bounds.neighbours(number):
                if bounds.may_go(number, peer):
                    yield self._begin(state, number, peer)
        if state.recalls:
            for handoff, row in enumerate(node.rows):
                if handoff < len(state.handoffs) and self._recallable(state, number, handoff, row):
                    yield self._recall(state, number, handoff)

    def _begin(self, state: State, number: int, peer: int) -> Step[State]:
        node = state.nodes[number]
        new = len(state.handoffs)
        handoff = Handoff(number, peer, node.custody.epoch)
        releasing = node.with_row(new, Row.RELEASING)._replace(
            custody=node.custody._replace(state=Custody.RELEASING)
        )
        label = f"{self._at(number)} begins h{new + 1} to {self._at(peer)}, epoch {handoff.epoch}"
        after = state._replace(handoffs=(*state.handoffs, handoff))
        return Step(label, changed(self.bounds, after, number, releasing), by_system=False)

    def _releases(self, state: State, number: int, node: Node) -> Iterator[Step[State]]:
        """The services of the node release the case, or one refuses (release.py looks inside)."""
        if Row.RELEASING not in node.rows:
            return
        handoff = node.rows.index(Row.RELEASING)
        sealed = node.with_row(handoff, Row.OFFERED)
        sealed = sealed._replace(custody=node.custody._replace(state=Custody.OUT))
        label = f"{self._at(number)} seals epoch {node.custody.epoch} and offers h{handoff + 1}"
        yield Step(label, changed(self.bounds, state, number, sealed), by_system=True)
        if state.refusals:
            kept = node.with_row(handoff, Row.KEPT)
            kept = kept._replace(custody=node.custody._replace(state=Custody.HELD))
            after = changed(self.bounds, state, number, kept)
            label = f"a service of {self._at(number)} refuses h{handoff + 1}"
            yield Step(label, after._replace(refusals=state.refusals - 1), by_system=False)

    def _recallable(self, state: State, number: int, handoff: int, row: Row) -> bool:
        if state.handoffs[handoff].sender != number:
            return False
        offered = row is Row.OFFERED
        late = row is Row.CLAIMED and not self.repairs.recall_only_while_offered
        return offered or late

    def _recall(self, state: State, number: int, handoff: int) -> Step[State]:
        node = state.nodes[number]
        sender, receiver, epoch = state.handoffs[handoff]
        label = f"{self._at(number)} recalls h{handoff + 1}"
        if self.bounds.is_up(sender, receiver) and self.repairs.recall_upwards_asks_parent:
            label += " by asking the parent"
            recalled = node.with_row(handoff, Row.RECALLING)
        else:
            floor = node.floor(self.repairs, receiver)
            custody = given_back(node.custody, epoch, floor, self.repairs.table)
            recalled = node.with_row(handoff, Row.RECALLED)._replace(custody=custody)
        after = changed(self.bounds, state, number, recalled)
        return Step(label, after._replace(recalls=state.recalls - 1), by_system=False)

    def _reads(self, state: State, letter: Letter) -> Iterator[Step[State]]:
        """The receiver reads a letter, unless it is frozen or the sender is restored since."""
        node = state.nodes[letter.receiver]
        fenced = letter.incarnation < node.fences[letter.sender]
        if node.awaiting or (fenced and self.repairs.old_incarnation_is_fenced):
            return
        yield from self._read(state, letter, refuse=False)
        if state.refusals and letter.kind is Kind.DELIVER and node.rows[letter.handoff] is Row.NONE:
            for step in self._read(state, letter, refuse=True):
                after = step.state._replace(refusals=state.refusals - 1)
                yield Step(step.label + " and refuses", after, by_system=False)

    def _read(self, state: State, letter: Letter, *, refuse: bool) -> Iterator[Step[State]]:
        node = state.nodes[letter.receiver]
        row = node.rows[letter.handoff]
        message = Message(letter.kind, state.handoffs[letter.handoff].epoch, letter.answer)
        label = self._label(letter)
        try:
            custody, new_row, answer = expected(
                node.custody,
                row,
                message,
                floor=node.floor(self.repairs, letter.sender),
                refuse=refuse,
                repairs=self.repairs.table,
            )
        except ProtocolBreach as breach:
            yield Step(label, state._replace(breach=str(breach)), by_system=True)
            return
        after = state
        if custody != node.custody or new_row is not row:
            new = node.with_row(letter.handoff, new_row)._replace(custody=custody)
            after = changed(self.bounds, state, letter.receiver, new)
        after = self._answered(after, letter, node.incarnation, answer)
        if after is not state:
            yield Step(label, after, by_system=True)

    @staticmethod
    def _answered(state: State, letter: Letter, mine: int, answer: Answer | None) -> State:
        kind = ANSWERED_BY.get(letter.kind)
        if kind is None or answer is None:
            return state
        reply = Letter(kind, letter.handoff, letter.receiver, letter.sender, mine, answer)
        if reply in state.letters:
            return state
        return state._replace(letters=state.letters | {reply})

    def _label(self, letter: Letter) -> str:
        said = f" {letter.answer}" if letter.answer else ""
        return f"{self._at(letter.receiver)} reads {letter.kind}{said} of h{letter.handoff + 1}"

    def _at(self, number: int) -> str:
        return self.bounds.names[number]

    def violation(self, state: State) -> str | None:
        """At most one writer; an epoch has one holder and is not written once sealed; no gaps."""
        if state.breach:
            return f"protocol breach: {state.breach}"
        writers = [n for n, node in enumerate(state.nodes) if node.writes()]
        if len(writers) > 1:
            return "two holders: " + ", ".join(self._at(n) for n in writers)
        epochs = [epoch for epoch, _ in state.held]
        if len(epochs) != len(set(epochs)):
            return "an epoch was held by two nodes"
        if self.bounds.restored is None and max(epochs) != len(epochs):
            return f"epochs are not consecutive: {sorted(epochs)}"
        sealed = _sealed(state)
        for number in writers:
            if state.nodes[number].custody.epoch in sealed:
                return f"{self._at(number)} writes to an epoch that was sealed"
        return None

    def settled(self, state: State) -> bool:
        """One holder, nobody frozen, and both rows of every hand-over agree."""
        if any(node.awaiting for node in state.nodes):
            return False
        if [node.custody.state for node in state.nodes].count(Custody.HELD) != 1:
            return False
        return all(closed(state, number) for number in range(len(state.handoffs)))

    def without_messages(self, state: State) -> State:
        """Keep only what the rows make the nodes send again."""
        letters = {
            letter for n in range(len(state.nodes)) for letter in owed_by(self.bounds, state, n)
        }
        return without_dead_letters(self.repairs, state._replace(letters=frozenset(letters)))


def _sealed(state: State) -> set[int]:
    return {
        handoff.epoch
        for number, handoff in enumerate(state.handoffs)
        for node in state.nodes
        if node.rows[number] not in NEVER_OFFERED
    }
