"""Schedules a public meeting-scheduling instance and scores the answer with a scorer of its own.

    .venv/bin/python bench/meeting_scheduling.py INSTANCE --seconds 30 --seed 1 --out SOLUTION
    .venv/bin/python bench/meeting_scheduling.py INSTANCE --steps 200000 --seed 1 --out SOLUTION

Prints the score (hard / medium / soft, as the format counts it), seconds on the clock, seconds of
processor time and peak memory; progress goes to stderr. Compiling, when it must be done first, is
said and not counted. With --steps the same seed gives the same answer.
"""

import argparse
import json
import resource
import sys
import time
from pathlib import Path

import meeting_score
import msgspec

from hearing.scheduling.limits import Limit, Progress, Running
from hearing.scheduling.meetings import solving
from hearing.scheduling.meetings.instance import read_instance


def _tell(progress: Progress) -> None:
    shown = " / ".join(str(-level) for level in progress.levels)
    print(f"{progress.seconds:7.1f} s  {shown}", file=sys.stderr, flush=True)


def _prepare() -> None:
    if not solving.is_prepared():
        print("compiling the solver, once on this machine", file=sys.stderr, flush=True)
    solving.prepare()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("instance", type=Path)
    until = parser.add_mutually_exclusive_group(required=True)
    until.add_argument("--seconds", type=float)
    until.add_argument("--steps", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--chains", type=int, default=2)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--quiet", action="store_true", help="no progress")
    return parser.parse_args()


def main() -> None:
    """Solve, write, score."""
    said = _arguments()
    _prepare()
    began, worked = time.monotonic(), time.process_time()
    instance = read_instance(said.instance)
    running = Running(None if said.quiet else _tell)
    limit = Limit(seconds=said.seconds, steps=said.steps)
    found = solving.solve(instance, limit, seed=said.seed, chains=said.chains, running=running)
    said.out.write_bytes(msgspec.json.encode(found.solution))
    seconds, cpu = time.monotonic() - began, time.process_time() - worked
    files = (json.loads(path.read_text("utf-8")) for path in (said.instance, said.out))
    score = meeting_score.score(*files)
    if score != tuple(-level for level in found.levels):
        raise SystemExit(f"solver and scorer disagree: {found.levels} and {score}")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{' / '.join(map(str, score))}  {seconds:.1f} s  {cpu:.1f} s CPU  {memory} MiB")


if __name__ == "__main__":
    main()
