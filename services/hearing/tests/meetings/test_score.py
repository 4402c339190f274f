from typing import Any

import pytest

ROOMS = [{"id": 0, "capacity": 10}, {"id": 1, "capacity": 4}]
DAYS = [
    {"id": 0, "first_grain": 0, "end_grain": 10},
    {"id": 1, "first_grain": 10, "end_grain": 20},
]
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


def _meeting(duration: int, required=(), preferred=()) -> dict[str, Any]:
    return {"duration": duration, "required": list(required), "preferred": list(preferred)}


def _answer(scorer, meetings, places):
    instance = {
        "rooms": ROOMS,
        "days": DAYS,
        "weights": WEIGHTS,
        "meetings": [{"id": at, **one} for at, one in enumerate(meetings)],
    }
    rows = [{"meeting": at, "start": s, "room": r} for at, (s, r) in enumerate(places)]
    return instance, {"assignments": rows}


def _counts(scorer, meetings, places) -> dict[str, int]:
    answer = scorer.Answer(*_answer(scorer, meetings, places))
    return {name: broken(answer) for _, name, broken in scorer.CONSTRAINTS}


@pytest.mark.parametrize(
    "name,meetings,places,expected",
    [
        ("Room conflict", [_meeting(4), _meeting(4)], [(0, 0), (2, 0)], 2),
        ("Room conflict", [_meeting(4), _meeting(4)], [(0, 0), (2, 1)], 0),
        ("Don't go in overtime", [_meeting(4)], [(18, 0)], 21),
        ("Don't go in overtime", [_meeting(4)], [(16, 0)], 0),
        ("Required attendance conflict", [_meeting(3, [1, 2])] * 2, [(0, 0), (1, 1)], 4),
        ("Required attendance conflict", [_meeting(3, [1]), _meeting(3, [2])], [(0, 0)] * 2, 0),
        ("Required room capacity", [_meeting(1, [1, 2, 3], [4, 5])], [(0, 1)], 1),
        ("Required room capacity", [_meeting(1, [1, 2, 3], [4])], [(0, None)], 4),
        ("Start and end on same day", [_meeting(4)], [(8, 0)], 1),
        ("Start and end on same day", [_meeting(4)], [(6, 0)], 0),
        (
            "Required and preferred attendance conflict",
            [_meeting(2, [1], [2]), _meeting(2, [2], [1])],
            [(0, 0), (1, 1)],
            2,
        ),
        (
            "Preferred attendance conflict",
            [_meeting(2, [], [1, 2]), _meeting(2, [], [2, 1])],
            [(0, 0), (0, 1)],
            4,
        ),
        ("Do all meetings as soon as possible", [_meeting(4), _meeting(1)], [(2, 0), (0, 0)], 5),
        (
            "One TimeGrain break between two consecutive meetings",
            [_meeting(2, [1]), _meeting(2, [2]), _meeting(1)],
            [(8, 0), (10, 1), (10, 0)],
            2,
        ),
        (
            "One TimeGrain break between two consecutive meetings",
            [_meeting(2), _meeting(2)],
            [(0, 0), (3, 0)],
            0,
        ),
        (
            "Overlapping meetings",
            [_meeting(4), _meeting(4), _meeting(1)],
            [(0, 0), (2, 1), (3, 0)],
            4,
        ),
        ("Assign larger rooms first", [_meeting(1), _meeting(1)], [(0, 0), (0, 1)], 6),
        ("Room stability", [_meeting(2, [1]), _meeting(2, [3], [1])], [(0, 0), (4, 1)], 1),
        ("Room stability", [_meeting(2, [1]), _meeting(2, [3], [1])], [(0, 0), (5, 1)], 0),
        ("Room stability", [_meeting(2, [1]), _meeting(2, [3], [1])], [(0, 0), (4, 0)], 0),
        ("Room stability", [_meeting(4, [1]), _meeting(2, [1])], [(0, 0), (1, 1)], 1),
        ("Room stability", [_meeting(4, [1]), _meeting(2, [1])], [(0, 0), (0, 1)], 0),
    ],
)
def test_constraint_is_counted_as_the_format_says(scorer, name, meetings, places, expected):
    """Each of the twelve constraints counts a hand-made case as its line says."""
    assert _counts(scorer, meetings, places)[name] == expected


def test_every_constraint_has_a_case(scorer):
    """The scorer knows exactly the twelve constraints that have weights."""
    assert {name for _, name, _ in scorer.CONSTRAINTS} == set(WEIGHTS)


def test_score_weighs_and_sums_by_level(scorer):
    """A score sums the weighted counts of each level, as costs below zero."""
    meetings = [_meeting(2, [1]), _meeting(2, [1], [2])]
    found = scorer.score(*_answer(scorer, meetings, [(0, 0), (2, 1)]))
    assert found == (0, 0, -(1 + 3) - 100 - 6 - 1)


def test_solution_with_a_row_missing_is_refused(scorer):
    """A solution that leaves a meeting out has no score."""
    instance, solution = _answer(scorer, [_meeting(1), _meeting(1)], [(0, 0), (1, 0)])
    solution["assignments"].pop()
    with pytest.raises(ValueError, match="one row"):
        scorer.score(instance, solution)
