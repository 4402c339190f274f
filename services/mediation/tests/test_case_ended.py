from pathlib import Path

import pytest

from kernel.holding import EndGrant, ImportPart, WritingEnded
from mediation import commands_casework as todo
from mediation.domain.sessions import Booked, double_booked
from mediation.domain.words import Ending
from mediation.handlers import closing
from mediation.handlers.case_part import PART
from mediation.handlers.part_import import import_part
from mediation.storage.tables import mediation
from mediation.storage.tables_people import assignment, mediator
from mediation.storage.tables_sessions import booking, session
from mediation.testing.table import PATH, UNIT

ROOT = Path(__file__).resolve().parents[3]


async def end(case, ending="withdrawn"):
    """Routing tells that the case ended."""
    await case.run(PART.end_grant, EndGrant(case.case_id, case.epoch, ending))


def row_of(case):
    """The mediation as it is in the database."""
    return next(row for row in case.rows(mediation) if row["case_id"] == case.case_id)


def load_of(case):
    """Open assignments of all mediators."""
    return sum(row["load"] for row in case.rows(mediator))


async def test_a_case_that_ends_lets_its_mediators_go(case):
    """Withdrawn in mid-mediation: nobody is assigned or booked, no session is to come."""
    await case.assign()
    await case.schedule()
    other = await case.another()
    await other.assign()
    assert (load_of(case), len(case.rows(booking))) == (2, 1)
    await end(case)
    row = row_of(case)
    assert (row["state"], row["ended_at"]) == ("opened", case.clock.now())
    assert [(one["ended_at"] is None, one["case_id"]) for one in case.rows(assignment)].count(
        (True, case.case_id)
    ) == 0
    assert [one["state"] for one in case.rows(session)] == ["cancelled"]
    assert (load_of(case), case.rows(booking)) == (1, [])
    await end(case)
    assert row_of(case) == row
    case.version = row["version"]
    with pytest.raises(WritingEnded):
        await case.assign()


async def test_what_is_pending_when_the_case_ends_is_not_asked_any_more(case):
    """A withdrawal from the mediation that waited for its second person rests."""
    await case.assign()
    await case.act(closing.withdraw_mediation, todo.OnCase)
    await end(case)
    row = row_of(case)
    assert (row["state"], row["state_before"], row["proposed_by"]) == ("opened", None, None)


async def test_a_case_that_is_taken_up_again_is_mediated_on(case):
    """Reopened at the next epoch: a mediator is assigned anew, and nobody is in two sessions."""
    await case.assign()
    await case.hold()
    await end(case, "answered")
    regranted = ImportPart(None, case.case_id, 2, UNIT, PATH, None, ())
    await case.run(import_part, regranted, office=case.office)
    case.epoch, case.version = 2, row_of(case)["version"]
    assert await case.assign() == "assigned"
    await case.schedule()
    spans = [
        Booked(one["session_id"], one["mediator_id"], one["starts_at"], one["ends_at"])
        for one in case.rows(booking)
    ]
    assert len(spans) == 1
    assert double_booked(spans) == ()


async def test_a_file_that_was_closed_stays_closed(case):
    """The case ends by its mediation: nothing of the file changes but when."""
    await case.assign()
    await case.hold()
    await case.draft(terms=())
    await case.sign_all()
    await case.make_ready()
    await case.close(Ending.SETTLED)
    await end(case, "settled")
    row = row_of(case)
    assert (row["state"], row["ending"], load_of(case)) == ("closed", "settled", 0)
