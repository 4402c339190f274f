"""Schedules an instance: chains on every core cool down apart, then once more from the best."""

import time
from collections.abc import Callable
from concurrent import futures
from dataclasses import dataclass

from hearing.scheduling.compiled import is_kept
from hearing.scheduling.limits import Levels, Limit, Progress, Running

from . import drawing
from .annealing import Chain, Cooling, Found
from .grid import Grid, grid_of
from .instance import Day, Instance, Meeting, Person, Room, Solution, solution

FIRST, AGAIN = Cooling(hot=2000.0, cold=6.0), Cooling(hot=60.0, cold=4.0)
"""The second cooling is warm enough to mend the soft level and to move few conflicts."""
FIRST_SHARE, LOOKS = 0.8, 0.25


@dataclass(frozen=True, slots=True)
class Outcome:
    """The best answer, its costs by level, and whether somebody stopped the search."""

    solution: Solution
    levels: Levels
    stopped: bool
    seconds: float


def is_prepared() -> bool:
    """Whether the search's machine code is kept on disk; else the first call compiles it."""
    return is_kept(drawing.__name__)


def prepare() -> None:
    """Compile or load the search, so that the next call is quick: services call it at start."""
    weights = dict.fromkeys(_NAMES, 1)
    meetings = tuple(Meeting(at, 1, (0,), ()) for at in range(2))
    tiny = Instance("", "", weights, (Room(0, 1),), (Person(0),), (Day(0, 0, 4),), meetings)
    solve(tiny, Limit(steps=8), seed=0, chains=1)


def solve(
    instance: Instance,
    limit: Limit,
    *,
    seed: int,
    chains: int | None = None,
    running: Running | None = None,
) -> Outcome:
    """Schedule every meeting; an interrupt from the keyboard keeps the best answer.

    Args:
        instance: What is to be scheduled.
        limit: Seconds in all, or steps of each chain.
        seed: With a limit of steps and as many chains, the same seed gives the same answer.
        chains: How many searches run side by side, a core each; by default two.
        running: Told of each better answer and asked whether to stop.
    """
    crew = _Crew(grid_of(instance), len(instance.people), seed, chains or 2)
    ties = running or Running()
    crew.run(ties, lambda chain: chain.begin(FIRST.hot))
    first = crew.left(limit, FIRST_SHARE)
    crew.run(ties, lambda chain: chain.cool(FIRST, first, ties.stop))
    best = crew.best()
    crew.run(ties, lambda chain: chain.adopt(best))
    rest = crew.left(limit, 1 - FIRST_SHARE, of=1.0)
    crew.run(ties, lambda chain: chain.cool(AGAIN, rest, ties.stop))
    best = crew.best()
    answer = solution(instance, best.starts.tolist(), best.rooms.tolist())
    return Outcome(answer, best.levels, ties.stop.is_set(), crew.seconds())


class _Crew:
    """Chains in threads: compiled code runs without the interpreter's lock."""

    def __init__(self, grid: Grid, persons: int, seed: int, chains: int) -> None:
        self._began = time.monotonic()
        self._chains = [Chain(grid, persons, seed * 1009 + at) for at in range(chains)]
        self._told: Levels | None = None

    def seconds(self) -> float:
        """Since the search began."""
        return time.monotonic() - self._began

    def left(self, limit: Limit, share: float, *, of: float | None = None) -> Limit:
        """A share of the steps; of the seconds what is left until the share `of` the limit."""
        if limit.seconds is None:
            return limit.part(share)
        return Limit(seconds=max(limit.seconds * (of or share) - self.seconds(), 1e-3))

    def best(self) -> Found:
        """The best of all chains, the first of equals."""
        return min((chain.best() for chain in self._chains), key=lambda found: found.levels)

    def run(self, ties: Running, work: Callable[[Chain], None]) -> None:
        """Let every chain do its work; raises what a chain raises."""
        with futures.ThreadPoolExecutor(len(self._chains)) as pool:
            waiting = [pool.submit(work, chain) for chain in self._chains]
            try:
                self._watch(waiting, ties)
            except KeyboardInterrupt:
                ties.stop.set()
        for done in waiting:
            done.result()
        self._tell(ties)

    def _watch(self, waiting: list["futures.Future[None]"], ties: Running) -> None:
        while futures.wait(waiting, timeout=LOOKS).not_done:
            self._tell(ties)

    def _tell(self, ties: Running) -> None:
        levels = self.best().levels
        worth_telling = levels[0] < UNKNOWN and (self._told is None or levels < self._told)
        if ties.listener is not None and worth_telling:
            self._told = levels
            ties.listener(Progress(levels, self.seconds()))


UNKNOWN = 1 << 62
"""Above every cost: a chain that has no answer yet."""
_NAMES = (
    "Room conflict",
    "Required attendance conflict",
    "Required and preferred attendance conflict",
    "Preferred attendance conflict",
    "Don't go in overtime",
    "Required room capacity",
    "Start and end on same day",
    "Do all meetings as soon as possible",
    "One TimeGrain break between two consecutive meetings",
    "Overlapping meetings",
    "Assign larger rooms first",
    "Room stability",
)
