"""What broke at peers in lists, search and creating, by their numbers, at intake's real doors."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event

from intake.storage.tables import cases, notice
from kernel.identity import Role
from kernel.testing.waiting import eventually
from lianxin.intake.v1 import intake_service_pb2 as pb

MANY = 40


@pytest.fixture
def statements():
    """Every SQL statement that is sent, whoever sends it."""
    sent = []

    def note(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield sent
    event.remove(Engine, "before_cursor_execute", note)


async def test_open_zaak_1057_a_page_takes_as_many_statements_for_many_cases_as_for_few(
    front, statements
):
    """No statement goes by the row, for the regular clerk of a unit as for one of the county."""
    taken = {}
    for count in (3, MANY):
        while len(front.rows(cases)) < count:
            front.clock.advance(timedelta(seconds=1))
            await front.register()
        await eventually(lambda: not _due(front))  # the worker of notices asks on its own
        for caller in (front.clerk, front.county):
            stub = front.intake(caller)
            looks = []
            for _ in range(4):
                statements.clear()
                page = await stub.ListCases(pb.ListCasesRequest(page_size=MANY))
                assert len(page.cases) == count
                looks.append(len(statements))
            taken.setdefault(caller.id, set()).add(min(looks))  # workers look meanwhile
    assert all(len(numbers) == 1 for numbers in taken.values()), taken


def _due(front):
    """Notices that are to go out now."""
    times = [row["next_try_at"] for row in front.rows(notice)]
    return [at for at in times if at is not None and at <= front.clock.now()]


async def test_open_zaak_1271_simultaneous_creates_are_all_answered(front):
    """Forty at once have forty numbers; the same one from one source, eight times, is one case."""
    made = await asyncio.gather(*(front.register() for _ in range(MANY)))
    assert len({one.stamp.case_no for one in made}) == MANY
    same = [front.register(source_system="12345", source_no="GD-2026-1") for _ in range(8)]
    twice = await asyncio.gather(*same)
    assert len({one.stamp.case_id for one in twice}) == 1


async def test_open_zaak_advisories_list_search_and_count_show_nobody_elses_case(front):
    """Every way to find a case goes by the same scope as reading it; so does what comes with it."""
    made = await front.register(source_system="12345", source_no="GD-2026-2")
    case_id, case_no = made.stamp.case_id, made.stamp.case_no
    stranger = front.intake(front.other_unit)
    assert not (await stranger.ListCases(pb.ListCasesRequest())).cases
    for text in (case_no, "GD-2026-2"):
        assert not (await stranger.SearchCases(pb.SearchCasesRequest(text=text))).cases
    assert (await stranger.CountCases(pb.CountCasesRequest())).count == 0
    for request in (pb.GetCaseRequest(case_id=case_id), pb.GetCaseRequest(case_no=case_no)):
        assert (await front.refused(stranger.GetCase(request))).reason == "CASE_MISSING"
    above = await front.intake(front.county).GetCase(pb.GetCaseRequest(case_id=case_id))
    assert not above.case.content.narrative
    blind = front.intake(front.as_role(Role.ADMINISTRATOR))
    assert (await front.refused(blind.ListCases(pb.ListCasesRequest()))).reason == "DENIED"
