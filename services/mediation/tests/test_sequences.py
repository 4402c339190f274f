"""Whatever people do, in whatever order: no case ends past a guard, nobody sits in two sessions."""

import asyncio
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.domain.case_endings import OnRegister, against
from intake.domain.words import Identity, Procedure
from kernel.errors import Refusal
from kernel.holding import AskEnding, EndGrant, ImportPart
from mediation import commands_casework as todo
from mediation.domain.case_endings import BY_ACTS, RESULTS, REVIEWS
from mediation.domain.sessions import Booked, double_booked
from mediation.domain.words import (
    AgreementForm,
    Asked,
    Duty,
    Ending,
    Finding,
    RefusalGround,
    Route,
    SessionOutcome,
)
from mediation.handlers import closing, finding, performing
from mediation.handlers.case_ending import ask_ending
from mediation.handlers.case_part import PART
from mediation.handlers.part_import import import_part
from mediation.storage.fields import rows_of
from mediation.storage.tables import fact, mediation
from mediation.storage.tables_closing import answer, casework, duty
from mediation.storage.tables_people import assignment, mediator, mediator_field
from mediation.storage.tables_sessions import booking
from mediation.testing.table import LI, PATH, SUN, UNIT, at_table
from routing.domain.asking import Said, standing_against

ROOT = Path(__file__).resolve().parents[3]
PROCEDURE = "peoples_mediation"
ENDINGS = (
    *sorted(RESULTS),
    *sorted(REVIEWS),
    "procedural",
    "statutory_route",
    "referred_out",
    "terminated",
    "answered",
    "withdrawn",
)
WHO = ("li", "wang")
MEDIATORS = ((LI,), (SUN,), (LI, SUN))


@dataclass
class Case:
    """One case: its mediation, whether its request has a finding on the register, how it ended."""

    table: object
    found: bool = False
    ended: str = ""
    seen: dict = field(default_factory=dict)

    def rows(self, table):
        """Its rows of a table."""
        return [row for row in self.table.rows(table) if row["case_id"] == self.table.case_id]

    def look(self):
        """See the mediation as it is now."""
        [row] = self.rows(mediation)
        self.table.version = row["version"]
        return row


async def act(case, handler, command, who="li", *, sealed=False, **values):
    """One act of the mediation, seen as it is now."""
    case.look()
    await case.table.act(handler, command, who, sealed=sealed, **values)


async def settle(case, n):
    """At the table to a written or an oral agreement, with something owed or not."""
    await case.table.assign(*MEDIATORS[n % 3])
    await case.table.hold()
    form = (AgreementForm.WRITTEN, AgreementForm.ORAL)[n % 2]
    await case.table.draft(form, **({"terms": ()} if n % 4 < 2 else {}))
    await case.table.sign_all()


async def end(case, n):
    """Routing's door: every service is asked; with nothing against it the case ends."""
    ending = ENDINGS[n % len(ENDINGS)]
    wanted = AskEnding(case.table.case_id, case.table.epoch, ending, PROCEDURE)
    said = await case.table.run(ask_ending, wanted, office=case.table.office)
    register = OnRegister(
        Procedure(PROCEDURE),
        None,
        Identity.NAMED,
        reachable=True,
        sealed=False,
        unanswered=() if case.found else (1,),
    )
    answers = (
        Said("intake", against(ending, register)),
        Said("mediation", said.against, carries=said.carries),
    )
    if not case.ended and not standing_against(answers):
        check_ending(case, ending)
        await let_end(case, ending)


async def let_end(case, ending):
    """The case ends, and its services are told."""
    await case.table.run(PART.end_grant, EndGrant(case.table.case_id, case.table.epoch, ending))
    case.ended, case.seen = ending, case.look()


async def reopen(case, n):
    """The case that ended goes on at the next epoch, granted twice; or a late grant comes."""
    epoch = case.table.epoch + bool(case.ended)
    granted = ImportPart(uuid4(), case.table.case_id, epoch - n % 2, UNIT, PATH, None, ())
    for _ in range(2):
        await case.table.run(import_part, granted, office=case.table.office)
    if case.ended and n % 2 == 0:
        case.ended, case.table.epoch = "", epoch
        check_reopened(case)


def check_reopened(case):
    """Open again, nobody assigned, nobody booked, nothing proposed; the resident to be asked."""
    row = case.look()
    assert row["state"] not in {"closed", "closing", "refusing", "withdrawing"}
    assert (row["ended_at"], row["ending"], row["closed_at"]) == (None, "", None)
    assert [one for one in case.rows(assignment) if one["ended_at"] is None] == []
    assert case.rows(booking) == []
    if case.rows(fact)[-1]["kind"] == "mediation.reopened":
        assert [one["asked"] for one in case.rows(casework)] == ["not_yet"]


