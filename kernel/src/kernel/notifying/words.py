"""Where a notice stands, why, and what may be done with it then."""

from datetime import timedelta
from enum import Enum

MOST_TRIES = 6
PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)
"""Pauses after the first tries; after the last one a person is shown that it failed."""
LEASE = timedelta(minutes=5)
"""How long a try may take: one that was cut off by a crash is made again afterwards."""


class State(Enum):
    """Where a notice stands."""

    OWED = "owed"  # a machine will try, now or later
    KEPT = "kept"  # written to the local sink: nobody was sent anything
    SENT = "sent"  # a gateway took it
    DELIVERED = "delivered"  # a gateway said that it arrived
    HELD = "held"  # put to a person, as the recipient's safety or wish asks
    NOT_POSSIBLE = "not_possible"  # there is no way to reach the recipient
    FAILED = "failed"  # the last try did not work, or it did not arrive
    TOLD = "told"  # a person told the recipient
    STOPPED = "stopped"  # nobody is to be told any more


class Reason(Enum):
    """Why it stands there."""

    NONE = ""
    NO_CONTACT = "no_contact"
    LANDLINE = "landline"
    NO_CHANNEL = "no_channel"
    ERASED = "erased"
    WITHHELD = "withheld"
    SAFE_CONTACT = "safe_contact"
    IN_PERSON = "in_person"
    OUT_OF_HOURS = "out_of_hours"
    REFUSED_BY_GATEWAY = "refused_by_gateway"
    FAULT = "fault"
    CUT_OFF = "cut_off"
    NOT_DELIVERED = "not_delivered"
    ANONYMOUS = "anonymous"
    SEALED = "sealed"


class Step(Enum):
    """What a person or a gateway may do to it."""

    RETRY = "retry"
    TELL = "tell"
    ARRIVED = "arrived"
    LOST = "lost"


OPEN = frozenset({State.FAILED, State.HELD, State.NOT_POSSIBLE})
"""Nobody was told and no machine will try: a person has to."""

STALE = OPEN | {State.KEPT}
"""What nobody was sent: once a later word takes its place, it is not to come after that."""

_OVER = frozenset({State.TOLD, State.STOPPED})
_NOT_BY_MACHINE = frozenset({State.FAILED, State.HELD, State.NOT_POSSIBLE, State.KEPT})
TABLE: dict[tuple[State, Step], State] = {
    **{(state, Step.RETRY): State.OWED for state in _NOT_BY_MACHINE},
    **{(state, Step.TELL): State.TOLD for state in State if state not in _OVER},
    (State.SENT, Step.ARRIVED): State.DELIVERED,
    (State.SENT, Step.LOST): State.FAILED,
    # The gateway's report was faster than our note that it took the message, or that was cut off.
    (State.OWED, Step.ARRIVED): State.DELIVERED,
    (State.FAILED, Step.ARRIVED): State.DELIVERED,
}


def after(state: State, step: Step) -> State | None:
    """The state that it leads to; None when it is not possible."""
    return TABLE.get((state, step))


def pause_after(tries: int) -> timedelta | None:
    """How long to wait after so many tries; None after the last."""
    return PAUSES[tries - 1] if tries < MOST_TRIES else None
