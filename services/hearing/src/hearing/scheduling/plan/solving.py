"""Plans hearings: first what bounds every plan, then a plan, then its comfort; or says why not."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import msgspec
from ortools.sat.python.cp_model import (
    FEASIBLE,
    INFEASIBLE,
    OPTIMAL,
    UNKNOWN,
    CpSolver,
    CpSolverSolutionCallback,
    CpSolverStatus,
    LinearExpr,
)

from hearing.scheduling.limits import Levels, Limit, Progress, Running

from .attending import take_part
from .costs import medium_cost, soft_cost
from .explaining import absences_behind, smallest_conflict
from .fitting import Fitter
from .model import HearingModel, Panels, keep_apart, place
from .problem import Answer, Planned, Problem
from .proposing import changes, hint, planned_of
from .wishes import medium, soft

WORKERS = 2
ROUNDS, MENDS, FIT_SHARE = 200, 600, 0.3
"""Tries to fit and to mend at the most, and the share of the seconds they may take."""
FEW = 4
"""Hearings that the exact search makes comfortable within a moment."""
BOUND_SHARE, PLAN_SHARE, COMFORT_SHARE, EXPLAIN_SHARE = 0.2, 0.6, 0.9, 0.8
"""Shares of the limit after which each stage gives way to the next."""


@dataclass(frozen=True, slots=True)
class _Stage:
    """What one search found."""

    status: CpSolverStatus
    plan: tuple[Planned, ...] = ()
    cost: int = 0
    bound: int = 0

    @property
    def found(self) -> bool:
        """Whether there is a plan."""
        return self.status in {OPTIMAL, FEASIBLE}


class _Watch(CpSolverSolutionCallback):
    """Tells of each better plan, and stops when asked to."""

    def __init__(self, ties: Running, began: float, upper: int | None) -> None:
        super().__init__()
        self._ties, self._began, self._upper = ties, began, upper

    def on_solution_callback(self) -> None:
        """Called by the search in its own thread."""
        cost = round(self.objective_value)
        levels = (0, cost, 0) if self._upper is None else (0, self._upper, cost)
        if self._ties.listener is not None:
            self._ties.listener(Progress(levels, time.monotonic() - self._began))
        if self._ties.stop.is_set():
            self.stop_search()


@contextmanager
def _stoppable(solver: CpSolver, stop: threading.Event) -> Iterator[None]:
    """While inside, a stop that is asked for reaches the solver at once."""
    over = threading.Event()

    def wait() -> None:
        while not over.is_set():
            if stop.wait(timeout=0.1):
                solver.stop_search()
                return

    waiting = threading.Thread(target=wait, daemon=True)
    waiting.start()
    try:
        yield
    finally:
        over.set()
        waiting.join()


class _Planning:
    """One problem, one limit."""

    def __init__(self, problem: Problem, limit: Limit, seed: int, ties: Running) -> None:
        self.problem, self.limit, self.seed, self.ties = problem, limit, seed, ties
        self.began = time.monotonic()

    def seconds(self) -> float:
        """Since the beginning."""
        return time.monotonic() - self.began

    def is_over(self, share: float) -> bool:
        """Whether the share of the seconds is spent or somebody said stop."""
        over = self.limit.seconds is not None and self.seconds() > self.limit.seconds * share
        return over or self.ties.stop.is_set()

    def cost(self, plan: tuple[Planned, ...]) -> tuple[int, int]:
        """Medium and soft of a written plan."""
        return medium_cost(self.problem, plan), soft_cost(self.problem, plan)

    def tell(self, levels: Levels) -> None:
        """Tell of a better plan."""
        if self.ties.listener is not None:
            self.ties.listener(Progress(levels, self.seconds()))

    def solver(self, share: float) -> CpSolver:
        """A solver that may go on until the share of the limit is spent."""
        solver = CpSolver()
        solver.parameters.random_seed = self.seed
        solver.parameters.num_workers = WORKERS
        if self.limit.seconds is None:
            solver.parameters.interleave_search = True
            solver.parameters.max_deterministic_time = (self.limit.steps or 0) * share
        else:
            left = self.limit.seconds * share - self.seconds()
            solver.parameters.max_time_in_seconds = max(left, 0.05)
        return solver

    def model(
        self,
        panels: Panels,
        problem: Problem | None = None,
        *,
        asked: bool = True,
        loose: bool = False,
    ) -> HearingModel:
        """The problem, or a part of it, as a model; each demand is asked for unless assumed."""
        whole = HearingModel(problem or self.problem, panels, loose=loose)
        for sitting in whole.sittings:
            place(whole, sitting)
            take_part(whole, sitting)
        keep_apart(whole)
        if asked:
            whole.model.add_bool_and(list(whole.demands.values()))
        return whole

    def search(self, whole: HearingModel, goal: LinearExpr, share: float, *upper: int) -> _Stage:
        """Minimise; with `upper` the medium cost is settled and the goal is the soft one."""
        whole.model.minimize(goal)
        solver = self.solver(share)
        watch = _Watch(self.ties, self.began, upper[0] if upper else None)
        if self.ties.stop.is_set():
            return _Stage(UNKNOWN)
        with _stoppable(solver, self.ties.stop):
            status = solver.solve(whole.model, watch)
        if status not in {OPTIMAL, FEASIBLE}:
            return _Stage(status)
        cost, bound = round(solver.objective_value), -int(-solver.best_objective_bound // 1)
        return _Stage(status, planned_of(solver, whole), cost, bound)


def plan(
    problem: Problem, limit: Limit, *, seed: int = 1, running: Running | None = None
) -> Answer:
    """Propose when and where each hearing is held and who takes part.

    Without panels a bound of the medium level is proved, since panels only add demands; then
    panels are drawn from a choice of the pool, from the whole pool when that is not enough.

    Args:
        problem: What waits together.
        limit: Seconds, or steps: units of the exact solver's own deterministic time.
        seed: The same seed gives the same answer within the same limit of steps.
        running: Told of each better plan (levels hard, medium, soft); asked whether to stop.
    """
    work = _Planning(problem, limit, seed, running or Running())
    fitted, below_all = _fitted(work)
    if fitted is not None and medium_cost(problem, fitted) == below_all:
        return _written(work, fitted, below_all)
    return _exact(work, fitted, below_all)


def _exact(work: _Planning, fitted: tuple[Planned, ...] | None, below_all: int) -> Answer:
    """What fitting alone could not settle: a better bound, a plan, or why there is none."""
    problem, bare = work.problem, work.model(Panels.NONE)
    below = work.search(bare, medium(bare), BOUND_SHARE)
    if below.status == INFEASIBLE:
        return _explained(work, Panels.NONE)
    lowest = max(below.bound, below_all)
    if fitted is not None and medium_cost(problem, fitted) == lowest:
        return _written(work, fitted, lowest)
    found, panels = _first_plan(work, fitted or below.plan)
    if found.status == INFEASIBLE:
        return _explained(work, Panels.WHOLE)
    if not found.found and fitted is None:
        return Answer("unknown", bound=lowest, seconds=work.seconds())
    if not found.found or (fitted and medium_cost(problem, fitted) < found.cost):
        return _written(work, fitted or (), lowest)
    return _comfortable(work, panels, found, lowest)


def _fitted(work: _Planning) -> tuple[tuple[Planned, ...] | None, int]:
    """The best plan of some rounds of fitting, and a bound: each hearing as if alone."""
    fitter = Fitter(work.problem, work.seed)
    bound, best = fitter.bound(), None
    for _ in range(ROUNDS):
        if best is not None or work.is_over(FIT_SHARE):
            break
        best = fitter.round()
    for _ in range(MENDS if best else 0):
        if work.is_over(FIT_SHARE):
            break
        best = _mended(work, fitter, best or ())
    return best, bound


def _mended(work: _Planning, fitter: Fitter, plan: tuple[Planned, ...]) -> tuple[Planned, ...]:
    """The plan, or one that is not worse."""
    found = fitter.mend(plan)
    if found is None or (cost := work.cost(found)) > (before := work.cost(plan)):
        return plan
    if cost < before:
        work.tell((0, *cost))
    return found


def _written(work: _Planning, plan: tuple[Planned, ...], bound: int) -> Answer:
    """A fitted plan as the answer, made more comfortable when the problem is small enough."""
    cost = medium_cost(work.problem, plan)
    if len(plan) <= FEW:
        return _comfortable(work, Panels.CHOICE, _Stage(FEASIBLE, plan, cost, bound), bound)
    return _answer(work, plan, bound)


def _answer(work: _Planning, plan: tuple[Planned, ...], bound: int) -> Answer:
    return Answer(
        "proposed",
        plan,
        medium=medium_cost(work.problem, plan),
        bound=bound,
        soft=soft_cost(work.problem, plan),
        changes=changes(work.problem.previous, plan),
        seconds=work.seconds(),
    )


def _first_plan(work: _Planning, near: tuple[Planned, ...]) -> tuple[_Stage, Panels]:
    """A plan with panels, from a choice of the pool if that does."""
    found = _Stage(INFEASIBLE)
    for panels in (Panels.CHOICE, Panels.WHOLE):
        if work.is_over(PLAN_SHARE):
            return _Stage(UNKNOWN), panels
        whole = work.model(panels)
        hint(whole, near or work.problem.previous)
        found = work.search(whole, medium(whole), PLAN_SHARE)
        if found.found:
            return found, panels
    return found, Panels.WHOLE


def _comfortable(work: _Planning, panels: Panels, found: _Stage, bound: int) -> Answer:
    """The same medium cost with as much comfort as the time that is left allows."""
    whole = work.model(panels)
    whole.model.add(medium(whole) <= found.cost)
    hint(whole, found.plan)
    comfort = soft(whole)
    better = work.search(whole, comfort, COMFORT_SHARE, found.cost)
    last = better.plan if better.found else found.plan
    bound = max(bound, found.bound if panels is Panels.WHOLE else 0)
    return _answer(work, last, bound)


def _explained(work: _Planning, panels: Panels) -> Answer:
    whole = work.model(panels, asked=False)
    seconds = work.limit.seconds or 60.0
    left = max(seconds * EXPLAIN_SHARE - work.seconds(), 1.0)
    demands, smallest = smallest_conflict(whole, work.solver(EXPLAIN_SHARE), left)
    about = {one.hearing for one in demands}
    hearings = tuple(one for one in work.problem.hearings if one.id in about)
    problem = msgspec.structs.replace(work.problem, hearings=hearings, previous=())
    apart = work.model(panels, problem, asked=False, loose=True)
    left = max(seconds - work.seconds(), 1.0)
    absences, found = absences_behind(apart, work.solver(1.0), demands, left)
    return Answer(
        "infeasible",
        demands=demands,
        absences=absences,
        smallest=smallest and found,
        seconds=work.seconds(),
    )
