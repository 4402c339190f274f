"""Why nothing fits: demands that cannot hold together, as few as explain one conflict.

Another conflict may stand beside the one that is named; it is named when this one is mended.
"""

import time

from ortools.sat.python.cp_model import INFEASIBLE, CpSolver, IntVar

from .model import HearingModel
from .problem import Demand


def smallest_conflict(
    whole: HearingModel, solver: CpSolver, seconds: float
) -> tuple[tuple[Demand, ...], bool]:
    """Demands that cannot hold together, and whether they could with any one of them left out.

    Begins with the core that the solver names and leaves out demand by demand, each left out for
    good when the others still cannot hold. The model must have no objective.
    """
    until = time.monotonic() + seconds
    names = {literal.index: demand for demand, literal in whole.demands.items()}
    core = _core(whole, solver, list(whole.demands.values()))
    proven = core is not None
    left = [whole.demands[names[index]] for index in core] if core else []
    for literal in _in_order(whole, left):
        if time.monotonic() > until:
            return _named(names, left), False
        others = [one for one in left if one.index != literal.index]
        if any(one.index == literal.index for one in left):
            smaller = _core(whole, solver, others)
            if smaller is not None:
                left = [one for one in others if one.index in smaller]
    return _named(names, left), proven


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


def _named(names: dict[int, Demand], literals: list[IntVar]) -> tuple[Demand, ...]:
    return tuple(sorted(names[literal.index] for literal in literals))
