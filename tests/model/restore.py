"""A node restored from an older backup: frozen, fenced, its rows compared with every neighbour.

Comparing is two transactions on two nodes, with a letter each way that may be lost, repeated or
late: the peer's (fence the old incarnation, void what it never took, send again what was forgotten)
and the restored node's (adopt what the peer says).
"""

from __future__ import annotations

from collections.abc import Iterator

from .checker import Step
from .custody_state import Bounds, Comparison, Handoff, Node, Repairs, State, changed, rows_of_link
from .oracle import Custody, Holding, Row

NEVER_TAKEN = {Row.NONE, Row.WANT}
NOTHING_CAME = {Row.VOID, Row.GONE, Row.REFUSED}
RECALLED = {Row.RECALLED, Row.VOID, Row.REFUSED}


def steps(bounds: Bounds, repairs: Repairs, state: State) -> Iterator[Step[State]]:
    """Give the steps of backup, restore and comparison."""
    if bounds.restored is not None and state.restores:
        yield from _backup_and_restore(bounds, repairs, state, bounds.index(bounds.restored))
    for letter in state.letters:
        if isinstance(letter, Comparison):
            yield from _compare(bounds, repairs, state, letter)


def _backup_and_restore(
    bounds: Bounds, repairs: Repairs, state: State, number: int
) -> Iterator[Step[State]]:
    node, name = state.nodes[number], bounds.names[number]
    if state.backup is None:
        yield Step(f"{name} is backed up", state._replace(backup=node), by_system=False)
    elif state.backup != node:
        awaiting = frozenset(bounds.neighbours(number))
        restored = state.backup._replace(
            incarnation=node.incarnation + 1,
            awaiting=awaiting if repairs.restored_node_is_frozen else frozenset(),
        )
        known = state._replace(restores=0, backup=None, held=_still_known(state, number))
        after = changed(bounds, known, number, restored)
        yield Step(f"{name} is restored from its backup", after, by_system=False)


def _still_known(state: State, restored: int) -> frozenset[tuple[int, int]]:
    """Forget epochs of the restored node that no other node's row names: nobody can know them."""
    named = set()
    for number, handoff in enumerate(state.handoffs):
        for other, node in enumerate(state.nodes):
            if other == restored or node.rows[number] is Row.NONE:
                continue
            named.add(handoff.epoch if handoff.sender == restored else handoff.epoch + 1)
    return frozenset(
        (epoch, node) for epoch, node in state.held if node != restored or epoch in named
    )


def _compare(
    bounds: Bounds, repairs: Repairs, state: State, letter: Comparison
) -> Iterator[Step[State]]:
    asker = bounds.names[letter.receiver if letter.is_answer else letter.sender]
    peer = bounds.names[letter.sender if letter.is_answer else letter.receiver]
    if letter.is_answer:
        node = state.nodes[letter.receiver]
        if letter.sender in node.awaiting and letter.incarnation == node.incarnation:
            after = _adopt(bounds, repairs, state, letter)
            yield Step(f"{asker} adopts what {peer} says of their rows", after, by_system=True)
        return
    after = _examine(bounds, repairs, state, letter)
    if after != state:
        yield Step(f"{peer} compares its rows with {asker}'s", after, by_system=True)


def _examine(bounds: Bounds, repairs: Repairs, state: State, letter: Comparison) -> State:
    """The peer's transaction."""
    me, asker = letter.receiver, letter.sender
    node = state.nodes[me]
    compared_before = node.fences[asker] >= letter.incarnation
    if not (compared_before and repairs.rows_compared_once):
        for number, handoff in enumerate(state.handoffs):
            theirs = letter.rows[number]
            if {handoff.sender, handoff.receiver} == {me, asker}:
                row = _after_examining(bounds, repairs, handoff, (node.rows[number], theirs), asker)
                node = node.with_row(number, row)
    highest = _highest(state.handoffs, (letter.rows, node.rows), (me, asker))
    fences = tuple(
        max(fence, letter.incarnation) if n == asker else fence
        for n, fence in enumerate(node.fences)
    )
    node = node._replace(fences=fences)
    if repairs.later_custody_goes_above_too:
        node = node.with_floor(asker, highest)
    rows = rows_of_link(state.handoffs, node.rows, me, asker)
    answer = Comparison(me, asker, letter.incarnation, rows, highest, is_answer=True)
    after = changed(bounds, state, me, node)
    return after._replace(letters=after.letters | {answer})


