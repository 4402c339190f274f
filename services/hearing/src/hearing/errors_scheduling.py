"""Why setting a hearing refuses: one class per situation; the texts are in `locale/`."""

from kernel.errors import InvalidInput, Missing, NotReady, WrongState


class Clashes(WrongState):
    """Something stands against the wanted hearing; the fields name each clash and its text."""

    reason = "CLASHES"


class DespiteNeeded(WrongState):
    """Only warnings stand against it (`kinds`); who decides against them names them."""

    reason = "DESPITE_NEEDED"


class NoticeTooLate(WrongState):
    """A notice that goes out today is in time for `earliest` at the earliest."""

    reason = "NOTICE_TOO_LATE"


class AllBarred(WrongState):
    """Others decide what waits (`cases`) since its hearing was asked for; nothing is planned."""

    reason = "ALL_BARRED"


class NothingWaits(WrongState):
    """No hearing of the caller's unit waits for a time, and none has to be set anew."""

    reason = "NOTHING_WAITS"


class NobodyThere(WrongState):
    """The register has nobody for a part (`part`): room, chair, recorder, or a department."""

    reason = "NOBODY_THERE"


class ProposalMissing(Missing):
    """There is no such proposal, or it is another unit's."""

    reason = "PROPOSAL_MISSING"


class ProposalNotReady(NotReady):
    """The solver is still at work, or its work broke off (`state`)."""

    reason = "PROPOSAL_NOT_READY"


class SolverAway(NotReady):
    """The planning process ended before it answered; nothing was set. Ask again."""

    reason = "SOLVER_AWAY"


class ProblemRefused(InvalidInput):
    """The problem is none of hearing-plan/1; the fields say where."""

    reason = "PROBLEM_REFUSED"


class HallElsewhere(WrongState):
    """The hearing of `case` is wanted in a hall that another node keeps (`host`)."""

    reason = "HALL_ELSEWHERE"
