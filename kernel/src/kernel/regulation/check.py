"""The checker: where a profile protects less than the national one, and what it leaves open."""

from collections.abc import Iterator
from datetime import date, timedelta
from enum import Enum
from functools import cache

import msgspec

from kernel.calendar import seed_calendar
from kernel.regulation.clocks import Citation, Clock
from kernel.regulation.consistency import citations
from kernel.regulation.count import Span, last_day, roll
from kernel.regulation.profile import Profile
from kernel.regulation.rules import Rules
from kernel.regulation.values import Dissatisfied, Procedure, Unit

SAMPLE_FIRST, SAMPLE_LAST = date(2022, 1, 1), date(2025, 12, 31)


class FindingKind(Enum):
    """What a finding is about."""

    LOOSER = "looser"
    MISSING_ARTICLE = "missing_article"
    MISSING_CLOCK = "missing_clock"
    STOPS_CLOCK = "stops_clock"


class Finding(msgspec.Struct, frozen=True):
    """One thing to look at, by field of the profile checked."""

    kind: FindingKind
    field: str
    here: str
    national: str


def check(profile: Profile, national: Profile) -> list[Finding]:
    """Every value of `profile` looser than the national one, every article left out.

    Looser means less protection: a longer time for an office, a shorter one for a resident's own
    step, more stops, fewer persons on a panel. National values that rest on practice alone, with
    no law behind them, are examples and bind nobody.
    """
    return [*_missing_articles(profile), *_clocks(profile, national), *_rules(profile, national)]


def _missing_articles(profile: Profile) -> Iterator[Finding]:
    for field, article in citations(profile):
        if not article:
            yield Finding(FindingKind.MISSING_ARTICLE, field, "", "")


def _clocks(profile: Profile, national: Profile) -> Iterator[Finding]:
    for clock_id, theirs in national.clocks.items():
        if not national.is_national(theirs.article):
            continue
        ours = profile.clocks.get(clock_id)
        if ours is None:
            yield Finding(FindingKind.MISSING_CLOCK, f"clocks.{clock_id}", "", _limit(theirs))
        else:
            yield from _clock(ours, theirs)


def _clock(ours: Clock, theirs: Clock) -> Iterator[Finding]:
    at = f"clocks.{ours.id}"
    if _limit_is_looser(ours, theirs):
        yield Finding(FindingKind.LOOSER, f"{at}.limit", _limit(ours), _limit(theirs))
    if ours.starts is not theirs.starts:
        yield Finding(FindingKind.LOOSER, f"{at}.starts", ours.starts.value, theirs.starts.value)
    if set(ours.not_owed_if) - set(theirs.not_owed_if):
        here, there = ", ".join(ours.not_owed_if), ", ".join(theirs.not_owed_if)
        yield Finding(FindingKind.LOOSER, f"{at}.not_owed_if", here, there)
    yield from _extension(ours, theirs)
    if ours.suspension and ours.suspension != theirs.suspension:
        here = ours.suspension.kind.value
        there = theirs.suspension.kind.value if theirs.suspension else "none"
        yield Finding(FindingKind.STOPS_CLOCK, f"{at}.suspension", here, there)


def _extension(ours: Clock, theirs: Clock) -> Iterator[Finding]:
    if ours.extension is None:
        return
    at = f"clocks.{ours.id}.extension"
    if theirs.extension is None:
        yield Finding(FindingKind.LOOSER, at, _most(ours), "none")
        return
    most = theirs.extension.most
    if most is not None and (ours.extension.most is None or ours.extension.most > most):
        yield Finding(FindingKind.LOOSER, f"{at}.most", _most(ours), _most(theirs))
    if ours.extension.approval is not theirs.extension.approval:
        here, there = ours.extension.approval.value, theirs.extension.approval.value
        yield Finding(FindingKind.LOOSER, f"{at}.approval", here, there)
    if theirs.extension.tell_resident and not ours.extension.tell_resident:
        yield Finding(FindingKind.LOOSER, f"{at}.tell_resident", "false", "true")


