"""The states of a case in intake, and the one table of what leads from where to where."""

from enum import Enum


class State(Enum):
    """Where a case stands in intake. Progress of handling is routing's and mediation's."""

    REGISTERED = "registered"
    ACCEPTED = "accepted"
    REFUSING = "refusing"
    REFUSED = "refused"
    ANSWERED = "answered"
    WITHDRAWING = "withdrawing"
    WITHDRAWN = "withdrawn"
    VOIDED = "voided"
    MERGED = "merged"
    ENDED = "ended"

    @property
    def open(self) -> bool:
        """Whether the matter still waits for somebody."""
        return self in _OPEN

    @property
    def pending(self) -> bool:
        """Whether a second person is asked to decide."""
        return self in {State.REFUSING, State.WITHDRAWING}


MOOT = frozenset({State.WITHDRAWN, State.VOIDED, State.MERGED})
"""The matter is decided nowhere under this number: no answer to it has to reach anybody."""
_OPEN = frozenset({State.REGISTERED, State.ACCEPTED, State.REFUSING, State.WITHDRAWING})


class Act(Enum):
    """Everything that can be done with a registered case."""

    AMEND = "amend"
    CONFIRM = "confirm"
    ACCEPT = "accept"
    ASK_COMPLETION = "ask_completion"
    PROPOSE_REFUSAL = "propose_refusal"
    APPROVE_REFUSAL = "approve_refusal"
    REJECT_REFUSAL = "reject_refusal"
    ANSWER = "answer"
    WITHDRAW = "withdraw"
    CONFIRM_WITHDRAWAL = "confirm_withdrawal"
    REJECT_WITHDRAWAL = "reject_withdrawal"
    VOID = "void"
    MERGE_FROM = "merge_from"
    MERGE_INTO = "merge_into"
    LINK = "link"
    GROUP = "group"
    FIND = "find"
    ATTACH = "attach"
    INVITE = "invite"
    CLOSE = "close"


class Back(Enum):
    """The target of a rejected proposal: the state the case had before it."""

    BACK = "back"


BACK = Back.BACK
Target = State | Back

_KEEPS = (Act.AMEND, Act.CONFIRM, Act.LINK, Act.GROUP, Act.FIND, Act.ATTACH, Act.MERGE_INTO)

TABLE: dict[tuple[State, Act], Target] = {
    # An open case takes facts and does not move by them.
    **{(State.REGISTERED, act): State.REGISTERED for act in _KEEPS},
    **{(State.ACCEPTED, act): State.ACCEPTED for act in _KEEPS},
    # Somebody helps at a reception; what such a person sees can be ended while a refusal waits.
    **{
        (state, Act.INVITE): state
        for state in (State.REGISTERED, State.ACCEPTED, State.REFUSING, State.WITHDRAWING)
    },
    (State.REGISTERED, Act.ACCEPT): State.ACCEPTED,
    # The procedure may change in sequence; both acceptances stay in the log.
    (State.ACCEPTED, Act.ACCEPT): State.ACCEPTED,
    # 待补正 is no refusal: nobody has to approve it and the case stays where it is.
    (State.REGISTERED, Act.ASK_COMPLETION): State.REGISTERED,
    (State.ACCEPTED, Act.ASK_COMPLETION): State.ACCEPTED,
    (State.REGISTERED, Act.PROPOSE_REFUSAL): State.REFUSING,
    # 不予调解 may show only after acceptance: one side refuses mediation.
    (State.ACCEPTED, Act.PROPOSE_REFUSAL): State.REFUSING,
    (State.REFUSING, Act.APPROVE_REFUSAL): State.REFUSED,
    (State.REFUSING, Act.REJECT_REFUSAL): BACK,
    # New facts may be what decides the proposal.
    (State.REFUSING, Act.AMEND): State.REFUSING,
    (State.REFUSING, Act.ATTACH): State.REFUSING,
    (State.REFUSING, Act.LINK): State.REFUSING,
    (State.REGISTERED, Act.ANSWER): State.ANSWERED,
    (State.ACCEPTED, Act.ANSWER): State.ANSWERED,
    (State.REGISTERED, Act.WITHDRAW): State.WITHDRAWING,
    (State.ACCEPTED, Act.WITHDRAW): State.WITHDRAWING,
    (State.WITHDRAWING, Act.CONFIRM_WITHDRAWAL): State.WITHDRAWN,
    (State.WITHDRAWING, Act.REJECT_WITHDRAWAL): BACK,
    (State.WITHDRAWING, Act.ATTACH): State.WITHDRAWING,
    # Acceptance is an act towards the resident: after it a mistake is ended, not voided.
    (State.REGISTERED, Act.VOID): State.VOIDED,
    (State.REGISTERED, Act.MERGE_FROM): State.MERGED,
    (State.ACCEPTED, Act.MERGE_FROM): State.MERGED,
    # Closing is decided in routing, which has settled by then what is pending here.
    (State.REGISTERED, Act.CLOSE): State.ENDED,
    (State.ACCEPTED, Act.CLOSE): State.ENDED,
    (State.REFUSING, Act.CLOSE): State.ENDED,
    (State.WITHDRAWING, Act.CLOSE): State.ENDED,
}


def after(state: State, act: Act, before: State | None = None) -> State | None:
    """The state that `act` leads to, or None when it is not possible in `state`.

    `before` is the state from which a pending proposal was made.
    """
    target = TABLE.get((state, act))
    return before if isinstance(target, Back) else target
