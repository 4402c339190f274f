"""The state words of custody and hand-over, as they stand in the database and on the wire."""

from enum import StrEnum


class Custody(StrEnum):
    """What this node's custody row says of a case."""

    HELD = "held"
    RELEASING = "releasing"  # a hand-over asks the services to let go; the holder still answers
    OUT = "out"  # the log of this epoch is sealed; somebody else has it or will have it
    RECEIVED = "received"  # stored here; the services are being granted the right to write
    NONE = "none"  # only a header of it is kept here


class State(StrEnum):
    """What people are shown."""

    HELD = "held"
    RELEASING = "releasing"
    OUT = "out"
    ENDED = "ended"


class Row(StrEnum):
    """State of a hand-over row; the sender's words first, then the receiver's."""

    RELEASING = "releasing"
    KEPT = "kept"  # came to nothing before it was offered: the epoch goes on
    OFFERED = "offered"
    CLAIMED = "claimed"
    DELIVERED = "delivered"
    RECALLING = "recalling"
    RECALLED = "recalled"
    AGAIN = "again"  # sent once more to a restored peer; cannot be recalled
    REFUSED = "refused"
    VOID = "void"  # the tombstone of a hand-over that is never taken
    WANT = "want"
    RECEIVED = "received"
    GONE = "gone"


class Kind(StrEnum):
    """Kinds of hand-over."""

    ESCALATE = "escalate"  # 提级
    ASSIGN = "assign"  # 交办
    FORWARD = "forward"  # 转送
    RETURN = "return"  # 退回
    DESIGNATE = "designate"  # 指定办理
    REVIEW = "review"  # 送复查、发回重办: by a request or decision; no visit, no objection
    REOPEN = "reopen"  # an ended case goes on with its unit at the next epoch; no visit
    RELOCATE = "relocate"  # the site moved to another node; no visit, no clock, no signature


class Direction(StrEnum):
    """Which way the link goes."""

    UP = "up"
    DOWN = "down"
    LOCAL = "local"


class Side(StrEnum):
    """Which end of the hand-over a row is."""

    SENDER = "sender"
    RECEIVER = "receiver"
    BOTH = "both"


class Objection(StrEnum):
    """Where an objection (异议) to a hand-over stands."""

    NONE = ""
    OPEN = "open"
    UPHELD = "upheld"
    OVERRULED = "overruled"


EITHER_WAY = frozenset({Custody.HELD, Custody.RELEASING})
"""Custody in which the holder's facts are still appended."""