def _most(clock: Clock) -> str:
    most = clock.extension.most if clock.extension else None
    return "unbounded" if most is None else str(most)


def _limit(clock: Clock) -> str:
    return clock.unit.value if clock.limit is None else f"{clock.limit} {clock.unit.value}"


def _limit_is_looser(ours: Clock, theirs: Clock) -> bool:
    """Whether some start gives a later end than the national limit; earlier, for a right."""
    if ours.limit is None or theirs.limit is None:
        return ours.unit is not theirs.unit
    if (ours.unit, ours.rolls) == (theirs.unit, theirs.rolls):
        longer, shorter = ours.limit > theirs.limit, ours.limit < theirs.limit
    else:
        here = _ends(ours.unit, ours.limit, rolls=ours.rolls)
        there = _ends(theirs.unit, theirs.limit, rolls=theirs.rolls)
        pairs = list(zip(here, there, strict=True))
        longer, shorter = any(a > b for a, b in pairs), any(a < b for a, b in pairs)
    return shorter if theirs.whose.is_right else longer


@cache
def _ends(unit: Unit, limit: int, *, rolls: bool) -> tuple[date, ...]:
    """The last days over four published years of starts: how units compare in real calendars."""
    calendar, found = seed_calendar(), []
    for n in range((SAMPLE_LAST - SAMPLE_FIRST).days + 1):
        end = last_day(Span(unit, limit), SAMPLE_FIRST + timedelta(days=n), (), calendar)
        found.append(roll(end, (), calendar) if rolls else end)
    return tuple(found)


def _rules(profile: Profile, national: Profile) -> Iterator[Finding]:
    for field, here, there, looser in _compared(profile.rules, national.rules):
        article: Citation = getattr(national.rules, field.partition(".")[0]).article
        if looser and national.is_national(article):
            yield Finding(FindingKind.LOOSER, f"rules.{field}", here, there)
    yield from _silences(profile, national)


def _silences(profile: Profile, national: Profile) -> Iterator[Finding]:
    """Silence that the law gives a meaning may not be given another."""
    means = {rule.clock: rule.means for rule in profile.rules.silence}
    for theirs in national.rules.silence:
        here = means.get(theirs.clock, theirs.means)
        if here is not theirs.means and national.is_national(theirs.article):
            field = f"rules.silence.{theirs.clock}.means"
            yield Finding(FindingKind.LOOSER, field, here.value, theirs.means.value)


def _compared(ours: Rules, theirs: Rules) -> Iterator[tuple[str, str, str, bool]]:
    """Field, value here, national value, and whether the one here protects less."""
    most, least = ours.representatives.most, theirs.representatives.most
    yield "representatives.most", str(most), str(least), most > least
    told, owed = _petition(ours), _petition(theirs)
    yield "satisfaction.dissatisfied.petition", told, owed, told != owed
    here, there = ours.satisfaction.call_back_by_handler, theirs.satisfaction.call_back_by_handler
    yield "satisfaction.call_back_by_handler", str(here), str(there), here and not there
    body, lawful = ours.review.body, theirs.review.body
    asked, lawfully = ours.mediation.consent_before_session, theirs.mediation.consent_before_session
    yield "mediation.consent_before_session", str(asked), str(lawfully), lawfully and not asked
    yield "review.body", body.value, lawful.value, body is not lawful
    asked, lawfully = ours.inviting.consent_to_session, theirs.inviting.consent_to_session
    yield "inviting.consent_to_session", str(asked), str(lawfully), lawfully and not asked


def _petition(rules: Rules) -> str:
    """What a dissatisfied petitioner is owed."""
    return rules.satisfaction.dissatisfied.get(Procedure.PETITION, Dissatisfied.NOTHING).value
