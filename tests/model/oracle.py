"""The transition table of the hand-over protocol: what a node does with a message.

Pure and without models: the explicit-state models run on it, and a state test of the real
services may ask it what to expect. One table, the reason beside each odd row. A pair that is not
in the table cannot happen (the models prove it); asking for one raises `ProtocolBreach`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Custody(StrEnum):
    """What a node's custody row says. A node that never held the case is OUT at epoch 0."""

    HELD = "held"
    RELEASING = "releasing"
    OUT = "out"


class Row(StrEnum):
    """State of a hand-over row; sender's states first, then the receiver's."""

    NONE = "none"
    RELEASING = "releasing"
    KEPT = "kept"  # given up before it was offered: a service refused, or it was cancelled
    OFFERED = "offered"
    CLAIMED = "claimed"
    DELIVERED = "delivered"
    RECALLING = "recalling"
    RECALLED = "recalled"
    AGAIN = "again"  # sent once more to a restored peer; nobody can recall it
    REFUSED = "refused"  # both sides
    VOID = "void"  # both sides; the receiver's is the tombstone of a hand-over it never takes
    WANT = "want"
    RECEIVED = "received"
    GONE = "gone"


class Kind(StrEnum):
    """The messages between two nodes."""

    DELIVER = "Deliver"
    CANCEL = "Cancel"
    DELIVER_ANSWER = "answer to Deliver"
    CANCEL_ANSWER = "answer to Cancel"
    OFFER = "Offer"
    CLAIM = "Claim"
    CLAIM_ANSWER = "answer to Claim"
    CONFIRM = "Confirm"


class Answer(StrEnum):
    """What is answered, and what an answer says when it arrives."""

    RECEIVED = "RECEIVED"
    VOID = "VOID"
    REFUSED = "REFUSED"
    HERE = "HERE"
    GONE = "GONE"
    CLAIM = "CLAIM"  # an Offer is answered by claiming
    CONFIRM = "CONFIRM"  # content that arrived is answered by confirming
    CONFIRMED = "CONFIRMED"


class Effect(StrEnum):
    """What a message does to custody."""

    NOTHING = "nothing"
    TAKE = "take"  # held at epoch + 1, unless the epoch is stale
    GIVE_BACK = "give back"  # held again, only while still OUT at the row's epoch
    ENTOMB = "entomb"  # a tombstone, unless the epoch is stale


class Holding(NamedTuple):
    """A custody row."""

    epoch: int
    state: Custody


class Message(NamedTuple):
    """A message about one hand-over; `epoch` is the one the sender sealed."""

    kind: Kind
    epoch: int
    answer: Answer | None = None


class Outcome(NamedTuple):
    """Custody and row after the message, and the answer owed (None: nothing)."""

    custody: Holding
    row: Row
    answer: Answer | None


@dataclass(frozen=True)
class Repairs:
    """Rules that the simpler wording lacked; with one of them off, a trace breaks the invariant."""

    nothing_consumes_epoch: bool = True  # simpler: a recalled hand-over gives its epoch back
    confirm_changes_row_only: bool = True  # simpler: Confirm sets the case to "not mine"
    stale_is_never_taken: bool = True  # simpler: whatever is delivered is taken
    stale_cancel_is_received: bool = True  # simpler: Cancel of an unknown id is always VOID


ALL_REPAIRS = Repairs()


class ProtocolBreach(LookupError):
    """A message met a row that it cannot meet while both sides keep the protocol."""


class Rule(NamedTuple):
    """One line of the table."""

    row: Row
    effect: Effect = Effect.NOTHING
    answer: Answer | None = None


Key = tuple[Kind, Answer | None, Row]


def _unchanged(kind: Kind, answer: Answer | None, rows: Iterable[Row]) -> dict[Key, Rule]:
    return {(kind, answer, row): Rule(row) for row in rows}


def _repeated(kind: Kind, answers: dict[Row, Answer]) -> dict[Key, Rule]:
    """A repeat is answered as the first was, for ever, also after the case moved on."""
    return {(kind, None, row): Rule(row, answer=answer) for row, answer in answers.items()}


_CAME_TO_NOTHING = (Row.RECALLED, Row.REFUSED, Row.VOID)
_RECEIVER_CLOSED = {
    Row.RECEIVED: Answer.RECEIVED,
    Row.VOID: Answer.VOID,
    Row.REFUSED: Answer.REFUSED,
}


def _upward() -> dict[Key, Rule]:
    """Deliver and Cancel, asked by the child, answered by the parent."""
    return {
        (Kind.DELIVER, None, Row.NONE): Rule(Row.RECEIVED, Effect.TAKE, Answer.RECEIVED),
        # Deliver may still be on its way: the tombstone meets it when it comes.
        (Kind.CANCEL, None, Row.NONE): Rule(Row.VOID, Effect.ENTOMB, Answer.VOID),
        **_repeated(Kind.DELIVER, _RECEIVER_CLOSED),
        **_repeated(Kind.CANCEL, _RECEIVER_CLOSED),
    }


def _upward_answers() -> dict[Key, Rule]:
    """Answers to Deliver and Cancel at the child; either may close a row that both are out for."""
    table: dict[Key, Rule] = {}
    late = (Row.NONE, Row.DELIVERED, *_CAME_TO_NOTHING)
    for kind in (Kind.DELIVER_ANSWER, Kind.CANCEL_ANSWER):
        for row in (Row.OFFERED, Row.RECALLING, Row.AGAIN):
            back = Effect.GIVE_BACK
            table[kind, Answer.RECEIVED, row] = Rule(Row.DELIVERED)
            # AGAIN too: a Cancel sent before the peer was restored may have reached it first.
            table[kind, Answer.VOID, row] = Rule(Row.RECALLED, back)
            table[kind, Answer.REFUSED, row] = Rule(Row.REFUSED, back)
        # NONE: a restored sender hears the answer to what it forgot; comparing rows settles it.
        for answer in (Answer.RECEIVED, Answer.VOID, Answer.REFUSED):
            table |= _unchanged(kind, answer, late)
    return table


