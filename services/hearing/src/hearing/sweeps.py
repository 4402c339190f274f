"""Sweeps: what falls due with nobody asking is found and told, or decided as the rules say."""

from hearing.commands.conclusion import LookAtConclusion
from hearing.commands.requesting import LookAtDecision
from hearing.commands.scheduling import ForgetProposal
from hearing.desk import Desk
from hearing.handlers.deciding import look_at_decision
from hearing.handlers.proposing import forget_proposal
from hearing.handlers.watching_conclusion import look_at_conclusion
from hearing.storage import file, session_file
from hearing.storage.old_proposals import outlived
from hearing.storage.tables import lease
from kernel.service.watching import CaseWatch, Sight


def decisions(desk: Desk) -> CaseWatch:
    """Requests that nobody decided in time."""
    sight = Sight("decisions", file.silent, look_at_decision, LookAtDecision)
    return CaseWatch(desk, f"{desk.office.node}/hearing", sight, lease)


def conclusions(desk: Desk) -> CaseWatch:
    """Conclusions that are late, and publications whose day has come."""
    sight = Sight("conclusions", session_file.due, look_at_conclusion, LookAtConclusion)
    return CaseWatch(desk, f"{desk.office.node}/hearing", sight, lease)


def proposals(desk: Desk) -> CaseWatch:
    """Proposals of the solver that have outlived their time."""
    sight = Sight("proposals", outlived, forget_proposal, ForgetProposal)
    return CaseWatch(desk, f"{desk.office.node}/hearing", sight, lease)
