"""The states of a hearing, and the one table of what leads from where to where."""

from enum import Enum


class State(Enum):
    """Where a hearing stands."""

    REQUESTED = "requested"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    SET = "set"
    NOTICED = "noticed"
    OPENED = "opened"
    ADJOURNED = "adjourned"
    CONFERRING = "conferring"
    CONCLUDED = "concluded"
    CANCELLED = "cancelled"

    @property
    def over(self) -> bool:
        """Whether nothing more is heard: the next request is a hearing of its own."""
        return self in _OVER

    @property
    def booked(self) -> bool:
        """Whether a room and people are kept for it."""
        return self in _BOOKED

    @property
    def told(self) -> bool:
        """Whether people were told to come, or sit there: such a hearing keeps its case here."""
        return self in _TOLD

    @property
    def running(self) -> bool:
        """Whether it was granted and has not come to its end: its days may stop a clock."""
        return not self.over and self is not State.REQUESTED


_OVER = frozenset({State.REFUSED, State.WITHDRAWN, State.CANCELLED, State.CONCLUDED})
_BOOKED = frozenset({State.SET, State.NOTICED, State.OPENED})
_TOLD = frozenset({State.NOTICED, State.OPENED, State.ADJOURNED, State.CONFERRING})


class Act(Enum):
    """Everything that can be done with a hearing."""

    REQUEST = "request"
    GRANT = "grant"
    REFUSE = "refuse"
    NOTE_OVERDUE = "note_overdue"
    WITHDRAW = "withdraw"
    CANCEL = "cancel"
    SET = "set"
    UNSET = "unset"
    CONFIRM = "confirm"
    MOVE = "move"
    REPLACE_MEMBER = "replace_member"
    ACKNOWLEDGE = "acknowledge"
    OBJECT = "object"
    DECIDE_OBJECTION = "decide_objection"
    POSTPONE = "postpone"
    OPEN = "open"
    HOLD = "hold"
    ADJOURN = "adjourn"
    CONFER = "confer"
    GIVE_OPINION = "give_opinion"
    CONCLUDE = "conclude"
    CONCLUDE_WITH = "conclude_with"
    SERVE = "serve"
    PUBLISH = "publish"
    TAKE_DOWN = "take_down"
    JOIN = "join"
    HOLD_IN_PRIVATE = "hold_in_private"
    NOTE_REGISTRATION = "note_registration"
    MOVE_CASE = "move_case"
    CASE_ENDS = "case_ends"


_BEFORE_NOTICE = (State.REQUESTED, State.GRANTED, State.SET)
_WITH_PANEL = (State.SET, State.NOTICED, State.OPENED)

TABLE: dict[tuple[State, Act], State] = {
    # One hearing of a case at a time: the next one is asked for when this one is over.
    **{(state, Act.REQUEST): State.REQUESTED for state in _OVER},
    (State.REQUESTED, Act.GRANT): State.GRANTED,
    (State.REQUESTED, Act.REFUSE): State.REFUSED,
    (State.REQUESTED, Act.NOTE_OVERDUE): State.REQUESTED,
    # Who asked may take it back while nobody was told to come; later it is cancelled with a reason.
    **{(state, Act.WITHDRAW): State.WITHDRAWN for state in _BEFORE_NOTICE},
    **{
        (state, Act.CANCEL): State.CANCELLED
        for state in (*_BEFORE_NOTICE, State.NOTICED, State.ADJOURNED)
    },
    **{(state, Act.SET): State.SET for state in (State.GRANTED, State.SET, State.ADJOURNED)},
    (State.SET, Act.UNSET): State.GRANTED,
    (State.SET, Act.CONFIRM): State.NOTICED,
    # After notice every change is told to everybody concerned.
    (State.NOTICED, Act.MOVE): State.NOTICED,
    **{(state, Act.REPLACE_MEMBER): state for state in _WITH_PANEL},
    **{(state, Act.ACKNOWLEDGE): state for state in (State.NOTICED, State.OPENED)},
    # Recusal is asked for at the opening at the latest.
    **{
        (state, act): state
        for state in (State.NOTICED, State.OPENED)
        for act in (Act.OBJECT, Act.DECIDE_OBJECTION)
    },
    (State.NOTICED, Act.POSTPONE): State.GRANTED,
    (State.NOTICED, Act.OPEN): State.OPENED,
    (State.OPENED, Act.HOLD): State.OPENED,
    # Minutes are signed after the last word, too.
    **{(state, Act.HOLD): state for state in (State.ADJOURNED, State.CONFERRING)},
    # A member of the panel who cannot give an opinion must not leave it conferring for ever.
    **{(state, Act.ADJOURN): State.ADJOURNED for state in (State.OPENED, State.CONFERRING)},
    (State.OPENED, Act.CONFER): State.CONFERRING,
    (State.CONFERRING, Act.GIVE_OPINION): State.CONFERRING,
    (State.CONFERRING, Act.CONCLUDE): State.CONCLUDED,
    # Heard with another case: it waits as granted until that hearing concludes for both.
    (State.GRANTED, Act.CONCLUDE_WITH): State.CONCLUDED,
    # What follows a conclusion moves nothing.
    **{(State.CONCLUDED, act): State.CONCLUDED for act in (Act.SERVE, Act.PUBLISH, Act.TAKE_DOWN)},
    # Several matters heard together are joined before anybody is told to come.
    **{(state, Act.JOIN): state for state in (State.GRANTED, State.SET)},
    # From the grant on it may turn out that the public must not sit there.
    **{
        (state, Act.HOLD_IN_PRIVATE): state
        for state in (State.GRANTED, *_WITH_PANEL, State.ADJOURNED)
    },
    # Who was registered meanwhile takes part; after the conclusion it is served on him, too.
    **{
        (state, Act.NOTE_REGISTRATION): state
        for state in State
        if state not in _OVER or state is State.CONCLUDED
    },
    # The case goes to another unit: what is asked or granted goes on there, a time does not.
    (State.REQUESTED, Act.MOVE_CASE): State.REQUESTED,
    (State.GRANTED, Act.MOVE_CASE): State.GRANTED,
    (State.SET, Act.MOVE_CASE): State.GRANTED,
    **{(state, Act.MOVE_CASE): state for state in _OVER},
    # The case ended by an act of its own (withdrawn, merged, voided): nobody is heard any more.
    **{(state, Act.CASE_ENDS): state if state.over else State.CANCELLED for state in State},
}


def after(state: State, act: Act, *, held: bool = False) -> State | None:
    """The state that `act` leads to, or None when it is not possible in `state`.

    `held`: a first day of it was held. What was said then stays said: nobody takes the request back
    as if it had never been heard, and a further day that is given up leaves it adjourned.
    """
    target = TABLE.get((state, act))
    if not held:
        return target
    if act is Act.WITHDRAW:
        return None
    goes_back = target is State.GRANTED and state is not State.GRANTED
    return State.ADJOURNED if goes_back else target


OF_LEADER = frozenset(
    {
        Act.SET,
        Act.UNSET,
        Act.CONFIRM,
        Act.MOVE,
        Act.REPLACE_MEMBER,
        Act.POSTPONE,
        Act.OPEN,
        Act.HOLD,
        Act.ADJOURN,
        Act.CONFER,
        Act.GIVE_OPINION,
        Act.CONCLUDE,
        Act.HOLD_IN_PRIVATE,
    }
)
"""Acts that are done at the leading hearing, for all that are held together with it."""
