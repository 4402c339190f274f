"""Search every model with full bounds: `python -m tests.model`. Exit 1 on any violation."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from .checker import Verdict, check
from .searches import FULL, SMALL, AnyModel

COLUMNS = "{:<16} {:<58} {:>9} {:>8}  {}"


def search(models: Iterable[AnyModel]) -> list[Verdict]:
    """Check the models one by one and print a line of the table for each."""
    say(COLUMNS.format("model", "bounds", "states", "seconds", "verdict"))
    verdicts = []
    for model in models:
        verdict = check(model)
        verdicts.append(verdict)
        seconds = f"{verdict.seconds:.1f}"
        bounds = str(model.bounds)
        say(COLUMNS.format(model.name, bounds, verdict.states, seconds, verdict.outcome))
    return verdicts


def say(line: str) -> None:
    """Print one line at once, also into a pipe."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    """Search with full bounds, or with small ones when asked for `--small`."""
    verdicts = search(SMALL if "--small" in arguments else FULL)
    failed = [verdict for verdict in verdicts if not verdict.holds]
    for verdict in failed:
        say(f"\n{verdict}")
    total = sum(verdict.states for verdict in verdicts)
    say(f"\n{len(verdicts)} searches, {total} states, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
