"""Whom the database finds for a matter, held against the ranking of the whole register."""

import random
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from kernel import migrate
from kernel.database import Database
from mediation.convert.work import SUGGESTED
from mediation.domain.assignment import Matter, suggest
from mediation.domain.words import MediationKind, Side
from mediation.storage.fields import rows_of
from mediation.storage.mediators import every_mediator
from mediation.storage.suggesting import BEST, candidates
from mediation.storage.tables_people import (
    mediator,
    mediator_field,
    mediator_interest,
    mediator_leave,
)

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, tzinfo=UTC)
TOWNS = [f"330523.{town:03}" for town in range(1, 5)]
PATHS = [f"{town}.{village:03}" for town in TOWNS for village in range(5)] + ["330523.000.000"]
PATHS += ["330500.000.000", "330521.001.002"]
FIELDS, LANGUAGES = ("neighbour", "labour", "medical", "land"), ("wu", "min")


def register(dice, size):
    """Mediators, their leave and interests, as rows."""
    people = [
        {
            "mediator_id": UUID(int=dice.getrandbits(128)),
            "version": 1,
            "staff": f"m{n}",
            "unit": f"u-{n % 40}",
            "site": f"s-{n % 20}",
            "path": dice.choice(PATHS),
            "fields": some(dice, FIELDS),
            "kinds": some(dice, [one.value for one in MediationKind]) or "peoples",
            "languages": some(dice, LANGUAGES),
            "load": dice.randrange(12),
            "load_limit": dice.choice([0, 3, 7, 10]),
            "ended": dice.random() < 0.05,
        }
        for n in range(size)
    ]
    away = [
        {"mediator_id": one["mediator_id"], "first_on": day, "last_on": day + timedelta(days=3)}
        for one in people
        if dice.random() < 0.3
        for day in [TODAY + timedelta(days=dice.randrange(-5, 5))]
    ]
    return people, away


def some(dice, codes):
    """Some of the codes, as a column has them."""
    return " ".join(sorted(dice.sample(list(codes), dice.randrange(len(codes) + 1))))


def matter(dice, people):
    """Any matter; somebody is chosen, somebody not accepted, some have an interest."""
    some_ids = [frozenset(one["mediator_id"] for one in dice.sample(people, 2)) for _ in range(3)]
    both = some_ids[0] if dice.random() < 0.5 else frozenset()
    return Matter(
        path=dice.choice(PATHS),
        kind=dice.choice(list(MediationKind)),
        category=dice.choice(FIELDS),
        day=TODAY,
        languages=frozenset(dice.sample(LANGUAGES, dice.randrange(3))),
        about_units=frozenset(dice.sample(["u-1", "u-2", "s-3"], dice.randrange(3))),
        touched=frozenset({"party-1", "party-2"}),
        chosen={Side.APPLICANT: some_ids[0] | both, Side.RESPONDENT: some_ids[1] | both},
        objected={Side.APPLICANT: some_ids[2]},
        one_side_replaces=dice.random() < 0.5,
    )


@pytest.mark.parametrize("seed", range(3))
def test_the_best_are_those_of_the_whole_register(database_url, seed):
    """Same people, order, points and reasons; whoever was chosen is answered, also when barred."""
    dice = random.Random(seed)  # noqa: S311 (a repeatable register, no secret)
    people, away = register(dice, 300)
    migrate.upgrade(database_url, "mediation")
    database = Database.open(database_url)
    biased = [
        {"mediator_id": one["mediator_id"], "subject": "party-1", "at": NOW, "actor": "li"}
        for one in dice.sample(people, 30)
    ]
    with database.writer.begin() as connection:
        connection.execute(mediator.insert(), people)
        connection.execute(mediator_field.insert(), [row for one in people for row in rows_of(one)])
        connection.execute(mediator_leave.insert(), away)
        connection.execute(mediator_interest.insert(), biased)
    with database.readers.connect() as connection:
        everybody = every_mediator(connection)
        for _ in range(25):
            wanted = matter(dice, people)
            few = suggest(candidates(connection, wanted), wanted)
            full = suggest(everybody, wanted)
            assert few.ranked[:SUGGESTED] == full.ranked[:SUGGESTED]
            named = frozenset().union(*wanted.chosen.values())
            barred = {one for one in full.barred if one.mediator_id in named}
            assert barred <= set(few.barred)
    database.close()
    assert SUGGESTED <= BEST
