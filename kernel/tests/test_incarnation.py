"""The node notices that a database was put back, and then begins a new life."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
import pytest_asyncio

from kernel.group_commit import Work
from kernel.incarnation import (
    Begun,
    DatabaseFacts,
    Incarnation,
    IncarnationFile,
    Replaced,
    Standing,
    Witness,
    WitnessState,
    begin,
    check,
    until_replaced,
)
from kernel.relay.numbering import Number, Numbered, Numbering
from kernel.testing.link_bench import TABLES, Side, side, take_steps
from kernel.testing.sample_service import work

NOW = datetime(2026, 11, 2, tzinfo=UTC)
CASES = [UUID(int=n + 1) for n in range(3)]


@pytest_asyncio.fixture
async def service(database_url: str) -> AsyncIterator[Side]:
    """A service's database, on each kind."""
    async with side(database_url) as made:
        yield made


async def start(service: Side, directory: Path, name: str = "intake") -> Begun:
    return await begin(
        directory,
        name,
        tables=TABLES,
        writer=service.writer,
        readers=service.readers,
        now=NOW,
    )


async def test_an_operator_knows_that_it_was_put_back(service: Side, tmp_path: Path) -> None:
    """Told so, a service begins a new life although its database shows nothing."""
    await start(service, tmp_path)
    begun = await begin(
        tmp_path,
        "intake",
        tables=TABLES,
        writer=service.writer,
        readers=service.readers,
        now=NOW,
        told=True,
    )
    assert (begun.incarnation.number, begun.incarnation.reason) == (2, "restored")
    assert (await start(service, tmp_path)).incarnation.number == 2


def number_all(incarnation: int) -> Work[Numbered]:
    command = Number("local", "n1/test", incarnation, 0, 100)
    return work(Numbering(TABLES).number, command)


def life(number: int) -> Incarnation:
    return Incarnation(number, UUID(int=number), NOW, "test")


@pytest.mark.parametrize(
    "current,witness,found,standing",
    [
        (None, None, DatabaseFacts(0, 0), Standing.FRESH),
        (None, None, DatabaseFacts(5, 1), Standing.BEHIND),
        (None, None, DatabaseFacts(5, 0), Standing.BEHIND),
        (None, WitnessState(1, 5), DatabaseFacts(0, 0), Standing.BEHIND),
        (life(1), None, DatabaseFacts(0, 0), Standing.SAME),
        (life(1), None, DatabaseFacts(5, 1), Standing.BEHIND),
        (life(1), WitnessState(1, 5), DatabaseFacts(5, 1), Standing.SAME),
        (life(1), WitnessState(1, 5), DatabaseFacts(9, 1), Standing.SAME),
        (life(1), WitnessState(1, 5), DatabaseFacts(4, 1), Standing.BEHIND),
        (life(1), WitnessState(1, 5), DatabaseFacts(0, 0), Standing.BEHIND),
        (life(1), WitnessState(1, 0), DatabaseFacts(0, 0), Standing.SAME),
        (life(1), WitnessState(1, 5), DatabaseFacts(9, 2), Standing.BEHIND),
        (life(2), WitnessState(1, 5), DatabaseFacts(5, 1), Standing.SAME),
        (life(2), WitnessState(2, 5), DatabaseFacts(9, 1), Standing.BEHIND),
    ],
)
def test_what_the_files_and_the_database_say(
    current: Incarnation | None,
    witness: WitnessState | None,
    found: DatabaseFacts,
    standing: Standing,
) -> None:
    """A database behind its witness, or without one, was put back; a new one is fresh."""
    assert check(current, witness, found) is standing


async def test_a_first_start_begins_the_first_life(service: Side, tmp_path: Path) -> None:
    """Nothing anywhere: incarnation 1, and the next start goes on in it."""
    first = await start(service, tmp_path)
    assert (first.incarnation.number, first.restored) == (1, False)
    await take_steps(service, CASES, 3)
    again = await start(service, tmp_path)
    assert (again.incarnation, again.standing) == (first.incarnation, Standing.SAME)


