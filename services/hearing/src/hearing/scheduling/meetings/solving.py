"""Schedules an instance: chains on every core cool down a few times, then polish the best."""

import time
from collections.abc import Callable
from concurrent import futures
from dataclasses import dataclass

from hearing.scheduling.compiled import is_kept
from hearing.scheduling.limits import Levels, Limit, Progress, Running

from .annealing import Chain, Cooling, Found
from .drawing import settle, sweep
from .grid import Weighing, grid_of
from .instance import Day, Instance, Meeting, Person, Room, Solution, solution

COARSE, FINE = Weighing(5000, 1000, fine=False), Weighing(10000, 2000, fine=True)
SEARCH, POLISH = Cooling(hot=4000.0, cold=150.0, twos=0.4), Cooling(hot=150.0, cold=4.0, twos=0.4)
"""First the upper levels: conflicts settle between one and four weights of medium. Then the soft
level, too cold to give up what was reached."""
SEARCH_SHARE, LOOKS = 0.8, 0.25
LARGE = 200
"""With more meetings a cooling begins colder in proportion, so that it has time to end."""
ROUND_SECONDS, ROUND_STEPS, MOST_ROUNDS = 5.0, 4000, 12
"""How long one cooling is: seconds for a hundred meetings, or steps for each meeting."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The best answer, its costs by level, and whether somebody stopped the search."""

    solution: Solution
    levels: Levels
    stopped: bool
    seconds: float


def is_prepared() -> bool:
    """Whether the search's machine code is kept on disk; else the first call compiles it."""
    return all(is_kept(function.__name__) for function in (sweep, settle))


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
    ties = running or Running()
    crew = _Crew(instance, limit, seed, chains or 2)
    coarse, rounds = grid_of(instance, COARSE), rounds_of(limit, len(instance.meetings))
    hot = SEARCH.hot * min(1.0, LARGE / len(instance.meetings))
    search = Cooling(max(hot, SEARCH.cold), SEARCH.cold, SEARCH.twos)

    def anneal(chain: Chain) -> None:
        for at in range(1, rounds + 1):
            part = crew.until(SEARCH_SHARE * at / rounds, SEARCH_SHARE / rounds)
            if at == 1 or not ties.stop.is_set():
                chain.cool(coarse, search, part, ties.stop)

    crew.run(ties, anneal)
    best = crew.best()
    rest = crew.until(1.0, 1 - SEARCH_SHARE)
    crew.run(ties, lambda chain: chain.cool(crew.exact, POLISH, rest, ties.stop, best))
    best = crew.best()
    answer = solution(instance, best.starts.tolist(), best.rooms.tolist())
    return Outcome(answer, best.levels, ties.stop.is_set(), crew.seconds())


def rounds_of(limit: Limit, meetings: int) -> int:
    """How often each chain cools down: several short coolings end better than a long one."""
    if limit.seconds is not None:
        rounds = limit.seconds / ROUND_SECONDS * min(1.0, 100 / meetings)
    else:
        rounds = (limit.steps or 0) * SEARCH_SHARE / (ROUND_STEPS * meetings)
    return max(1, min(MOST_ROUNDS, round(rounds)))


class _Crew:
    """Chains in threads: compiled code runs without the interpreter's lock."""

    def __init__(self, instance: Instance, limit: Limit, seed: int, chains: int) -> None:
        self._began = time.monotonic()
        self._limit = limit
        self.exact = grid_of(instance, FINE)
        self._chains = [Chain(self.exact, seed * 1009 + at) for at in range(chains)]
        self._told: Levels | None = None

    def seconds(self) -> float:
        """Since the search began."""
        return time.monotonic() - self._began

    def until(self, share: float, part: float) -> Limit:
        """A part of the steps; of the seconds what is left until that share of them."""
        if self._limit.seconds is None:
            return self._limit.part(part)
        return Limit(seconds=max(self._limit.seconds * share - self.seconds(), 1e-3))

    def best(self) -> Found:
        """The best of all chains, the first of equals."""
        return min(self._found(), key=lambda found: found.levels)

    def _found(self) -> list[Found]:
        return [chain.best for chain in self._chains if chain.best is not None]

    def run(self, ties: Running, work: Callable[[Chain], None]) -> None:
        """Let every chain do its work; raises what a chain raises."""
        with futures.ThreadPoolExecutor(len(self._chains)) as pool:
            waiting = [pool.submit(work, chain) for chain in self._chains]
            try:
                while futures.wait(waiting, timeout=LOOKS).not_done:
                    self._tell(ties)
            except KeyboardInterrupt:
                ties.stop.set()
        for done in waiting:
            done.result()
        self._tell(ties)

    def _tell(self, ties: Running) -> None:
        found = self._found()
        if ties.listener is None or not found:
            return
        levels = self.best().levels
        if self._told is None or levels < self._told:
            self._told = levels
            ties.listener(Progress(levels, self.seconds()))


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
