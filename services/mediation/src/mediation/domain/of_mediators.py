"""Acts of a mediator who works in another unit than the holder."""

from mediation.domain.states import Act

OF_MEDIATORS = frozenset(
    {
        Act.RECUSE,
        Act.SCHEDULE,
        Act.HOLD_SESSION,
        Act.INVITE,
        Act.CONSENT,
        Act.REPORT_DUTY,
        Act.NOTE_DAY,
        Act.ESTABLISH_FACTS,
        Act.FIND,
        Act.DISPOSE,
        Act.REFER,
        Act.ASK_RESIDENT,
        Act.DRAFT_AGREEMENT,
        Act.SIGN,
        Act.DROP_AGREEMENT,
        Act.PERFORM_PART,
        Act.DEFAULT,
        Act.RESUME,
        Act.CONFIRM_IN_COURT,
        Act.FAIL,
        Act.MEDIATE_AGAIN,
        Act.ANSWER,
        Act.CARRY_OUT,
    }
)
"""What a mediator of another unit does on a case that was assigned to him.

Who takes part, who mediates, the plan, another kind, refusal, withdrawal, closing and whatever a
second person decides stay with the unit that holds the case.
"""
