"""The states of a mediation, and the one table of what leads from where to where."""

from enum import Enum

from mediation.domain.words import Ending


class State(Enum):
    """Where a mediation stands."""

    PROPOSED = "proposed"
    OPENED = "opened"
    ASSIGNED = "assigned"
    PLANNED = "planned"
    IN_SESSION = "in_session"
    AGREED = "agreed"
    PERFORMING = "performing"
    PERFORMED = "performed"
    DEFAULTED = "defaulted"
    FAILED = "failed"
    ANSWERED = "answered"
    REFUSING = "refusing"
    REFUSED = "refused"
    WITHDRAWING = "withdrawing"
    WITHDRAWN = "withdrawn"
    CLOSING = "closing"
    CLOSED = "closed"

    @property
    def open(self) -> bool:
        """Whether somebody still has something to do with it."""
        return self is not State.CLOSED

    @property
    def pending(self) -> bool:
        """Whether a second person is asked to decide."""
        return self in {State.REFUSING, State.WITHDRAWING, State.CLOSING}


class Act(Enum):
    """Everything that can be done with a mediation."""

    OPEN = "open"
    NAME_PARTIES = "name_parties"
    ASSIGN = "assign"
    RECUSE = "recuse"
    PLAN = "plan"
    SWITCH_KIND = "switch_kind"
    JOIN_KIND = "join_kind"
    LEAVE_KIND = "leave_kind"
    SCHEDULE = "schedule"
    HOLD_SESSION = "hold_session"
    DRAFT_AGREEMENT = "draft_agreement"
    SIGN = "sign"
    DROP_AGREEMENT = "drop_agreement"
    TAKE_FORCE = "take_force"
    SETTLE_AT_ONCE = "settle_at_once"
    PERFORM_PART = "perform_part"
    PERFORM = "perform"
    DEFAULT = "default"
    RESUME = "resume"
    CONFIRM_IN_COURT = "confirm_in_court"
    FAIL = "fail"
    MEDIATE_AGAIN = "mediate_again"
    ANSWER = "answer"
    CARRY_OUT = "carry_out"
    PROPOSE_REFUSAL = "propose_refusal"
    APPROVE_REFUSAL = "approve_refusal"
    REJECT_REFUSAL = "reject_refusal"
    WITHDRAW = "withdraw"
    CONFIRM_WITHDRAWAL = "confirm_withdrawal"
    REJECT_WITHDRAWAL = "reject_withdrawal"
    NOTE_DAY = "note_day"
    REPORT_DUTY = "report_duty"
    DECLARE_INTEREST = "declare_interest"
    CONSENT = "consent"
    INVITE = "invite"
    ESTABLISH_FACTS = "establish_facts"
    FIND = "find"
    DISPOSE = "dispose"
    REFER = "refer"
    MEET_MEASURE = "meet_measure"
    ASK_RESIDENT = "ask_resident"
    PROPOSE_CLOSING = "propose_closing"
    APPROVE_CLOSING = "approve_closing"
    REJECT_CLOSING = "reject_closing"
    CLOSE = "close"
    CASE_ENDS = "case_ends"
    CASE_REOPENS = "case_reopens"


class Back(Enum):
    """The target of a rejected proposal, or a reopened file: the state that was before it."""

    BACK = "back"


BACK = Back.BACK
Target = State | Back

_BEFORE_AGREEMENT = (State.OPENED, State.ASSIGNED, State.PLANNED, State.IN_SESSION)
_WITH_MEDIATOR = (State.ASSIGNED, State.PLANNED, State.IN_SESSION)
_UNSETTLED = (*_BEFORE_AGREEMENT, State.AGREED, State.PERFORMING, State.DEFAULTED)
_LIVE = (*_UNSETTLED, State.PERFORMED, State.FAILED, State.ANSWERED)
_WITH_OUTCOME = (
    State.PERFORMING,
    State.PERFORMED,
    State.DEFAULTED,
    State.FAILED,
    State.ANSWERED,
    State.REFUSED,
    State.WITHDRAWN,
)
"""Something came of it: agreed and followed, failed, answered, refused or withdrawn."""
_KEEPS = (
    Act.DECLARE_INTEREST,
    Act.CONSENT,
    Act.ESTABLISH_FACTS,
    Act.FIND,
    Act.DISPOSE,
    Act.REFER,
    Act.MEET_MEASURE,
    Act.ASK_RESIDENT,
)

