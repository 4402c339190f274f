"""The transition table of the hand-over protocol: what a message does to custody and row.

The rules are the hand-over ADR's, proven by the explicit-state model that lives with the tests. A
pair that the table lacks cannot happen while both nodes keep the protocol.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from routing.domain.words import Custody, Row


class Message(StrEnum):
    """Messages between two nodes, as they arrive."""

    DELIVER = "deliver"
    CANCEL = "cancel"
    OFFER = "offer"
    CLAIM = "claim"
    CONFIRM = "confirm"
    SAID_RECEIVED = "said_received"  # answer to Deliver or Cancel
    SAID_VOID = "said_void"
    SAID_REFUSED = "said_refused"
    SAID_HERE = "said_here"  # answer to Claim
    SAID_GONE = "said_gone"


class Effect(StrEnum):
    """What a message does to custody."""

    NOTHING = "nothing"
    TAKE = "take"
    GIVE_BACK = "give_back"
    ENTOMB = "entomb"


class Rule(NamedTuple):
    """One line of the table: row afterwards, effect on custody, answer owed."""

    row: Row
    effect: Effect = Effect.NOTHING
    answer: str = ""


class OutOfProtocol(LookupError):
    """A message met a row that it cannot meet while both sides keep the protocol."""

    def __init__(self, message: Message, row: Row | None) -> None:
        super().__init__(f"{message} meets {row or 'no row'}")


NEW: Row | None = None
Table = dict[tuple[Message, Row | None], Rule]


def _same(message: Message, rows: Iterable[Row | None], answer: str = "") -> Table:
    """A repeat changes nothing and is answered as the first was, for ever."""
    return {(message, row): Rule(row or Row.VOID, answer=answer) for row in rows}


RECEIVER: Table = {
    (Message.DELIVER, NEW): Rule(Row.RECEIVED, Effect.TAKE, "RECEIVED"),
    **_same(Message.DELIVER, [Row.RECEIVED], "RECEIVED"),
    **_same(Message.DELIVER, [Row.VOID], "VOID"),
    **_same(Message.DELIVER, [Row.REFUSED], "REFUSED"),
    # The Deliver may still be under way: the tombstone meets it when it comes.
    (Message.CANCEL, NEW): Rule(Row.VOID, Effect.ENTOMB, "VOID"),
    **_same(Message.CANCEL, [Row.RECEIVED], "RECEIVED"),
    **_same(Message.CANCEL, [Row.VOID], "VOID"),
    **_same(Message.CANCEL, [Row.REFUSED], "REFUSED"),
    (Message.OFFER, NEW): Rule(Row.WANT, answer="CLAIM"),
    **_same(Message.OFFER, [Row.WANT], "CLAIM"),
    # Our Confirm was lost, or the sender sends again what had arrived.
    **_same(Message.OFFER, [Row.RECEIVED], "CONFIRM"),
    **_same(Message.OFFER, [Row.GONE]),
    (Message.SAID_HERE, Row.WANT): Rule(Row.RECEIVED, Effect.TAKE, "CONFIRM"),
    **_same(Message.SAID_HERE, [Row.RECEIVED], "CONFIRM"),
    # A late answer after the offer was found gone, e.g. after a restore of the sender.
    **_same(Message.SAID_HERE, [Row.GONE]),
    (Message.SAID_GONE, Row.WANT): Rule(Row.GONE),
    **_same(Message.SAID_GONE, [Row.GONE, Row.RECEIVED]),
}

SENDER: Table = {
    (Message.CLAIM, Row.OFFERED): Rule(Row.CLAIMED, answer="HERE"),
    **_same(Message.CLAIM, [Row.CLAIMED, Row.DELIVERED, Row.AGAIN], "HERE"),
    **_same(Message.CLAIM, [Row.RECALLED, Row.VOID, Row.KEPT], "GONE"),
    # A restored parent forgot the offer: the id is void for ever, so that GONE stays true.
    (Message.CLAIM, NEW): Rule(Row.VOID, answer="GONE"),
    # A late Confirm changes the row only: the case may long be back.
    **{
        (Message.CONFIRM, row): Rule(Row.DELIVERED)
        for row in (Row.OFFERED, Row.CLAIMED, Row.AGAIN, Row.DELIVERED)
    },
    **_same(Message.CONFIRM, [Row.RECALLED, Row.VOID]),
    **{
        (Message.SAID_RECEIVED, row): Rule(Row.DELIVERED)
        for row in (Row.OFFERED, Row.RECALLING, Row.AGAIN, Row.DELIVERED)
    },
    **{
        (Message.SAID_VOID, row): Rule(Row.RECALLED, Effect.GIVE_BACK)
        for row in (Row.OFFERED, Row.RECALLING, Row.AGAIN)
    },
    **{
        (Message.SAID_REFUSED, row): Rule(Row.REFUSED, Effect.GIVE_BACK)
        for row in (Row.OFFERED, Row.RECALLING, Row.AGAIN)
    },
    **_same(Message.SAID_VOID, [Row.RECALLED, Row.REFUSED, Row.VOID, Row.DELIVERED]),
    **_same(Message.SAID_REFUSED, [Row.RECALLED, Row.REFUSED, Row.VOID, Row.DELIVERED]),
    **_same(Message.SAID_RECEIVED, [Row.RECALLED, Row.REFUSED, Row.VOID]),
}

TABLE: Table = RECEIVER | SENDER
TAKEN_BACK = frozenset({Row.KEPT, Row.RECALLED, Row.REFUSED, Row.VOID})
OPEN_ROWS = frozenset(
    {Row.RELEASING, Row.OFFERED, Row.CLAIMED, Row.RECALLING, Row.AGAIN, Row.WANT},
)


def rule_for(message: Message, row: str | None) -> Rule:
    """The line of the table. Raises OutOfProtocol for a pair that cannot happen."""
    state = Row(row) if row else None
    rule = TABLE.get((message, state))
    if rule is None:
        raise OutOfProtocol(message, state)
    return rule


def is_stale(own_epoch: int, epoch: int) -> bool:
    """Whether a hand-over of `epoch` would not raise this node's own epoch: it is not taken."""
    return epoch + 1 <= own_epoch


def next_epoch(epoch: int, floor: int) -> int:
    """The epoch after `epoch`, above every epoch that a restore made known."""
    return max(epoch, floor) + 1


def gives_back(custody: str, own_epoch: int, epoch: int) -> bool:
    """Whether an ending row returns custody: only while still OUT at that row's epoch."""
    return custody == Custody.OUT and own_epoch == epoch
