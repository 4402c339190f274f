"""Makes meeting-scheduling instances of the public family, of any size, the same for the same seed.

    .venv/bin/python bench/meeting_family.py MEETINGS SEED OUT.json

Shape taken from the two public instances: five rooms for 12 to 30, days of 36 grains, 3.2 grains a
meeting, lengths of 1 to 16 grains, two to thirty persons a meeting of 35 to 40 in all, half of
them required.
"""

import json
import random
import sys
from pathlib import Path
from typing import Any

DAY, CAPACITIES, LENGTHS = 36, (30, 20, 16, 14, 12), (1, 1, 1, 3, 3, 3, 4, 6, 6, 8, 8, 16, 16)
NEEDS = (2, 2, 3, 4, 4, 5, 5, 6, 8, 8, 10, 12, 14, 16, 16, 20, 30)
WEIGHTS = {
    "Room conflict": 1,
    "Don't go in overtime": 1,
    "Required attendance conflict": 1,
    "Required room capacity": 1,
    "Start and end on same day": 1,
    "Required and preferred attendance conflict": 1,
    "Preferred attendance conflict": 1,
    "Do all meetings as soon as possible": 1,
    "One TimeGrain break between two consecutive meetings": 100,
    "Overlapping meetings": 10,
    "Assign larger rooms first": 1,
    "Room stability": 1,
}


def instance(meetings: int, seed: int, people: int = 37) -> dict[str, Any]:
    """An instance with so many meetings."""
    dice = random.Random(seed)  # noqa: S311 (a repeatable instance, no secret)
    grains = max(DAY, round(3.2 * meetings))
    return {
        "format": "meeting-scheduling/1",
        "name": f"{meetings}meetings-{grains}timegrains-{len(CAPACITIES)}rooms-seed{seed}",
        "source": "made by bench/meeting_family.py",
        "grain_minutes": 15,
        "weights": WEIGHTS,
        "rooms": [
            {"id": at, "name": f"R {at + 1}", "capacity": capacity}
            for at, capacity in enumerate(CAPACITIES)
        ],
        "people": [{"id": at, "name": f"P {at + 1}"} for at in range(people)],
        "days": [
            {"id": at, "first_grain": first, "end_grain": min(first + DAY, grains)}
            for at, first in enumerate(range(0, grains, DAY))
        ],
        "meetings": [_meeting(dice, at, people) for at in range(meetings)],
    }


def _meeting(dice: random.Random, at: int, people: int) -> dict[str, Any]:
    need = min(dice.choice(NEEDS), people)
    named = dice.sample(range(people), need)
    required = max(2, min(need, round(need * dice.uniform(0.4, 1.0)), 19))
    return {
        "id": at,
        "topic": f"T {at + 1}",
        "duration": dice.choice(LENGTHS),
        "required": named[:required],
        "preferred": named[required:],
    }


def main() -> None:
    """Write one instance."""
    meetings, seed, out = sys.argv[1:4]
    Path(out).write_text(json.dumps(instance(int(meetings), int(seed))), "utf-8")


if __name__ == "__main__":
    main()
