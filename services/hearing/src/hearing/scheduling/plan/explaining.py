"""Why nothing fits: demands that cannot hold together, as few as explain one conflict.

Another conflict may stand beside the one that is named; it is named when this one is mended.
"""

import time

from ortools.sat.python.cp_model import INFEASIBLE, CpSolver, IntVar

from .absences import told_of
from .model import HearingModel
from .problem import Absence, Demand


def smallest_conflict(
    whole: HearingModel, solver: CpSolver, seconds: float
) -> tuple[tuple[Demand, ...], bool]:
    """Demands that cannot hold together, and whether they could with any one of them left out.

    Begins with the core that the solver names and leaves out demand by demand, each left out for
    good when the others still cannot hold. The model must have no objective.
    """
    until = time.monotonic() + seconds
    names = {literal.index: demand for demand, literal in whole.demands.items()}
    left, proven = _thinned(whole, solver, list(whole.demands.values()), until)
    return tuple(sorted(names[literal.index] for literal in left)), proven


def absences_behind(
    whole: HearingModel, solver: CpSolver, demands: tuple[Demand, ...], seconds: float
) -> tuple[tuple[Absence, ...], bool]:
    """Who and what would have to be there for these demands to hold, none named in vain.

    `whole` is a loose model of the hearings that the demands are about; the demands cannot hold.
    Nobody is named when they could not hold either if everybody were there. Says as well whether
    it was found out in time.
    """
    until = time.monotonic() + seconds
    whole.model.add_bool_and([whole.demands[one] for one in demands if one in whole.demands])
    if _core(whole, solver, []) is not None:
        return (), True
    owners = {literal.index: owner for owner, literal in whole.absences.items()}
    left, proven = _thinned(whole, solver, list(whole.absences.values()), until)
    named = (owners[literal.index] for literal in left)
    hearings = whole.problem.hearings
    told = (told_of(whole.problem, one, who, demands) for who in named for one in hearings)
    return tuple(sorted(one for one in told if one is not None)), proven


def _thinned(
    whole: HearingModel, solver: CpSolver, asked: list[IntVar], until: float
) -> tuple[list[IntVar], bool]:
    """Of literals that cannot hold together as few as cannot either, and whether that is proved."""
    core = _core(whole, solver, asked)
    by_index = {literal.index: literal for literal in asked}
    left = [by_index[index] for index in sorted(core)] if core else []
    for literal in _in_order(whole, left):
        if time.monotonic() > until:
            return left, False
        others = [one for one in left if one.index != literal.index]
        if any(one.index == literal.index for one in left):
            smaller = _core(whole, solver, others)
            if smaller is not None:
                left = [one for one in others if one.index in smaller]
    return left, core is not None


def _in_order(whole: HearingModel, literals: list[IntVar]) -> list[IntVar]:
    """Whole hearings first, so that what is left is about few of them."""
    held = {literal.index for name, literal in whole.demands.items() if name.kind == "HELD"}
    return sorted(literals, key=lambda literal: literal.index not in held)


def _core(whole: HearingModel, solver: CpSolver, assumed: list[IntVar]) -> set[int] | None:
    """Of these demands some that cannot hold together; None when they can or nobody knows."""
    whole.model.clear_assumptions()
    whole.model.add_assumptions(assumed)
    if solver.solve(whole.model) != INFEASIBLE:
        return None
    found = set(solver.sufficient_assumptions_for_infeasibility())
    return found or {literal.index for literal in assumed}
