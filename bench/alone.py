"""A figure measured by itself, from the command line, on each kind of database."""

import argparse
from collections.abc import Callable

import rig
from report import Figure, shown


def measured(
    about: str | None, measure: Callable[[str, int, int], list[Figure]], runs: int
) -> None:
    """Measure and print; `measure` takes the kind of database, how many cases and runs."""
    arguments = argparse.ArgumentParser(description=about)
    arguments.add_argument("kinds", nargs="*", default=list(rig.KINDS))
    arguments.add_argument("--cases", type=int, default=100_000)
    arguments.add_argument("--runs", type=int, default=runs)
    asked = arguments.parse_args()
    for kind in asked.kinds:
        for figure in measure(kind, asked.cases, asked.runs):
            print(shown(figure), flush=True)