async def answer_on_register(case, _n):
    """Intake's own finding."""
    case.found = True


STEPS = {
    "assign": lambda case, n: case.table.assign(*MEDIATORS[n % 3]),
    "schedule": lambda case, n: case.table.schedule(1 + n % 4, 1 + n % 3),
    "hold": lambda case, n: case.table.hold(tuple(SessionOutcome)[n % 4]),
    "settle": settle,
    "ready": lambda case, n: case.table.make_ready(tuple(Asked)[1 + n % 6]),
    "pay": lambda case, _: act(
        case,
        performing.render_term,
        todo.RenderTerm,
        term_no=1,
        on=case.table.clock.now().date(),
        amount=500_000,
    ),
    "fail": lambda case, n: act(
        case,
        closing.fail_mediation,
        todo.FailMediation,
        routes=frozenset({Route.COURT} if n % 3 else ()),
    ),
    "find": lambda case, n: act(
        case,
        finding.find_request,
        todo.FindRequest,
        sealed=True,
        request_no=1,
        finding=tuple(Finding)[n % 4],
        reasons="已说明依据" if n % 3 else "",
        carry_out_by=case.table.clock.now().date() + timedelta(days=30),
    ),
    "carry out": lambda case, _: act(case, finding.carry_out, todo.CarryOut, request_no=1),
    "ask": lambda case, n: act(
        case, finding.ask_resident, todo.AskResident, asked=tuple(Asked)[1 + n % 6]
    ),
    "duty": lambda case, n: act(
        case,
        finding.note_duty,
        todo.NoteDuty,
        duty=Duty.POLICE,
        reported_to="u-paichusuo" if n % 2 else "",
    ),
    "answer": lambda case, _: act(case, closing.answer_mediation, todo.OnCase, sealed=True),
    "refuse": lambda case, _: act(
        case,
        closing.refuse_mediation,
        todo.RefuseMediation,
        ground=RefusalGround.CLEAR_REFUSAL,
    ),
    "decide refusal": lambda case, n: act(
        case, closing.decide_refusal, todo.Decide, WHO[n % 2], approved=n % 3 > 0
    ),
    "withdraw": lambda case, _: act(case, closing.withdraw_mediation, todo.OnCase),
    "confirm": lambda case, n: act(
        case, closing.confirm_withdrawal, todo.Decide, WHO[n % 2], approved=n % 3 > 0
    ),
    "propose": lambda case, n: act(
        case, closing.propose_closing, todo.ProposeClosing, sealed=True, review_told=n % 3 > 0
    ),
    "decide": lambda case, n: act(
        case, closing.decide_closing, todo.Decide, WHO[n % 2], sealed=True, approved=n % 3 > 0
    ),
    "close": lambda case, n: act(
        case,
        closing.close_mediation,
        todo.CloseMediation,
        sealed=True,
        ending=tuple(Ending)[n % len(Ending)],
    ),
    "again": lambda case, _: act(case, performing.mediate_again, todo.OnCase),
    "register": answer_on_register,
    "end": end,
    "reopen": reopen,
}
"""Everything that can be done, the last three at intake and at routing; a number varies each."""


def check_ending(case, ending):
    """What must hold of a case that ends, in other words than the guards say it."""
    if ending in BY_ACTS:
        return
    row = case.look()
    if ending in REVIEWS and row["state"] != "closed":  # it came back with the case, and rests
        assert row["closed_from"]
        assert all(one["ended_at"] for one in case.rows(assignment))
        return
    assert row["state"] == "closed"
    if ending in REVIEWS or ending == "answered":
        return
    if ending in RESULTS | {"procedural"}:
        assert row["ending"] == ending
        check_file(case, ending)
    else:
        assert row["ending"] in {"terminated", "statutory_route", "refused", "withdrawn"}
    assert all(one["reported_at"] for one in case.rows(duty))


def check_file(case, ending):
    """Facts, answers, a resident who was asked; dissatisfied only by both sides or a second one."""
    [work] = case.rows(casework)
    assert work["facts_at"]
    for one in case.rows(answer):
        assert one["finding"]
        assert one["finding"] != "supported" or one["carried_out_at"]
    assert work["asked"] != "not_yet"
    assert work["asked"] != "lost_contact" or work["attempts"] > 2
    if work["asked"] == "dissatisfied":
        assert ending in {"settled", "agreed", "procedural"}
    if ending == "procedural":
        *_, closed = (one for one in case.rows(fact) if one["kind"] == "mediation.closed")
        assert work["review_told"]
        assert closed["actor"] != work["closing_by"]