TABLE: dict[tuple[State, Act], Target] = {
    # Whatever helps closing well is taken at any time and moves nothing.
    **{(state, act): state for state in _LIVE for act in _KEEPS},
    # A duty to report waits for nobody: also while something is proposed, and after the end of
    # the parties' will, but not after the file was closed.
    **{(state, Act.REPORT_DUTY): state for state in State if state is not State.CLOSED},
    # Nor does whoever was invited: what such a person sees can be ended at any time.
    **{(state, Act.INVITE): state for state in State if state is not State.CLOSED},
    # Nor does a day that a right is counted from.
    **{(state, Act.NOTE_DAY): state for state in State if state is not State.CLOSED},
    # Withdrawn or refused, the resident is still asked, and a referral or measure may still help.
    **{
        (state, act): state
        for state in (State.WITHDRAWN, State.REFUSED)
        for act in (Act.ASK_RESIDENT, Act.REFER, Act.MEET_MEASURE)
    },
    (State.PROPOSED, Act.OPEN): State.OPENED,
    # Who takes part may show late; whom an agreement names stays as it was drafted.
    **{(state, Act.NAME_PARTIES): state for state in _BEFORE_AGREEMENT},
    (State.OPENED, Act.ASSIGN): State.ASSIGNED,
    # Another or a further mediator (one or more: 人民调解法 19) does not undo what was done.
    **{(state, Act.ASSIGN): state for state in (*_WITH_MEDIATOR, State.PERFORMING)},
    # Who is recused is replaced before anything goes on; a plan made stays with the file.
    **{(state, Act.RECUSE): State.OPENED for state in _WITH_MEDIATOR},
    # What was not yet signed by a recused mediator is drafted anew.
    (State.AGREED, Act.RECUSE): State.OPENED,
    # 三调联动: another kind takes over without a new registration, with a mediator of its own.
    **{(state, Act.SWITCH_KIND): State.OPENED for state in (*_BEFORE_AGREEMENT, State.FAILED)},
    # 联合调解: a body that joins beside the leading kind undoes nothing; when the last mediator
    # goes with the body that leaves, another is assigned first.
    **{(state, Act.JOIN_KIND): state for state in (*_BEFORE_AGREEMENT, State.FAILED)},
    **{(state, Act.LEAVE_KIND): State.OPENED for state in _BEFORE_AGREEMENT},
    (State.FAILED, Act.LEAVE_KIND): State.FAILED,
    (State.ASSIGNED, Act.PLAN): State.PLANNED,
    (State.PLANNED, Act.PLAN): State.PLANNED,
    (State.IN_SESSION, Act.PLAN): State.IN_SESSION,
    **{(state, Act.SCHEDULE): state for state in (*_WITH_MEDIATOR, State.AGREED)},
    (State.PERFORMING, Act.SCHEDULE): State.PERFORMING,
    # A simple matter is mediated at once, without a plan (小事当天办).
    **{(state, Act.HOLD_SESSION): State.IN_SESSION for state in _WITH_MEDIATOR},
    # A session may be needed to sign, or to look at performance.
    (State.AGREED, Act.HOLD_SESSION): State.AGREED,
    (State.PERFORMING, Act.HOLD_SESSION): State.PERFORMING,
    (State.IN_SESSION, Act.DRAFT_AGREEMENT): State.AGREED,
    (State.AGREED, Act.DRAFT_AGREEMENT): State.AGREED,
    (State.AGREED, Act.SIGN): State.AGREED,
    # A member of a group may join later, and is bound from then on.
    (State.PERFORMING, Act.SIGN): State.PERFORMING,
    (State.AGREED, Act.DROP_AGREEMENT): State.IN_SESSION,
    (State.AGREED, Act.TAKE_FORCE): State.PERFORMING,
    (State.AGREED, Act.SETTLE_AT_ONCE): State.PERFORMED,
    (State.PERFORMING, Act.PERFORM_PART): State.PERFORMING,
    (State.PERFORMING, Act.PERFORM): State.PERFORMED,
    (State.PERFORMING, Act.DEFAULT): State.DEFAULTED,
    (State.DEFAULTED, Act.PERFORM_PART): State.DEFAULTED,
    (State.DEFAULTED, Act.PERFORM): State.PERFORMED,
    (State.DEFAULTED, Act.RESUME): State.PERFORMING,
    **{
        (state, Act.CONFIRM_IN_COURT): state
        for state in (State.PERFORMING, State.PERFORMED, State.DEFAULTED)
    },
    # No agreement may show before the first session: a party stays away.
    **{(state, Act.FAIL): State.FAILED for state in _WITH_MEDIATOR},
    # Coming back to the table is never barred while the file is open; what was refused or
    # withdrawn, answered or even performed may not be the end of the dispute.
    **{
        (state, Act.MEDIATE_AGAIN): State.OPENED
        for state in _WITH_OUTCOME
        if state is not State.PERFORMING
    },
    # A claim may be answered in writing instead of being mediated (条例 32).
    **{(state, Act.ANSWER): State.ANSWERED for state in (*_BEFORE_AGREEMENT, State.FAILED)},
    (State.ANSWERED, Act.CARRY_OUT): State.ANSWERED,
    **{
        (state, Act.PROPOSE_REFUSAL): State.REFUSING
        for state in (State.PROPOSED, State.OPENED, State.ASSIGNED, State.PLANNED)
    },
    (State.REFUSING, Act.APPROVE_REFUSAL): State.REFUSED,
    (State.REFUSING, Act.REJECT_REFUSAL): BACK,
    **{(state, Act.WITHDRAW): State.WITHDRAWING for state in (State.PROPOSED, *_BEFORE_AGREEMENT)},
    (State.AGREED, Act.WITHDRAW): State.WITHDRAWING,
    (State.WITHDRAWING, Act.CONFIRM_WITHDRAWAL): State.WITHDRAWN,
    (State.WITHDRAWING, Act.REJECT_WITHDRAWAL): BACK,
    # 程序性办结: whatever could not be settled to the resident's content, approved by another.
    **{
        (state, Act.PROPOSE_CLOSING): State.CLOSING
        for state in (*_UNSETTLED, State.PERFORMED, State.FAILED, State.ANSWERED)
    },
    (State.CLOSING, Act.APPROVE_CLOSING): State.CLOSED,
    (State.CLOSING, Act.REJECT_CLOSING): BACK,
    # While it is looked at, what is missing may be made good.
    (State.CLOSING, Act.ASK_RESIDENT): State.CLOSING,
    # The case ended by an act of its own while this was open (withdrawn, merged,
    # voided): nothing is proposed and nobody mediates any more. What was agreed, failed or
    # answered stays so; whoever takes the case up again starts with a mediator of its own.
    **{
        (state, Act.CASE_ENDS): BACK for state in (State.REFUSING, State.WITHDRAWING, State.CLOSING)
    },
    **{(state, Act.CASE_ENDS): State.OPENED for state in (*_WITH_MEDIATOR, State.AGREED)},
    **{(state, Act.CASE_ENDS): state for state in (State.PROPOSED, State.OPENED, *_WITH_OUTCOME)},
    **{(state, Act.CLOSE): State.CLOSED for state in _WITH_OUTCOME},
    # The only way out of a closed file, and nobody's to take: its case goes on at a later epoch.
    (State.CLOSED, Act.CASE_REOPENS): BACK,
}

