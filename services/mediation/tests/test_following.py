"""The mediators of a case that changes its holder, over two databases: load, time, who stayed."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from kernel.holding import ImportPart, Keep, Release
from mediation.commands_plan import PlanCase
from mediation.domain.assignment import STAYED
from mediation.errors_casework import MediatorMissing, SessionImpossible
from mediation.handlers import part_import, planning
from mediation.handlers.case_part import PART
from mediation.handlers.part_export import export_part
from mediation.handlers.telling import NoteCustody, note_custody
from mediation.storage.portable import ROWS
from mediation.storage.tables_people import assignment, mediator
from mediation.storage.tables_sessions import booking, milestone
from mediation.testing.table import LI, PATH, SUN, UNIT, _keep, at_table, known

ROOT = Path(__file__).resolve().parents[3]
TO, TO_PATH = "s-lingfeng", "330523.003.000"
COUNTY = "330523.000.000"
WANG = UUID(int=31)


@pytest.fixture
async def case(case):
    """A case here, on each kind of database, that two mediators have on the desk."""
    await case.assign(LI, SUN)
    return case


@pytest.fixture
async def there(case, tmp_path, profile):
    """The same case at the next node, whose register has Wang, and Li of the earlier site."""
    async with at_table(f"sqlite:///{tmp_path / 'next.db'}", tmp_path / "next", profile) as opened:
        await opened.run(_keep, (known(SUN, ended=True), known(WANG, staff="wang")))
        yield replace(opened, case_id=case.case_id, version=case.version, epoch=2)


def loads(case):
    """What each mediator of the register has on the desk, by the counter."""
    return {row["mediator_id"]: row["load"] for row in case.rows(mediator) if row["load"]}


def stayed(case):
    """Who is to be replaced."""
    return {
        row["mediator_id"]
        for row in case.rows(assignment)
        if row["case_id"] == case.case_id and row["why"] == STAYED and row["ended_at"] is None
    }


async def hand_out(case, handoff_id):
    """Release with the part, as the next node reads it."""
    command = Release(handoff_id, case.case_id, case.epoch)
    export = partial(export_part, office=case.office)
    answer, exported = await case.run(PART.release_with, command, export=export)
    assert answer.released
    return ROWS.read(ROWS.format, ROWS.written(exported.part))


async def take_in(case, part, handoff_id, unit=TO, path=TO_PATH):
    """ImportPart at this epoch."""
    command = ImportPart(handoff_id, case.case_id, case.epoch, unit, path, part, ())
    await case.run(part_import.import_part, command, office=case.office)


async def leave(case, epoch=2):
    """Routing says that the case is held elsewhere."""
    gone = NoteCustody(case.case_id, epoch, "out", TO, TO_PATH)
    await case.run(note_custody, gone)


async def test_who_had_a_case_that_left_has_room_again(case):
    """However often it is released and told to be out: nobody has less than nothing to do."""
    handoff = uuid4()
    for _ in range(2):
        await hand_out(case, handoff)
        assert loads(case) == {LI: 1, SUN: 1}
    for _ in range(2):
        await leave(case)
        assert loads(case) == {}


async def test_a_case_that_came_to_nothing_elsewhere_gives_load_and_time_back(case):
    """Keep after Release, before or after it was told to be out, and repeated."""
    session_id, _ = await case.schedule(start=48)
    first, second = uuid4(), uuid4()
    await hand_out(case, first)
    for _ in range(2):
        await case.run(PART.keep, Keep(first, case.case_id, 1, UNIT, PATH))
        assert loads(case) == {LI: 1, SUN: 1}
    await hand_out(case, second)
    await leave(case)
    assert (loads(case), case.rows(booking)) == ({}, [])
    for _ in range(2):
        await case.run(PART.keep, Keep(second, case.case_id, 3, UNIT, PATH))
        assert loads(case) == {LI: 1, SUN: 1}
        booked = {(row["mediator_id"], row["session_id"]) for row in case.rows(booking)}
        assert booked == {(LI, session_id), (SUN, session_id)}
    assert stayed(case) == set()


async def test_time_that_another_case_took_meanwhile_is_not_taken_twice(case):
    """Back again, the session finds Li in another one: only Sun is booked for it."""
    await case.schedule(start=48)
    handoff, other = uuid4(), await case.another()
    await hand_out(case, handoff)
    await leave(case)
    await other.assign(LI)
    await other.schedule(start=48)
    await case.run(PART.keep, Keep(handoff, case.case_id, 3, UNIT, PATH))
    booked = sorted((row["mediator_id"].int, row["case_id"]) for row in case.rows(booking))
    assert booked == [(LI.int, other.case_id), (SUN.int, case.case_id)]
    assert loads(case) == {LI: 2, SUN: 1}


async def test_who_does_not_work_at_the_new_holder_is_assigned_anew(case, there):
    """Li is of another site and Sun no mediator any more: both are shown, no load is touched."""
    await case.act(planning.plan_case, PlanCase, sealed=True, due_on=day("2026-12-18"))
    await case.schedule(start=48)
    handoff = uuid4()
    part = await hand_out(case, handoff)
    for _ in range(2):
        await take_in(there, part, handoff)
        assert stayed(there) == {LI, SUN}
        assert (loads(there), there.rows(booking)) == ({}, [])


async def test_an_arrived_mediation_goes_on_with_others_and_keeps_its_plan(case, there):
    """Sessions wait until somebody is assigned; then the plan and the state are as they were."""
    await case.act(planning.plan_case, PlanCase, sealed=True, due_on=day("2026-12-18"))
    there.version = case.version
    handoff = uuid4()
    await take_in(there, await hand_out(case, handoff), handoff, unit=UNIT)
    with pytest.raises(SessionImpossible):
        await there.schedule(start=24)
    with pytest.raises(MediatorMissing):
        await there.assign(UUID(int=99))
    assert await there.assign(WANG) == "planned"
    assert (loads(there), stayed(there)) == ({WANG: 1}, set())
    assert [row["step"] for row in there.rows(milestone) if row["case_id"] == case.case_id]
    await there.schedule(start=24)
    assert {row["mediator_id"] for row in there.rows(booking)} == {WANG}


async def test_who_is_known_above_goes_on_with_the_case(case, there):
    """At the county, whose register has Li: one more on the desk, the session booked, once."""
    session_id, _ = await case.schedule(start=48)
    handoff = uuid4()
    part = await hand_out(case, handoff)
    for _ in range(2):
        await take_in(there, part, handoff, "s-county", COUNTY)
        assert loads(there) == {LI: 1}
        assert {row["session_id"] for row in there.rows(booking)} == {session_id}
    assert stayed(there) == {SUN}


async def test_a_case_that_comes_back_counts_once(case, there):
    """There and back: who stayed at home is at work again."""
    out, back = uuid4(), uuid4()
    await take_in(there, await hand_out(case, out), out)
    await leave(case)
    part = await hand_out(there, back)
    home = replace(case, epoch=3)
    for _ in range(2):
        await take_in(home, part, back, UNIT, PATH)
        assert (loads(home), stayed(home)) == ({LI: 1, SUN: 1}, set())
    await home.assign(SUN)
    assert loads(home) == {SUN: 1}


def day(text):
    """A day."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC).date()