def _after_examining(
    bounds: Bounds, repairs: Repairs, handoff: Handoff, rows: tuple[Row, Row], asker: int
) -> Row:
    """Say what becomes of the peer's row, given its own and the restored node's."""
    mine, theirs = rows
    if handoff.sender == asker:
        known = mine is not Row.NONE or theirs is not Row.NONE
        if repairs.peer_row_wins and known and mine in NEVER_TAKEN:
            return Row.VOID if bounds.is_up(*handoff[:2]) else Row.GONE
        return mine
    forgotten = mine in (Row.CLAIMED, Row.DELIVERED) and theirs is not Row.RECEIVED
    if handoff.receiver == asker and forgotten and repairs.forgotten_is_sent_again:
        return Row.AGAIN if repairs.again_is_not_recallable else Row.OFFERED
    return mine


def _highest(
    handoffs: tuple[Handoff, ...],
    sides: tuple[tuple[Row, ...], tuple[Row, ...]],
    ends: tuple[int, int],
) -> int:
    """Give the highest epoch that a row of the link names, the receiver's included."""
    named = [
        handoff.epoch + 1
        for side in sides
        for handoff, row in zip(handoffs, side, strict=False)
        if row is not Row.NONE and {handoff.sender, handoff.receiver} == set(ends)
    ]
    return max(named, default=0)


def _adopt(bounds: Bounds, repairs: Repairs, state: State, letter: Comparison) -> State:
    """The restored node's transaction: the peer's rows win; the last answer ends the freeze."""
    me, peer = letter.receiver, letter.sender
    node = state.nodes[me]
    for number, handoff in enumerate(state.handoffs):
        if repairs.peer_row_wins:
            node = _adopt_row(bounds, handoff, node, (number, letter.rows[number]), me)
    node = node.with_floor(peer, letter.highest)._replace(awaiting=node.awaiting - {peer})
    if not node.awaiting:
        node = _resumed(repairs, state.handoffs, node, me)
    return changed(bounds, state, me, node)


def _adopt_row(
    bounds: Bounds, handoff: Handoff, node: Node, peer_row: tuple[int, Row], me: int
) -> Node:
    number, theirs = peer_row
    if handoff.sender == me and theirs is Row.RECEIVED:
        if node.custody.epoch <= handoff.epoch:
            node = node._replace(custody=Holding(handoff.epoch, Custody.OUT))
        return node.with_row(number, Row.DELIVERED)
    if handoff.sender == me and theirs in NOTHING_CAME:
        return node.with_row(number, Row.VOID)
    if handoff.receiver == me and theirs in RECALLED:
        return node.with_row(number, Row.VOID if bounds.is_up(*handoff[:2]) else Row.GONE)
    return node


def _resumed(repairs: Repairs, handoffs: tuple[Handoff, ...], node: Node, me: int) -> Node:
    """What is still held after all have answered goes on above every epoch heard of."""
    custody = node.custody
    if custody.state is Custody.OUT and not _given_away(handoffs, node, me):
        custody = custody._replace(state=Custody.HELD)
    if custody.state is not Custody.OUT:
        epoch = custody.epoch
        if repairs.restored_goes_above_all_epochs:
            epoch = max(epoch, *node.floors) + 1
        custody = Holding(epoch, Custody.HELD)
    if not repairs.later_custody_goes_above_too:
        node = node._replace(floors=(0,) * len(node.floors))
    return node._replace(custody=custody)


def _given_away(handoffs: tuple[Handoff, ...], node: Node, me: int) -> bool:
    """Tell whether a hand-over of the node's own epoch went out and did not come to nothing."""
    if node.custody.epoch == 0:
        return True
    return any(
        handoff.sender == me
        and handoff.epoch >= node.custody.epoch
        and node.rows[number] in (Row.OFFERED, Row.CLAIMED, Row.RECALLING, Row.DELIVERED, Row.AGAIN)
        for number, handoff in enumerate(handoffs)
    )
