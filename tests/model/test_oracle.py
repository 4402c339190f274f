"""The transition table by itself: repeats, closed rows, stale epochs, impossible pairs."""

import pytest

from .custody_state import RECEIVER_CLOSED, SENDER_CLOSED
from .oracle import (
    TABLE,
    Answer,
    Custody,
    Effect,
    Holding,
    Key,
    Kind,
    Message,
    ProtocolBreach,
    Row,
    expected,
)

OUT = Holding(0, Custody.OUT)
REQUESTS = {Kind.DELIVER, Kind.CANCEL, Kind.OFFER, Kind.CLAIM, Kind.CONFIRM}
REQUEST_PAIRS = sorted(key for key in TABLE if key[0] in REQUESTS)
CLOSED = (SENDER_CLOSED | RECEIVER_CLOSED) - {Row.NONE}


@pytest.mark.parametrize("key", REQUEST_PAIRS, ids=lambda key: f"{key[0]}-{key[2]}")
def test_repeat_changes_nothing_and_is_answered_the_same(key: Key) -> None:
    """The second of two equal requests finds the row that the first left, and the same answer."""
    message = Message(key[0], epoch=4)
    first = expected(OUT, key[2], message)
    again = expected(first.custody, first.row, message)
    assert again == first


@pytest.mark.parametrize("key", sorted(key for key in TABLE if key[2] in CLOSED), ids=str)
def test_closed_row_is_never_changed(key: Key) -> None:
    """Whatever arrives at a closed row changes neither the row nor custody."""
    rule = TABLE[key]
    assert rule.row is key[2]
    assert rule.effect is Effect.NOTHING


def test_deliver_is_taken_at_the_next_epoch() -> None:
    """A first Deliver of epoch 3 makes the parent hold epoch 4."""
    outcome = expected(OUT, Row.NONE, Message(Kind.DELIVER, 3))
    assert outcome == (Holding(4, Custody.HELD), Row.RECEIVED, Answer.RECEIVED)


def test_deliver_may_be_refused_and_stays_refused() -> None:
    """REFUSED is a committed outcome: the repeat hears it again."""
    message = Message(Kind.DELIVER, 3)
    first = expected(OUT, Row.NONE, message, refuse=True)
    assert first.row is Row.REFUSED
    assert first.answer is Answer.REFUSED
    assert expected(OUT, first.row, message) == first


@pytest.mark.parametrize("kind", [Kind.DELIVER, Kind.CANCEL])
def test_stale_epoch_is_answered_received_and_takes_nothing(kind: Kind) -> None:
    """What would not raise the own epoch has been here before."""
    custody = Holding(5, Custody.OUT)
    outcome = expected(custody, Row.NONE, Message(kind, 4))
    assert outcome == (custody, Row.RECEIVED, Answer.RECEIVED)


def test_custody_after_a_restore_goes_above_the_floor() -> None:
    """The floor names the highest epoch that a comparison of rows made known."""
    outcome = expected(OUT, Row.NONE, Message(Kind.DELIVER, 3), floor=7)
    assert outcome.custody == Holding(8, Custody.HELD)


def test_void_gives_back_only_what_is_still_out_at_that_epoch() -> None:
    """The refused hand-over's epoch is consumed; a case that moved on stays where it is."""
    void = Message(Kind.CANCEL_ANSWER, 3, Answer.VOID)
    back = expected(Holding(3, Custody.OUT), Row.RECALLING, void)
    assert back.custody == Holding(4, Custody.HELD)
    moved_on = expected(Holding(6, Custody.HELD), Row.RECALLING, void)
    assert moved_on.custody == Holding(6, Custody.HELD)


def test_pair_that_cannot_happen_is_a_breach() -> None:
    """A Confirm of a hand-over that was recalled means that a side broke the protocol."""
    with pytest.raises(ProtocolBreach, match="Confirm"):
        expected(OUT, Row.RECALLED, Message(Kind.CONFIRM, 3))


KINDS_OF_HAND_OVER = {"escalate", "assign", "forward", "return", "designate", "review", "reopen"}


def test_no_rule_asks_for_the_kind_of_a_hand_over() -> None:
    """The table knows messages, rows and epochs: a review is a reopening and a hand-over."""
    asked = {str(part).lower() for key in TABLE for part in key}
    assert not asked & KINDS_OF_HAND_OVER