ENDINGS: dict[State, frozenset[Ending]] = {
    # 达成协议待履行: the case may end while the committee goes on following performance.
    State.PERFORMING: frozenset({Ending.AGREED}),
    State.PERFORMED: frozenset({Ending.SETTLED}),
    State.DEFAULTED: frozenset({Ending.STATUTORY_ROUTE}),
    State.FAILED: frozenset({Ending.STATUTORY_ROUTE, Ending.TERMINATED}),
    State.ANSWERED: frozenset(
        {Ending.SUPPORTED, Ending.EXPLAINED, Ending.NOT_SUPPORTED, Ending.STATUTORY_ROUTE}
    ),
    State.REFUSED: frozenset({Ending.REFUSED}),
    State.WITHDRAWN: frozenset({Ending.WITHDRAWN}),
    State.CLOSING: frozenset({Ending.PROCEDURAL}),
}
"""Which endings a state can be closed with; a state that is not named cannot be closed."""


def after(state: State, act: Act, before: State | None = None) -> State | None:
    """The state that `act` leads to, or None when it is not possible in `state`.

    `before` is the state from which a pending proposal was made, or a file was closed.
    """
    target = TABLE.get((state, act))
    return before if isinstance(target, Back) else target


def when_case_ends(state: State, before: State | None = None) -> State:
    """Where a mediation stands after its case ended; what was proposed is not asked any more."""
    rested = after(state, Act.CASE_ENDS, before) or state
    return after(rested, Act.CASE_ENDS) or rested


def when_case_reopens(closed_from: State | None) -> State:
    """Where a file that was closed goes on: from where it was closed, without a mediator.

    From the beginning where that is not known.
    """
    back = after(State.CLOSED, Act.CASE_REOPENS, closed_from) or State.OPENED
    return when_case_ends(back)


def may_end(state: State, ending: Ending) -> bool:
    """Whether a mediation in that state can be closed with that ending."""
    return ending in ENDINGS.get(state, frozenset())
