"""All figures, each against a bare floor of the same run: a table, and JSON in bench/results.

    .venv/bin/python bench/run.py [--full] [--only register handover lists suggestion footprint]

Short runs: ten minutes at most on two quiet cores. `--full` measures longer and fills the lists
with a million cases. The exit status is 0 also when a figure misses its target: on a shared
machine a figure is looked at, not obeyed.
"""

import argparse
import asyncio
import json
import os
import platform
import time
from collections.abc import Callable, Coroutine
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import footprint
import handover
import lists
import mediator_suggestion
import register
import rig
import uvloop
from report import Figure, shown

RESULTS = Path(__file__).with_name("results")


@dataclass(frozen=True, slots=True)
class Extent:
    """How long and how much."""

    seconds: float
    rounds: int
    hand_overs: int
    cases: int
    runs: int
    imported: int
    rest_s: float


SHORT = Extent(seconds=4, rounds=3, hand_overs=25, cases=100_000, runs=30, imported=2000, rest_s=15)
FULL = Extent(
    seconds=15, rounds=5, hand_overs=200, cases=1_000_000, runs=100, imported=20_000, rest_s=60
)
Measured = Coroutine[Any, Any, list[Figure]]


async def _register(extent: Extent) -> list[Figure]:
    found = []
    for kind in rig.KINDS:
        found += await register.measure(kind, extent.seconds, extent.rounds)
    return found


async def _lists(extent: Extent) -> list[Figure]:
    found = []
    for kind in rig.KINDS:
        found += lists.measure(kind, extent.cases, extent.runs)
    return found


async def _suggestion(extent: Extent) -> list[Figure]:
    found = []
    for kind in rig.KINDS:
        found += mediator_suggestion.measure(kind, 100_000, extent.runs)
    return found


PARTS: dict[str, Callable[[Extent], Measured]] = {
    "register": _register,
    "handover": lambda extent: handover.measure(extent.hand_overs),
    "lists": _lists,
    "suggestion": _suggestion,
    "footprint": lambda extent: footprint.measure(extent.imported, extent.rest_s),
}


def main() -> None:
    """Measure, print each part as it is done, write the results."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--full", action="store_true")
    arguments.add_argument("--only", nargs="*", choices=list(PARTS), default=list(PARTS))
    asked = arguments.parse_args()
    extent, figures, began = FULL if asked.full else SHORT, [], time.monotonic()
    for part in asked.only:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            for figure in runner.run(PARTS[part](extent)):
                print(shown(figure), flush=True)
                figures.append(figure)
    print(f"{time.monotonic() - began:.0f} s; results in {_written(figures, extent)}")


def _written(figures: list[Figure], extent: Extent) -> Path:
    """The file of this run, named by its time."""
    RESULTS.mkdir(exist_ok=True)
    at = datetime.now(UTC)
    file = RESULTS / f"{at:%Y%m%d-%H%M%S}.json"
    content = {
        "at": at.isoformat(timespec="seconds"),
        "machine": {
            "system": platform.system(),
            "processors": os.cpu_count(),
            "load": os.getloadavg(),
            "python": platform.python_version(),
        },
        "extent": asdict(extent),
        "figures": [asdict(figure) for figure in figures],
    }
    file.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file


if __name__ == "__main__":
    main()
