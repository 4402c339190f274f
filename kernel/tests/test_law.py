"""What a service counts by: shipped at first, then what routing hands out, never what is older."""

import asyncio
import json
from contextlib import suppress
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import MetaData

from kernel import tables
from kernel.group_commit import Readers, Work, Writer
from kernel.service import LawBook, Shipped, follow_rules, keep_rules
from kernel.testing.clock import FakeClock
from kernel.testing.waiting import eventually

FOLDER = Path(__file__).resolve().parents[2] / "deploy/regulation"
FIRST = (FOLDER / "cn-2022.yaml").read_text(encoding="utf-8")
SECOND = FIRST.replace('version: "2022.1"', 'version: "2022.2"')
OFF = date(2026, 12, 2)
NOTICE = json.dumps(
    {
        "year": 2026,
        "source": "test",
        "kind": "amendment",
        "holidays": [{"name": "local", "first": str(OFF), "last": str(OFF)}],
    }
)
METADATA = MetaData()
tables.add_to(METADATA)
COPY = tables.add_rules_copy_to(METADATA)
SHIPPED = Shipped.read("cn-2022", FOLDER)


def rules(*profiles, notices=()):
    """A document as routing hands it out."""
    return json.dumps({"profiles": profiles, "notices": notices}).encode()


def told(book):
    """Version of the profile of a new case, and whether the day of the notice is worked."""
    law = book.current()
    return law.own.version, law.calendar.is_workday(OFF)


class County:
    """Hands out one document after the other, the last for ever; counts how often it was asked."""

    def __init__(self, *given):
        self.given = list(given)
        self.asked = 0

    async def ask(self, _have):
        """The next document."""
        self.asked += 1
        return self.given.pop(0) if len(self.given) > 1 else self.given[0]


@pytest.fixture
async def writer(database):
    """The writer of a database with the copy."""
    with database.writer.begin() as connection:
        METADATA.create_all(connection)
    async with Writer(database, METADATA, clock=FakeClock(), encode=str) as writer:
        yield writer


async def follow(book, county, writer, until):
    """Follow the county, each time on its word, until that holds."""

    async def keep(content):
        handler = partial(lambda uow, given: keep_rules(uow, COPY, given))
        await writer.perform(Work(handler, content, traceparent=""))

    def asked_again():
        book.published()
        return until()

    task = asyncio.create_task(follow_rules(book, county.ask, keep))
    try:
        await eventually(asked_again)
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def test_a_case_keeps_the_version_that_it_is_pinned_to_where_it_is_here():
    """Else the newest of its name counts, and for a name nobody here knows the node's own."""
    book = LawBook(COPY, SHIPPED)
    law = asyncio.run(book.read(rules(FIRST, SECOND))).law
    assert law.own.version == "2022.2"
    assert law.of("cn-2022@2022.1").version == "2022.1"
    assert law.of("cn-2022@2099.9").version == "2022.2"
    assert law.of("elsewhere@1") == law.own
    assert law.of("zj-2016-historical@none").id == "zj-2016-historical"


async def test_what_was_handed_out_is_counted_by_after_a_restart(writer, database):
    """The shipped ones until routing answered; then its own, also by a start without it."""
    book = LawBook(COPY, SHIPPED)
    assert told(book) == ("2022.1", True)
    county = County(rules(FIRST), rules(FIRST, SECOND, notices=[NOTICE]))
    await follow(book, county, writer, lambda: book.version == 3)
    assert told(book) == ("2022.2", False)
    again = LawBook(COPY, SHIPPED)
    await again.take_copy(Readers(database))
    assert told(again) == ("2022.2", False)
    assert again.digest == book.digest


async def test_older_rules_never_replace_newer_ones(writer, database):
    """Neither what is counted by nor the copy of it."""
    book = LawBook(COPY, SHIPPED)
    newer = rules(FIRST, SECOND, notices=[NOTICE])
    county = County(newer, rules(FIRST), rules())
    await follow(book, county, writer, lambda: county.asked > 4)
    assert told(book) == ("2022.2", False)
    for content in (rules(FIRST), newer, rules()):
        handler = partial(lambda uow, given: keep_rules(uow, COPY, given))
        await writer.perform(Work(handler, content, traceparent=""))
    with database.readers.connect() as connection:
        assert [row.version for row in connection.execute(COPY.select())] == [3]


async def test_rules_that_no_law_can_be_made_of_change_nothing(writer):
    """A profile of a newer release is asked for again, and taken once it can be read."""
    book = LawBook(COPY, SHIPPED)
    county = County(rules("id: cn-2022\n"), rules(FIRST, SECOND))
    await follow(book, county, writer, lambda: book.version == 2)
    assert told(book) == ("2022.2", True)
