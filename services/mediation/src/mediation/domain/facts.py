"""Kinds of facts that mediation adds to the log of a case: codes and ids, no personal data."""

OPENED = "mediation.opened"
REFUSAL_PROPOSED = "mediation.refusal_proposed"
REFUSED = "mediation.refused"
REFUSAL_REJECTED = "mediation.refusal_rejected"
PARTIES_NAMED = "mediation.parties_named"
KIND_SWITCHED = "mediation.kind_switched"
KIND_JOINED = "mediation.kind_joined"
KIND_LEFT = "mediation.kind_left"
ASSIGNED = "mediation.assigned"
INTEREST_DECLARED = "mediation.interest_declared"
RECUSED = "mediation.recused"
PLANNED = "mediation.planned"
MILESTONE_MET = "mediation.milestone_met"
MEASURE_MET = "mediation.measure_met"
SESSION_SCHEDULED = "mediation.session_scheduled"
SESSION_CANCELLED = "mediation.session_cancelled"
SESSION_HELD = "mediation.session_held"
INVITED = "mediation.invited"
INVITATION_ANSWERED = "mediation.invitation_answered"
INVITATION_WITHDRAWN = "mediation.invitation_withdrawn"
INVITED_WORD = "mediation.invited_word"
INVITED_PRESENCE = "mediation.invited_presence"
DUTY_NOTED = "mediation.duty_noted"
DUTY_REPORTED = "mediation.duty_reported"
DUTY_WAIVER_PROPOSED = "mediation.duty_waiver_proposed"
DUTY_WAIVER_REJECTED = "mediation.duty_waiver_rejected"
DUTY_WAIVED = "mediation.duty_waived"
CONSENT_RECORDED = "mediation.consent_recorded"
AGREEMENT_DRAFTED = "mediation.agreement_drafted"
AGREEMENT_SIGNED = "mediation.agreement_signed"
AGREEMENT_DROPPED = "mediation.agreement_dropped"
AGREEMENT_IN_FORCE = "mediation.agreement_in_force"
PERFORMED_IN_PART = "mediation.performed_in_part"
PERFORMED = "mediation.performed"
DEFAULTED = "mediation.defaulted"
RESUMED = "mediation.resumed"
CONFIRMATION = "mediation.confirmation"
FAILED = "mediation.failed"
MEDIATED_AGAIN = "mediation.mediated_again"
WITHDRAWAL_ASKED = "mediation.withdrawal_asked"
WITHDRAWN = "mediation.withdrawn"
WITHDRAWAL_REJECTED = "mediation.withdrawal_rejected"
FACTS_ESTABLISHED = "mediation.facts_established"
FOUND = "mediation.found"
ANSWERED = "mediation.answered"
CARRIED_OUT = "mediation.carried_out"
DISPOSED = "mediation.disposed"
DISPOSITION_APPROVED = "mediation.disposition_approved"
REFERRED = "mediation.referred"
REFERRAL_ANSWERED = "mediation.referral_answered"
RESIDENT_ASKED = "mediation.resident_asked"
CLOSING_PROPOSED = "mediation.closing_proposed"
CLOSING_REJECTED = "mediation.closing_rejected"
CLOSED = "mediation.closed"
REOPENED = "mediation.reopened"
MILESTONE_DUE_SOON = "mediation.milestone_due_soon"
MILESTONE_OVERDUE = "mediation.milestone_overdue"
MEASURE_DUE_SOON = "mediation.measure_due_soon"
MEASURE_OVERDUE = "mediation.measure_overdue"
TERM_DUE_SOON = "mediation.term_due_soon"
TERM_OVERDUE = "mediation.term_overdue"
CONFIRMATION_LAPSED = "mediation.confirmation_lapsed"
SESSION_UNRECORDED = "mediation.session_unrecorded"
SESSION_ON_LEAVE = "mediation.session_on_leave"
CARRY_OUT_DUE_SOON = "mediation.carry_out_due_soon"
CARRY_OUT_OVERDUE = "mediation.carry_out_overdue"
DECISION_OVERDUE = "mediation.decision_overdue"
DUTY_UNREPORTED = "mediation.duty_unreported"
HARM_KNOWN = "mediation.harm_known"
COURT_FILE = "mediation.court_file"
TO_MEND = "mediation.to_mend"
MENDED = "mediation.mended"
MENDING_OVERDUE = "mediation.mending_overdue"

KINDS = frozenset(
    value for name, value in list(vars().items()) if name.isupper() and isinstance(value, str)
)
TOLD = frozenset(
    {
        OPENED,
        REFUSED,
        KIND_SWITCHED,
        ASSIGNED,
        SESSION_SCHEDULED,
        SESSION_CANCELLED,
        SESSION_HELD,
        AGREEMENT_IN_FORCE,
        PERFORMED,
        DEFAULTED,
        CONFIRMATION,
        FAILED,
        MEDIATED_AGAIN,
        WITHDRAWAL_ASKED,
        WITHDRAWN,
        ANSWERED,
        CARRIED_OUT,
        CLOSED,
        REOPENED,
        HARM_KNOWN,
    }
)
"""Kinds a resident is told of when tracking: what was decided or done, never what is proposed."""