async def test_a_database_behind_its_witness_begins_a_new_life(
    service: Side, tmp_path: Path
) -> None:
    """A restore is noticed without anybody saying so."""
    begun = await start(service, tmp_path)
    await begun.witness.raise_to(1, 1000)
    restored = await start(service, tmp_path)
    assert (restored.incarnation.number, restored.restored) == (2, True)
    assert (await start(service, tmp_path)).standing is Standing.SAME


async def test_a_lost_directory_begins_a_life_above_the_databases(
    service: Side, tmp_path: Path
) -> None:
    """Without its witness the node cannot know what it said: a new life, never a used number."""
    one, two = tmp_path / "one", tmp_path / "two"
    IncarnationFile(one).begin_new(now=NOW, reason="test", above=6)
    begun = await start(service, one)
    assert begun.incarnation.number == 7
    await take_steps(service, CASES, 3)
    await service.writer.submit(number_all(7))
    restored = await start(service, two)
    assert (restored.incarnation.number, restored.restored) == (8, True)


async def test_services_restored_together_share_one_new_life(service: Side, tmp_path: Path) -> None:
    """The second service of the node that notices the same restore begins no third life."""
    async with side(f"sqlite:///{tmp_path / 'other.db'}") as other:
        for each, name in ((service, "intake"), (other, "routing")):
            begun = await start(each, tmp_path, name)
            await begun.witness.raise_to(1, 1000)
        numbers = [
            (await start(each, tmp_path, name)).incarnation.number
            for each, name in ((service, "intake"), (other, "routing"))
        ]
    assert numbers == [2, 2]


def test_an_operator_or_a_peer_begins_a_life_above_all_seen(tmp_path: Path) -> None:
    """`lianxin node restored`, or a peer that has seen more, always gives a higher number."""
    file = IncarnationFile(tmp_path)
    assert file.current() is None
    assert file.begin_new(now=NOW, reason="first start").number == 1
    assert file.begin_new(now=NOW, reason="operator").number == 2
    latest = file.begin_new(now=NOW, reason="peer", above=9)
    assert latest.number == 10
    assert file.current() == latest


def test_a_damaged_file_is_not_guessed_at(tmp_path: Path) -> None:
    """An unreadable incarnation stops the start instead of beginning again from 1."""
    file = IncarnationFile(tmp_path)
    file.begin_new(now=NOW, reason="test")
    file.path.write_text("{")
    with pytest.raises(ValueError, match="Expecting"):
        file.current()


async def test_the_witness_only_rises_within_a_life(tmp_path: Path) -> None:
    """A late write of a lower row changes nothing; a new life begins where its database is."""
    witness = Witness(tmp_path, "intake")
    await asyncio.gather(*(witness.raise_to(1, seq) for seq in (5, 9, 7, 3)))
    assert Witness(tmp_path, "intake").read() == WitnessState(1, 9)
    await witness.raise_to(2, 4)
    assert Witness(tmp_path, "intake").read() == WitnessState(2, 4)


@pytest.mark.parametrize("damage", [b"", b"0" * 53, b"garbage\n"])
def test_a_torn_witness_counts_as_none(tmp_path: Path, damage: bytes) -> None:
    """A half-written witness leads to a new life, not to a wrong number."""
    witness = Witness(tmp_path, "intake")
    witness.write(WitnessState(3, 12345))
    assert witness.read() == WitnessState(3, 12345)
    witness.path.write_bytes(damage or witness.path.read_bytes()[:30])
    assert witness.read() is None


async def test_a_running_service_notices_a_newer_life(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When another service of the node begins a new life, this process starts again."""
    monkeypatch.setattr("kernel.incarnation.beginning.WATCH_INTERVAL", 0.01)
    file = IncarnationFile(tmp_path)
    number = file.begin_new(now=NOW, reason="first start").number
    watching = asyncio.create_task(until_replaced(tmp_path, number))
    file.begin_new(now=NOW, reason="restored")
    with pytest.raises(Replaced):
        await asyncio.wait_for(watching, 5)
