"""Kinds of facts that hearing adds to the log of a case: codes and ids, no personal data."""

REQUESTED = "hearing.requested"
DECIDED = "hearing.decided"
DECISION_OVERDUE = "hearing.decision_overdue"
WITHDRAWN = "hearing.withdrawn"
CANCELLED = "hearing.cancelled"
SET = "hearing.set"
UNSET = "hearing.unset"
CONFIRMED = "hearing.confirmed"
MOVED = "hearing.moved"
MEMBER_REPLACED = "hearing.member_replaced"
OBJECTED = "hearing.objected"
OBJECTION_DECIDED = "hearing.objection_decided"
NOTICE_UNACKNOWLEDGED = "hearing.notice_unacknowledged"
POSTPONED = "hearing.postponed"
OPENED = "hearing.opened"
STAGE = "hearing.stage"
RECORDED = "hearing.recorded"
ADJOURNED = "hearing.adjourned"
CONFERRING = "hearing.conferring"
OPINION_GIVEN = "hearing.opinion_given"
CONCLUDED = "hearing.concluded"
CONCLUSION_OVERDUE = "hearing.conclusion_overdue"
SERVED = "hearing.served"
PUBLICATION_CONSENT = "hearing.publication_consent"
PUBLICATION_PROPOSED = "hearing.publication_proposed"
PUBLICATION_REJECTED = "hearing.publication_rejected"
PUBLISHED = "hearing.published"
TAKEN_DOWN = "hearing.taken_down"
JOINED = "hearing.joined"
PARTED = "hearing.parted"
PARTIES_CHANGED = "hearing.parties_changed"
NOT_PUBLIC = "hearing.not_public"

KINDS = frozenset(
    {
        REQUESTED,
        DECIDED,
        DECISION_OVERDUE,
        WITHDRAWN,
        CANCELLED,
        SET,
        UNSET,
        CONFIRMED,
        MOVED,
        MEMBER_REPLACED,
        OBJECTED,
        OBJECTION_DECIDED,
        NOTICE_UNACKNOWLEDGED,
        POSTPONED,
        OPENED,
        STAGE,
        RECORDED,
        ADJOURNED,
        CONFERRING,
        OPINION_GIVEN,
        CONCLUDED,
        CONCLUSION_OVERDUE,
        SERVED,
        PUBLICATION_CONSENT,
        PUBLICATION_PROPOSED,
        PUBLICATION_REJECTED,
        PUBLISHED,
        TAKEN_DOWN,
        JOINED,
        PARTED,
        PARTIES_CHANGED,
        NOT_PUBLIC,
    }
)
"""All of them."""

TOLD = frozenset(
    {
        REQUESTED,
        DECIDED,
        WITHDRAWN,
        CANCELLED,
        CONFIRMED,
        MOVED,
        POSTPONED,
        OPENED,
        ADJOURNED,
        CONFERRING,
        CONCLUDED,
        SERVED,
        PUBLISHED,
        TAKEN_DOWN,
    }
)
"""Kinds a resident is told of when tracking: what was decided or done, never what is proposed."""
