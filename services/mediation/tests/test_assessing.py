"""第三方评查: drawn by risk, read by one person outside, rated; a defect is mended and answered."""

from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest

from kernel.errors import StaleVersion
from kernel.group_commit import Work
from kernel.identity import Caller, Kind, Role
from mediation import commands_casework as todo
from mediation.commands_assessing import (
    AnswerAssessment,
    DrawSample,
    OnAssessment,
    RecordAssessment,
)
from mediation.domain import facts
from mediation.domain.words import Ending
from mediation.errors_assessing import AssessmentElsewhere, AssessmentMissing, NotOutside
from mediation.handlers import assessing, closing
from mediation.handlers.casework import set_casework
from mediation.storage import assessing as storage
from mediation.storage import reading
from mediation.storage.tables import fact
from mediation.storage.tables_assessing import assessment
from mediation.testing.table import PATH, UNIT

ROOT = Path(__file__).resolve().parents[3]
POINTS = {"procedure": 90, "facts": 80, "agreement": 100, "performance": 70, "file": 60}
FOUND = "卷内缺少送达回证"
DAY = timedelta(days=1)


async def close(opened):
    """The file is closed after it was withdrawn: always drawn."""
    await opened.assign()
    await opened.make_ready()
    await opened.act(closing.withdraw_mediation, todo.OnCase)
    await opened.act(closing.confirm_withdrawal, todo.Decide, who="sun", approved=True)
    await opened.close(Ending.WITHDRAWN)
    return opened


@pytest.fixture
async def case(case):
    """A closed file on each kind of database."""
    return await close(case)


@pytest.fixture
async def quick(quick):
    """A closed file on SQLite, for rules that need no second database."""
    return await close(quick)


def officer(name, unit="s-anji", path="330523.000.000", role=Role.SUPERVISOR):
    """A supervision officer of the county."""
    return Caller(Kind.STAFF, name, unit, unit, path, frozenset({role}))


COUNTY = officer("county")
HANDLER = officer("li", UNIT, PATH, Role.MEDIATOR)


async def do(case, handler, command, caller=COUNTY, *, sealed=False):
    """One command of somebody."""
    bound = partial(handler, office=case.office) if sealed else handler
    return await case.writer.perform(Work(bound, command, key="k", caller=caller))


async def draw(case, caller=COUNTY, sample="2026-11", least=0):
    """Draw from what was closed today."""
    now = case.clock.now()
    command = DrawSample(sample, now - DAY, now + DAY, least, "seed")
    return await do(case, assessing.draw_sample, command, caller, sealed=True)


async def take(case, caller=COUNTY):
    """Take the file that was drawn."""
    here = OnAssessment(case.case_id, "2026-11")
    return await do(case, assessing.take_assessment, here, caller, sealed=True)


async def about(case, units):
    """The registration was put right: the matter is about these units."""

    def put(uow, _):
        set_casework(uow, case.case_id, about_units=units)

    await case.writer.perform(Work(put, None, key="k", caller=COUNTY))


def rated(case, version, mend_by=None):
    """A rating."""
    return RecordAssessment(case.case_id, "2026-11", version, POINTS, FOUND, mend_by)


def level(case, caller):
    """How much of the file somebody may read."""
    with case.database.readers.connect() as connection:
        found = reading.by_case(connection, caller, case.case_id, case.clock.now())
    return found and found.level.name


async def test_a_file_is_drawn_taken_rated_mended_and_answered(case):
    """From the draw to the answer; each side sees it in its turn."""
    assert await draw(case) == (1, (case.case_id,))
    assert level(case, COUNTY) == "HEADER"
    await take(case)
    assert level(case, COUNTY) == "CONTENT"
    assert listed(case, HANDLER) == []
    by = (case.clock.now() + 10 * DAY).date()
    await do(case, assessing.record_assessment, rated(case, 2, by), sealed=True)
    case.clock.advance(timedelta(seconds=1))
    assert level(case, COUNTY) == "HEADER"
    assert listed(case, HANDLER) == ["to_mend"]
    assert ("mend", "2026-11") in case.days()
    said = AnswerAssessment(case.case_id, "2026-11", 3, "已补送达回证")
    await do(case, assessing.answer_assessment, said, HANDLER, sealed=True)
    assert listed(case, COUNTY) == ["mended"]
    assert ("mend", "2026-11") not in case.days()
    assert case.kinds()[-2:] == [facts.TO_MEND, facts.MENDED]


def listed(case, caller):
    """States of the assessments somebody sees."""
    with case.database.readers.connect() as connection:
        rows = storage.rows(connection, storage.shown(caller, "", ""))
    return [row["state"] for row in rows]


async def test_what_was_found_is_sealed(quick):
    """No fact and no plain column holds it."""
    await draw(quick)
    await take(quick)
    await do(quick, assessing.record_assessment, rated(quick, 2, date(2026, 12, 31)), sealed=True)
    kept = f"{quick.rows(assessment)}{quick.rows(fact)}"
    assert FOUND not in kept
    assert FOUND.encode() not in quick.rows(assessment)[0]["sealed"]


async def test_a_defect_that_is_not_mended_in_time_is_told(quick):
    """The day has a watcher, though the file is closed."""
    await draw(quick)
    await take(quick)
    await do(quick, assessing.record_assessment, rated(quick, 2, date(2026, 12, 1)), sealed=True)
    quick.clock.advance(20 * DAY)
    await quick.sweep()
    assert facts.MENDING_OVERDUE in quick.kinds()


async def test_nobody_rates_what_his_own_unit_or_he_himself_handled(quick):
    """A draw leaves out the own unit's files; who mediated it is refused."""
    assert await draw(quick, officer("boss", UNIT, PATH)) == (0, ())
    await draw(quick)
    mediator = officer("li")
    taken = take(quick, mediator)
    with pytest.raises(NotOutside):
        await taken


async def test_a_unit_that_the_matter_is_about_neither_draws_nor_takes_the_file(quick):
    """Nor does one take it that came to be concerned after the draw."""
    await about(quick, "u-anji-shuili s-anji")
    assert await draw(quick) == (0, ())
    await about(quick, "")
    assert await draw(quick) == (1, (quick.case_id,))
    await about(quick, "s-anji")
    with pytest.raises(NotOutside):
        await take(quick)
    await about(quick, "")
    await take(quick)


async def test_a_file_has_one_assessor_and_one_draw_of_a_name(quick):
    """Taken once, drawn once; another unit's draw is nobody else's business."""
    await draw(quick)
    assert await draw(quick) == (0, ())
    with pytest.raises(AssessmentMissing):
        await take(quick, officer("x", "s-dipu", "330523.001.000"))
    await take(quick)
    with pytest.raises(AssessmentElsewhere):
        await take(quick, officer("other"))
    with pytest.raises(StaleVersion):
        await do(quick, assessing.record_assessment, rated(quick, 1), sealed=True)
