"""Sweeps: what falls due with nobody asking is found and told, or decided as the rules say."""

from hearing.commands.requesting import LookAtDecision
from hearing.desk import Desk
from hearing.handlers.deciding import look_at_decision
from hearing.storage import file
from hearing.storage.tables import lease
from kernel.service.watching import CaseWatch, Sight


def decisions(desk: Desk) -> CaseWatch:
    """Requests that nobody decided in time."""
    sight = Sight("decisions", file.silent, look_at_decision, LookAtDecision)
    return CaseWatch(desk, f"{desk.office.node}/hearing", sight, lease)
