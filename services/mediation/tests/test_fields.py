"""What mediators are found by says the same as their row, whatever is kept, done or migrated."""

import random
import shutil
from importlib import resources
from pathlib import Path
from uuid import UUID

import pytest

from kernel import migrate
from kernel.database import Database
from kernel.regulation import load_profile
from kernel.testing.databases import without_tables
from mediation.domain.assignment import Mediator
from mediation.domain.words import MediationKind
from mediation.storage.fields import rows_of
from mediation.storage.tables_people import mediator, mediator_field
from mediation.testing.table import LI, SUN, UNIT, _keep, at_table

ROOT = Path(__file__).resolve().parents[3]
PATHS = ("330523.002.000", "330523.002.004", "330523.002.011")
FIELDS, KINDS = ("neighbour", "labour", "land"), (MediationKind.PEOPLES, MediationKind.JUDICIAL)


def anybody(dice, mediator_id):
    """A mediator with some fields and kinds of some place, at times with no room or none at all."""
    return Mediator(
        mediator_id,
        unit=UNIT,
        site=UNIT,
        path=dice.choice(PATHS),
        fields=frozenset(dice.sample(FIELDS, dice.randrange(4))),
        kinds=frozenset(dice.sample(KINDS, dice.randrange(1, 3))),
        limit=dice.choice((0, 1, 3, 10)),
        ended=dice.random() < 0.2,
    )


def as_set(rows):
    """Rows whatever their order."""
    return {frozenset(row.items()) for row in rows}


def expected(people):
    """What the rows of mediators say anew."""
    return as_set(row for one in people for row in rows_of(one))


@pytest.fixture
async def case(database_url, tmp_path):
    """A case on each kind of database."""
    profile = load_profile(ROOT / "deploy/regulation/cn-2022.yaml")
    async with at_table(database_url, tmp_path, profile) as opened:
        yield opened


async def test_everybody_is_found_by_what_was_kept_last_and_has_on_the_desk(case):
    """Through keeping anew, assigning and relieving, one after the other."""
    dice = random.Random(5)  # noqa: S311 (a repeatable register, no secret)
    others = [UUID(int=n) for n in range(100, 106)]
    for n in range(12):
        kept = [anybody(dice, one) for one in dice.sample(others, 3)]
        assert await case.run(_keep, tuple(kept)) == len(kept)
        await case.assign(*((LI,), (SUN,), (LI, SUN))[n % 3])
        people = case.rows(mediator)
        assert as_set(case.rows(mediator_field)) == expected(people)
    assert sum(row["load"] for row in people) > 0


def as_before_fields(database_url, tmp_path):
    """A database as the migrations before the one of fields left it, open."""
    shipped = Path(str(resources.files("mediation"))) / "migrations" / "versions"
    older = tmp_path / "migrations"
    (older / "versions").mkdir(parents=True)
    for file in shipped.glob("000[1-7]_*.py"):
        shutil.copy(file, older / "versions")
    database = Database.open(database_url)
    with database.writer.begin() as connection:
        migrate._run(connection, older)
    return database


@without_tables
def test_those_on_the_register_before_are_found_after_the_migration(database_url, tmp_path):
    """Rows of an older database are made as the service makes them."""
    dice = random.Random(6)  # noqa: S311 (a repeatable register, no secret)
    people = [anybody(dice, UUID(int=n)) for n in range(1, 60)]
    database = as_before_fields(database_url, tmp_path)
    with database.writer.begin() as connection:
        rows = [
            {
                "mediator_id": one.mediator_id,
                "version": 1,
                "unit": one.unit,
                "site": one.site,
                "path": one.path,
                "fields": " ".join(sorted(one.fields)),
                "kinds": " ".join(sorted(kind.value for kind in one.kinds)),
                "load": dice.randrange(4),
                "load_limit": one.limit,
                "ended": one.ended,
            }
            for one in people
        ]
        connection.execute(mediator.insert(), rows)
    migrate.upgrade(database_url, "mediation")
    with database.readers.connect() as connection:
        found = [dict(row) for row in connection.execute(mediator_field.select()).mappings()]
    database.close()
    assert as_set(found) == expected(rows)
    assert {row["taken"] for row in found} > {0, 51}
