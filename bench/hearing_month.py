"""Plans a county's made-up month of hearings and judges the plan with the independent checker.

    .venv/bin/python bench/hearing_month.py [--hearings 60] [--seconds 30] [--seeds 5] [--out FILE]

Sixty hearings of six departments, a pool of 120, five rooms at three sites, 22 workdays. Prints
each plan's cost and bound on the level medium, its cost on the level soft, and seconds. With --out
it writes the first month as a problem for `lianxin hearing plan` instead.
"""

import argparse
import datetime as dt
import json
import random
import time
from pathlib import Path
from typing import Any

from hearing.checking import broken
from hearing.scheduling.limits import Limit
from hearing.scheduling.plan.reading import read_problem
from hearing.scheduling.plan.solving import plan

SITES = ("county", "county", "county", "town-a", "town-b")
SEATS = (120, 60, 40, 50, 50)
KINDS = ("deputy", "committee", "scholar", "lawyer", "resident")
HOURS = {"begins": "08:30:00", "ends": "17:30:00"}
TIED, RECORDED = 0.3, 0.3
"""Shares of the pool tied to a department, and of hearings that are recorded."""
FREE_DAYS, WEEK, EQUIPPED, WIRED = 10, 5, 3, 2
HALVES = (("08:30:00", "12:00:00"), ("13:30:00", "17:30:00"))


def month(hearings: int, seed: int, *, pool: int = 120, days: int = 22) -> dict[str, Any]:
    """Hearings of six departments in five rooms at three sites."""
    dice = random.Random(seed)  # noqa: S311 (a repeatable month, no secret)
    dates = _workdays(days)
    people = [
        {"id": f"panel{n}", **HOURS, "busy": _busy(dice, dates, 0.15), "kinds": [KINDS[n % 5]],
         "ties": [f"unit{dice.randrange(6)}"] if dice.random() < TIED else [],
         "load": dice.randrange(4)}
        for n in range(pool)
    ]  # fmt: skip
    people += [
        {"id": f"rep{unit}-{n}", **HOURS, "busy": _busy(dice, dates, 0.2)}
        for unit in range(6)
        for n in range(3)
    ]
    people += [
        {"id": f"chair{n}", **HOURS, "busy": _busy(dice, dates, 0.2), "ties": [f"unit{n}"]}
        for n in range(6)
    ]
    people += [{"id": f"guest{n}", **HOURS, "busy": _busy(dice, dates, 0.3)} for n in range(10)]
    people += [
        {"id": f"party{at}-{n}", **HOURS, "busy": _busy(dice, dates, 0.15)}
        for at in range(hearings)
        for n in range(2)
    ]
    return {
        "format": "hearing-plan/1",
        "workdays": dates,
        "rooms": [_room(dice, dates, at) for at in range(5)],
        "people": people,
        "hearings": [_hearing(dice, dates, at) for at in range(hearings)],
        "travel": [
            {"one": "county", "other": "town-a", "minutes": 40},
            {"one": "county", "other": "town-b", "minutes": 60},
            {"one": "town-a", "other": "town-b", "minutes": 80},
        ],
    }


def _workdays(count: int) -> list[str]:
    days = (dt.date(2026, 11, 2) + dt.timedelta(days=n) for n in range(2 * count))
    return [day.isoformat() for day in days if day.weekday() < WEEK][:count]


def _busy(dice: random.Random, dates: list[str], share: float) -> list[dict[str, str]]:
    taken = [(day, dice.choice(HALVES)) for day in dates if dice.random() < share]
    return [{"day": day, "begins": half[0], "ends": half[1]} for day, half in taken]


def _room(dice: random.Random, dates: list[str], at: int) -> dict[str, Any]:
    return {
        "id": f"room{at}", "site": SITES[at], "capacity": SEATS[at], "opens": "08:30:00",
        "closes": "17:30:00", "online": at < WIRED,
        "equipment": ["recording"] if at < EQUIPPED else [],
        "busy": _busy(dice, dates, 0.1),
    }  # fmt: skip


def _hearing(dice: random.Random, dates: list[str], at: int) -> dict[str, Any]:
    first = dice.randrange(max(len(dates) - FREE_DAYS, 1))
    units = dice.sample(range(6), dice.choice([1, 2, 2, 3]))
    return {
        "id": f"h{at}",
        "minutes": dice.choice([90, 120, 120, 180]),
        "earliest": dates[first],
        "latest": dates[min(first + dice.randrange(5, 10), len(dates) - 1)],
        "chairs": [f"chair{n}" for n in range(6)],
        "panel_size": dice.choice([5, 5, 7]),
        "quotas": [{"kind": "lawyer", "least": 1}, {"kind": "resident", "least": 1}],
        "colour": dice.choice(["green", "green", "green", "yellow", "red"]),
        "public": dice.choice([0, 10, 20, 30, 40]),
        "equipment": ["recording"] if dice.random() < RECORDED else [],
        "parties": [f"party{at}-0", f"party{at}-1"],
        "departments": [
            {"id": f"unit{n}", "representatives": [f"rep{n}-{k}" for k in range(3)]} for n in units
        ],
        "optional": dice.sample([f"guest{n}" for n in range(10)], dice.choice([0, 1, 2])),
        "about": [f"unit{n}" for n in units],
    }


def main() -> None:
    """Plan one month a seed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--hearings", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--out", type=Path)
    said = parser.parse_args()
    if said.out:
        said.out.write_text(json.dumps(month(said.hearings, 1), indent=1), "utf-8")
        return
    for seed in range(1, said.seeds + 1):
        print(_planned(json.dumps(month(said.hearings, seed)).encode(), said.seconds), flush=True)


def _planned(content: bytes, seconds: float) -> str:
    problem = read_problem(content)
    began = time.monotonic()
    answer = plan(problem, Limit(seconds=seconds))
    took = time.monotonic() - began
    if answer.state == "proposed" and (wrong := broken(problem, answer.hearings)):
        raise SystemExit(f"the checker finds {wrong}")
    cost = f"medium {answer.medium} (at least {answer.bound})  soft {answer.soft}"
    return f"{answer.state}  {cost}  {took:.1f} s"


if __name__ == "__main__":
    main()
