from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.calendar import Calendar, Day, seed_calendar
from mediation.domain import confirmation, terms
from mediation.domain.confirmation import LIKELY, WARNINGS, Subject
from mediation.domain.terms import Rendered, Term, account
from mediation.domain.words import Confirmation, NextStep, Performance

ROOT = Path(__file__).resolve().parents[3]
WU = UUID(int=2)
DUE = date(2026, 12, 1)
MONEY = Term(1, WU, DUE, amount=500_000)
DITCH = Term(2, WU, DUE)
ONE = timedelta(days=1)


def test_money_is_performed_with_the_last_fen():
    """Parts add up; the day of the last one is the day of performance."""
    paid = [Rendered(1, DUE - 9 * ONE, 200_000), Rendered(1, DUE - 3 * ONE, 300_000)]
    assert account(MONEY, [], DUE).standing is Performance.DUE
    part = account(MONEY, paid[:1], DUE)
    assert (part.standing, part.rest) == (Performance.PARTIAL, 300_000)
    whole = account(MONEY, paid, DUE)
    assert (whole.standing, whole.rest, whole.performed_on) == (
        Performance.PERFORMED,
        0,
        DUE - 3 * ONE,
    )


def test_a_term_is_in_default_the_day_after_and_a_part_does_not_save_it():
    """The due day itself counts; late performance still performs."""
    part = [Rendered(1, DUE, 200_000)]
    assert account(MONEY, part, DUE).standing is Performance.PARTIAL
    late = account(MONEY, part, DUE + ONE)
    assert (late.standing, late.rest) == (Performance.DEFAULTED, 300_000)
    done = account(MONEY, [*part, Rendered(1, DUE + ONE, 300_000)], DUE + ONE)
    assert done.standing is Performance.PERFORMED


def test_what_is_not_money_is_performed_when_it_is_said_to_be_whole():
    """A ditch half dug is a part; the creditor may take less money as the whole, too."""
    half, whole = Rendered(2, DUE, None), Rendered(2, DUE, None, whole=True)
    assert account(DITCH, [half], DUE).standing is Performance.PARTIAL
    assert account(DITCH, [whole], DUE).standing is Performance.PERFORMED
    waived = account(MONEY, [Rendered(1, DUE, 100, whole=True)], DUE)
    assert (waived.standing, waived.rest) == (Performance.PERFORMED, 0)


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(1, 300_000)), max_size=8),
    st.integers(0, 40),
)
def test_the_rest_and_the_standing_always_fit(payments, day):
    """Nothing paid later counts today; the rest is never negative; performed means no rest."""
    begin = DUE - 20 * ONE
    rendered = [Rendered(1, begin + n * ONE, amount) for n, amount in payments]
    today = begin + day * ONE
    found = account(MONEY, rendered, today)
    counted = sum(one.amount for one in rendered if one.on <= today)
    assert found.rest == max(500_000 - counted, 0)
    assert (found.standing is Performance.PERFORMED) == (found.rest == 0)
    assert (found.standing is Performance.DEFAULTED) == (found.rest > 0 and today > DUE)


def test_an_agreement_stands_where_its_worst_term_stands():
    """In default with one, performed only with all."""
    due, part, done, late = (
        account(MONEY, rendered, today)
        for rendered, today in (
            ([], DUE),
            ([Rendered(1, DUE, 1)], DUE),
            ([Rendered(1, DUE, 500_000)], DUE),
            ([], DUE + ONE),
        )
    )
    assert terms.standing([due, due]) is Performance.DUE
    assert terms.standing([due, part]) is Performance.PARTIAL
    assert terms.standing([due, done]) is Performance.PARTIAL
    assert terms.standing([done, late]) is Performance.DEFAULTED
    assert terms.standing([done, done]) is Performance.PERFORMED
    assert terms.standing([]) is Performance.PERFORMED


def test_only_what_a_court_confirmed_can_be_enforced():
    """Else it can be sued on or mediated again; without default nothing follows."""
    for now, court in product(Performance, Confirmation):
        steps = terms.next_steps(now, court)
        assert bool(steps) == (now is Performance.DEFAULTED)
        if steps:
            assert (NextStep.ENFORCE in steps) == (court is Confirmation.CONFIRMED)
            assert (NextStep.SUE_ON_AGREEMENT in steps) != (NextStep.ENFORCE in steps)


def test_reminders_fall_on_workdays_before_the_due_date():
    """A due Sunday is reminded of on the Friday before, once; past days are not."""
    calendar = Calendar()
    sunday = Term(1, WU, date(2026, 12, 6))
    found = list(terms.reminders(sunday, date(2026, 11, 1), calendar))
    assert found == [date(2026, 11, 27), date(2026, 12, 4)]
    assert list(terms.reminders(sunday, date(2026, 12, 1), calendar)) == [date(2026, 12, 4)]


def test_the_parties_have_thirty_days_from_the_day_in_force(profile):
    """Day 30 counts to 24:00; a rest day moves it to the next workday (203)."""
    in_force = datetime(2026, 3, 2, 2, tzinfo=UTC)
    window = confirmation.window(profile, in_force, seed_calendar())
    assert window.due == date(2026, 4, 1)
    assert "调解法" in window.article or "mediation_2010" in window.article
    assert confirmation.in_time(window, window.due_at - timedelta(seconds=1))
    assert not confirmation.in_time(window, window.due_at)
    closed = Calendar([Day(date(2026, 4, 1), False, "test", True, "holiday")])
    assert confirmation.window(profile, in_force, closed).due == date(2026, 4, 2)


@pytest.mark.parametrize("category, subject", list(LIKELY.items()))
def test_a_category_that_suggests_it_is_warned_of(category, subject):
    """Whose homestead, whose woods, status: the warning shows with the offer."""
    assert confirmation.warnings(category, ()) == (WARNINGS[subject],)
    assert confirmation.warnings("neighbour", ()) == ()
    assert set(confirmation.warnings(category, Subject)) == set(WARNINGS.values())


@pytest.mark.parametrize("before, then", list(product(Confirmation, Confirmation)))
def test_a_courts_result_follows_an_application(before, then):
    """Nothing is confirmed that was not applied for; what is confirmed stays so."""
    if confirmation.may_follow(before, then):
        assert (before is Confirmation.APPLIED) != (then is Confirmation.APPLIED)
        assert before is not Confirmation.CONFIRMED
    else:
        assert (before, then) != (Confirmation.NONE, Confirmation.APPLIED)
