"""Why work on a mediation is refused: one class per situation; the texts are in `locale/`.

What a guard of the domain found comes as field violations, one for each thing that is missing.
"""

from kernel.errors import Conflict, Denied, InvalidInput, Missing, WrongState


class MediatorMissing(Missing):
    """There is no such mediator (`mediator`), or none assigned to this case."""

    reason = "MEDIATOR_MISSING"


class MediatorElsewhere(Denied):
    """The mediator (`mediator`) belongs to a unit that is neither the caller's nor below it.

    `who` is the account, the id of one who has none; so in all that follow.
    """

    reason = "MEDIATOR_ELSEWHERE"


class MediatorBarred(WrongState):
    """The mediator (`mediator`) may not mediate this; the field says why."""

    reason = "MEDIATOR_BARRED"


class MediatorTaken(Conflict):
    """The mediator (`mediator`, of `account`) is in another session at that time."""

    reason = "MEDIATOR_TAKEN"


class JoiningImpossible(WrongState):
    """The body cannot join the mediation so, or is not joined; the field says why."""

    reason = "JOINING_IMPOSSIBLE"


class NoCourtFile(WrongState):
    """The case did not come from a court: there is no file that was signed for."""

    reason = "NO_COURT_FILE"


class SessionImpossible(InvalidInput):
    """A session cannot be held so; the fields say why."""

    reason = "SESSION_IMPOSSIBLE"


class SessionMissing(Missing):
    """There is no such session of this case, or it is over."""

    reason = "SESSION_MISSING"


class PartyUnknown(InvalidInput):
    """The mediation names no such party."""

    reason = "MEDIATION_PARTY_UNKNOWN"


class AgreementIncomplete(InvalidInput):
    """Parts of the agreement are missing; the fields say which."""

    reason = "AGREEMENT_INCOMPLETE"


class AgreementMissing(Missing):
    """There is no such agreement, or another version is the one in hand."""

    reason = "AGREEMENT_MISSING"


class HandRefused(InvalidInput):
    """This hand does not count under the agreement; the field says why."""

    reason = "HAND_REFUSED"


class TermMissing(Missing):
    """The agreement in force has no such term (`term`)."""

    reason = "TERM_MISSING"


class NotYetDue(WrongState):
    """No term is overdue, so that nothing is in default."""

    reason = "NOT_YET_DUE"


class ConfirmationImpossible(WrongState):
    """The court's result (`result`) cannot follow what is on file (`before`)."""

    reason = "CONFIRMATION_IMPOSSIBLE"


class ConfirmationLate(WrongState):
    """The 30 days for a joint application are over."""

    reason = "CONFIRMATION_LATE"


class RouteNeeded(InvalidInput):
    """Name at least one other way when mediation fails."""

    reason = "ROUTE_NEEDED"


class MediationRequestMissing(Missing):
    """The mediation has no request of this number (`request_no`)."""

    reason = "MEDIATION_REQUEST_MISSING"


class DispositionMissing(Missing):
    """There is no such disposition that waits for approval."""

    reason = "DISPOSITION_MISSING"


class ReferralMissing(Missing):
    """There is no such referral that waits for an outcome."""

    reason = "REFERRAL_MISSING"


class AnotherPersonNeeded(Denied):
    """Whoever proposed or handled it may not decide it too."""

    reason = "ANOTHER_PERSON_NEEDED"


class NotClosable(WrongState):
    """三个不结案: the file cannot be closed; the fields say what is missing."""

    reason = "NOT_CLOSABLE"