def check_bookings(table):
    """No mediator is in two sessions at once, whichever case they are of."""
    spans = [
        Booked(row["session_id"], row["mediator_id"], row["starts_at"], row["ends_at"])
        for row in table.rows(booking)
    ]
    assert double_booked(spans) == ()


def check_register(table):
    """The load of each mediator is what is open, and what they are found by says the same."""
    open_ones = [row["mediator_id"] for row in table.rows(assignment) if row["ended_at"] is None]
    people = table.rows(mediator)
    assert {row["mediator_id"]: row["load"] for row in people} == {
        row["mediator_id"]: open_ones.count(row["mediator_id"]) for row in people
    }
    by_place = [(*row.values(),) for one in people for row in rows_of(one)]
    columns = list(rows_of(people[0])[0])
    found = [tuple(row[name] for name in columns) for row in table.rows(mediator_field)]
    assert sorted(found, key=str) == sorted(by_place, key=str)


@pytest.fixture(scope="module")
def ground(tmp_path_factory, profile):
    """A mediation on SQLite that every example goes on with, and the loop it runs in."""
    folder = tmp_path_factory.mktemp("sequences")
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        opened = at_table(f"sqlite:///{folder / 'test.db'}", folder, profile)
        table = runner.run(stack.enter_async_context(opened))
        yield runner, table
        runner.run(stack.aclose())


async def play(table, steps):
    """Two cases with the same mediators, step by step; what was refused changed nothing."""
    table.clock.advance(timedelta(days=2))
    cases = [Case(await table.another()) for _ in range(2)]
    for name, which, n in steps:
        case = cases[which]
        case.look()
        with suppress(Refusal):
            await STEPS[name](case, n)
        if case.ended:
            assert case.look() == case.seen
        check_bookings(table)
        check_register(table)
    for case in cases:
        if not case.ended:
            await let_end(case, "withdrawn")
        assert [one for one in case.rows(assignment) if one["ended_at"] is None] == []
        assert case.rows(booking) == []
    return cases


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 1), st.integers(0, 11)),
        min_size=8,
        max_size=24,
    )
)
def test_no_sequence_ends_a_case_past_a_guard_or_books_anybody_twice(ground, steps):
    """After every step: bookings apart; at every ending: what must hold of it, said anew."""
    runner, table = ground
    cases = runner.run(play(table, steps))
    assert all(case.ended for case in cases)


WAYS = {
    "settled": [("settle", 0), ("ready", 0), ("close", 0)],
    "agreed": [("settle", 2), ("ready", 2), ("close", 1)],
    "explained": [("ready", 0), ("answer", 0), ("close", 3)],
    "procedural": [("ready", 2), ("answer", 0), ("propose", 1), ("decide", 1)],
    "terminated": [("assign", 0), ("hold", 2), ("fail", 1), ("ready", 0), ("close", 8)],
}


@pytest.mark.parametrize("ending", WAYS)
def test_a_case_that_is_reopened_does_not_end_on_what_it_was_closed_with(ground, ending):
    """At the new epoch the guards are asked anew: the resident first, then the file, the case."""
    runner, table = ground
    ends = ("end", 0, ENDINGS.index(ending))
    way = [(name, 0, n) for name, n in WAYS[ending]]
    cut = runner.run(play(table, [*way, ends, ("reopen", 0, 0), ends]))
    assert cut[0].ended == "withdrawn"
    if ending in RESULTS:
        again = [("reopen", 0, 0), ("ask", 0, 0), way[-1]]
        cases = runner.run(play(table, [*way, ends, ("reopen", 0, 1), *again, ends]))
        assert (cases[0].ended, cases[0].table.epoch) == (ending, 2)


@pytest.mark.parametrize("ending", WAYS)
def test_each_way_that_is_right_ends_the_case(ground, ending):
    """The guards let pass what is complete, so that the property is not empty."""
    runner, table = ground
    way = [(name, 0, n) for name, n in WAYS[ending]]
    cases = runner.run(play(table, [*way, ("end", 0, ENDINGS.index(ending))]))
    assert cases[0].ended == ending
    cut = runner.run(play(table, [*way[:-1], ("end", 0, ENDINGS.index(ending))]))
    assert cut[0].ended == "withdrawn"
