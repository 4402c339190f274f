"""Known advisories about what the lock pins: asked of an OSV service in one question.

`python tools/audit_lock.py [LOCK]...` Exit status 1: an advisory without a dated exception, or an
exception whose day is over. When nobody answers it says so and exits 0; with AUDIT_MUST_ANSWER=1
it exits 1. AUDIT_URL names another service of the same kind.
"""

import argparse
import json
import os
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
EXCEPTIONS = ROOT / "tools/audit_exceptions.yaml"
SERVICE = "https://api.osv.dev/v1/querybatch"
WAIT_S = 30.0
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


class Unanswered(Exception):
    """Nobody told; the message says why."""


@dataclass(frozen=True, slots=True, order=True)
class Advisory:
    """One advisory about one pinned version."""

    package: str
    version: str
    id: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What is left after the exceptions, and exceptions that have run out."""

    open: tuple[Advisory, ...]
    excused: tuple[Advisory, ...]
    over: tuple[str, ...]


def pinned(text: str) -> list[tuple[str, str]]:
    """Names and versions of a lock file, in its order."""
    return [(name.lower(), version) for name, version in PINNED.findall(text)]


def ask(packages: Iterable[tuple[str, str]], service: str) -> list[Advisory]:
    """What is known of these versions.

    Raises:
        Unanswered: no answer in time, or none that can be read.
    """
    wanted = list(packages)
    queries = [
        {"package": {"name": name, "ecosystem": "PyPI"}, "version": version}
        for name, version in wanted
    ]
    request = urllib.request.Request(  # noqa: S310 (an operator's own address, or the one above)
        service, json.dumps({"queries": queries}).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=WAIT_S) as answer:  # noqa: S310 (as above)
            results = json.load(answer)["results"]
        return sorted(_advisories(wanted, results))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Unanswered(f"{type(error).__name__}: {error}") from None


def _advisories(
    wanted: list[tuple[str, str]], results: list[Mapping[str, Any]]
) -> Iterable[Advisory]:
    if len(results) != len(wanted):
        raise ValueError(f"{len(results)} answers to {len(wanted)} questions")
    for (name, version), found in zip(wanted, results, strict=True):
        for one in found.get("vulns", ()):
            yield Advisory(name, version, str(one["id"]))


def judge(
    found: Iterable[Advisory], exceptions: Iterable[Mapping[str, Any]], today: date
) -> Judged:
    """Go by the dated exceptions: each names an advisory, a last day and why."""
    valid, over = set(), []
    for one in exceptions:
        missing = {"id", "until", "why"} - one.keys()
        if missing:
            over.append(f"{one.get('id', '?')}: no {', '.join(sorted(missing))}")
        elif one["until"] < today:
            over.append(f"{one['id']}: until {one['until']}")
        else:
            valid.add(one["id"])
    everything = tuple(found)
    return Judged(
        tuple(one for one in everything if one.id not in valid),
        tuple(one for one in everything if one.id in valid),
        tuple(over),
    )


def main() -> int:
    """Ask, judge, say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lock", nargs="*", type=Path, default=[ROOT / "requirements.lock"])
    locks = parser.parse_args().lock
    packages = sorted({one for lock in locks for one in pinned(lock.read_text("utf-8"))})
    exceptions = yaml.safe_load(EXCEPTIONS.read_text("utf-8"))["exceptions"] or []
    try:
        found = ask(packages, os.environ.get("AUDIT_URL", SERVICE))
    except Unanswered as error:
        print(f"NOT CHECKED: no advisory service answered ({error}); {len(packages)} packages")
        found, answered = [], False
    else:
        answered = True
    judged = judge(found, exceptions, date.today())  # noqa: DTZ011 (a day, wherever CI runs)
    for advisory in judged.open:
        print(f"ADVISORY {advisory.id}: {advisory.package} {advisory.version}")
    for advisory in judged.excused:
        print(f"excused {advisory.id}: {advisory.package} {advisory.version}")
    for line in judged.over:
        print(f"EXCEPTION OVER {line}")
    if answered and not judged.open:
        print(f"{len(packages)} packages, no open advisory")
    silent = not answered and os.environ.get("AUDIT_MUST_ANSWER") == "1"
    return int(bool(judged.open or judged.over or silent))


if __name__ == "__main__":
    sys.exit(main())