def _downward() -> dict[Key, Rule]:
    """Offer and the answer to Claim at the child."""
    here, gone = Answer.HERE, Answer.GONE
    table = {
        (Kind.OFFER, None, Row.NONE): Rule(Row.WANT, answer=Answer.CLAIM),
        (Kind.OFFER, None, Row.WANT): Rule(Row.WANT, answer=Answer.CLAIM),
        # The Confirm was lost, or the sender was asked to send again what arrived after all.
        (Kind.OFFER, None, Row.RECEIVED): Rule(Row.RECEIVED, answer=Answer.CONFIRM),
        (Kind.OFFER, None, Row.GONE): Rule(Row.GONE),
        (Kind.CLAIM_ANSWER, here, Row.WANT): Rule(Row.RECEIVED, Effect.TAKE, Answer.CONFIRM),
        (Kind.CLAIM_ANSWER, here, Row.RECEIVED): Rule(Row.RECEIVED, answer=Answer.CONFIRM),
        (Kind.CLAIM_ANSWER, gone, Row.WANT): Rule(Row.GONE),
    }
    # NONE: a restored child hears the answer to a Claim it forgot. It will be offered again.
    table |= _unchanged(Kind.CLAIM_ANSWER, here, (Row.NONE, Row.GONE))
    table |= _unchanged(Kind.CLAIM_ANSWER, gone, (Row.NONE, Row.GONE))
    return table


def _downward_answers() -> dict[Key, Rule]:
    """Claim and Confirm at the parent."""
    gone = dict.fromkeys((Row.RECALLED, Row.VOID), Answer.GONE)
    here = dict.fromkeys((Row.CLAIMED, Row.DELIVERED, Row.AGAIN), Answer.HERE)
    return {
        # CLAIMED is committed with the answer: from here on nobody can recall it.
        (Kind.CLAIM, None, Row.OFFERED): Rule(Row.CLAIMED, answer=Answer.HERE),
        # A restored parent forgot the offer; the id is void for ever, so that GONE stays true.
        (Kind.CLAIM, None, Row.NONE): Rule(Row.VOID, answer=Answer.GONE),
        **_repeated(Kind.CLAIM, here | gone),
        # A late Confirm changes the row only: the case may long be back.
        (Kind.CONFIRM, None, Row.CLAIMED): Rule(Row.DELIVERED, answer=Answer.CONFIRMED),
        (Kind.CONFIRM, None, Row.AGAIN): Rule(Row.DELIVERED, answer=Answer.CONFIRMED),
        (Kind.CONFIRM, None, Row.DELIVERED): Rule(Row.DELIVERED, answer=Answer.CONFIRMED),
    }


TABLE: dict[Key, Rule] = _upward() | _upward_answers() | _downward() | _downward_answers()


def is_stale(custody: Holding, epoch: int) -> bool:
    """Tell whether a hand-over of `epoch` would not raise this node's own epoch."""
    return epoch + 1 <= custody.epoch


def next_epoch(epoch: int, floor: int) -> int:
    """Give the epoch after `epoch`, above every epoch that a restore made known."""
    return max(epoch, floor) + 1


def given_back(custody: Holding, epoch: int, floor: int, repairs: Repairs = ALL_REPAIRS) -> Holding:
    """Hold again what came to nothing, unless custody has moved on from that row's epoch."""
    if custody != Holding(epoch, Custody.OUT):
        return custody
    again = next_epoch(epoch, floor) if repairs.nothing_consumes_epoch else epoch
    return Holding(again, Custody.HELD)


def expected(
    custody: Holding,
    row: Row,
    message: Message,
    *,
    floor: int = 0,
    refuse: bool = False,
    repairs: Repairs = ALL_REPAIRS,
) -> Outcome:
    """Say what `message` does to this node's custody and row, and what is answered.

    `floor` is the highest epoch a restore made known on this node; `refuse` is the parent's own
    reason to refuse a Deliver it sees for the first time. Raises ProtocolBreach for a pair that
    the protocol excludes.
    """
    rule = TABLE.get((message.kind, message.answer, row))
    if rule is None:
        raise ProtocolBreach(f"{message.kind} {message.answer or ''} meets a row {row}")
    stale = is_stale(custody, message.epoch)
    if rule.effect is Effect.TAKE:
        if stale and repairs.stale_is_never_taken:
            return Outcome(custody, Row.RECEIVED, rule.answer)
        if refuse and message.kind is Kind.DELIVER:
            return Outcome(custody, Row.REFUSED, Answer.REFUSED)
        custody = Holding(next_epoch(message.epoch, floor), Custody.HELD)
    elif rule.effect is Effect.ENTOMB and stale and repairs.stale_cancel_is_received:
        return Outcome(custody, Row.RECEIVED, Answer.RECEIVED)
    elif rule.effect is Effect.GIVE_BACK:
        custody = given_back(custody, message.epoch, floor, repairs)
    closes = message.kind is Kind.CONFIRM and row is not rule.row
    if closes and not repairs.confirm_changes_row_only:
        custody = Holding(custody.epoch, Custody.OUT)
    return Outcome(custody, rule.row, rule.answer)
