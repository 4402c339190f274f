"""What a well-formed profile may still get wrong: references, bounds, rules that contradict."""

import re
from collections.abc import Iterator
from itertools import pairwise

from kernel.regulation.clocks import Citation, Clock
from kernel.regulation.profile import Profile
from kernel.regulation.rules import Hearing
from kernel.regulation.values import SuspensionKind, Unit, Whose

Problem = tuple[str, str]
MOST = {Unit.NATURAL_DAYS: 3660, Unit.WORKING_DAYS: 260, Unit.MONTHS: 120, Unit.YEARS: 30}
SECTIONS = (
    "representatives",
    "circling",
    "hearing",
    "placement",
    "satisfaction",
    "review",
    "mediation",
    "service",
)
"""Rules with one article for all of them."""
_DAYS = (Unit.NATURAL_DAYS, Unit.WORKING_DAYS)


def problems(profile: Profile) -> Iterator[Problem]:
    """Field and problem, for each thing that keeps the profile from being used."""
    if not _is_time(profile.warning_time):
        yield "warning_time", "not HH:MM"
    for field, article in citations(profile):
        yield from ((field, problem) for problem in _citation_problems(profile, article))
    for clock in profile.clocks.values():
        at = f"clocks.{clock.id}"
        yield from (
            (f"{at}.{field}", problem) for field, problem in _clock_problems(profile, clock)
        )
    yield from _reference_problems(profile)
    yield from _ladder_problems(profile)


def citations(profile: Profile) -> Iterator[tuple[str, Citation]]:
    """Every citation of the profile with its field, an empty one too."""
    for clock in profile.clocks.values():
        at = f"clocks.{clock.id}"
        yield f"{at}.article", clock.article
        if clock.extension:
            yield f"{at}.extension.article", clock.extension.article
        if clock.suspension:
            yield f"{at}.suspension.article", clock.suspension.article
    for name, ladder in profile.ladders.items():
        yield f"ladders.{name}.article", ladder.article
    yield from _rule_citations(profile)


def _rule_citations(profile: Profile) -> Iterator[tuple[str, Citation]]:
    rules = profile.rules
    for name in SECTIONS:
        yield f"rules.{name}.article", getattr(rules, name).article
    for skip in rules.skip_level:
        yield f"rules.skip_level.{skip.id}.article", skip.article
    for silence in rules.silence:
        yield f"rules.silence.{silence.clock}.article", silence.article
    for name, difficulty in rules.difficulty.items():
        yield f"rules.difficulty.{name}.article", difficulty.article


def _citation_problems(profile: Profile, article: Citation) -> Iterator[str]:
    for ref in article:
        if ref.partition(":")[0] not in profile.sources:
            yield f"{ref!r} cites no source of this profile"


def _clock_problems(profile: Profile, clock: Clock) -> Iterator[Problem]:
    yield from _limit_problems(clock)
    if clock.ladder is not None and clock.ladder not in profile.ladders:
        yield "ladder", f"no ladder {clock.ladder!r}"
    if any(days < 0 for days in clock.warn_days):
        yield "warn_days", "days before the last day, so 0 or more"
    if clock.extension and clock.extension.most is not None and clock.extension.most < 1:
        yield "extension.most", "at least 1"
    yield from _suspension_problems(clock, national=profile.is_national(clock.article))


def _limit_problems(clock: Clock) -> Iterator[Problem]:
    if clock.unit is Unit.BY_DATE:
        if clock.limit is not None:
            yield "limit", "a clock by date has none"
        if clock.extension:
            yield "extension", "a clock by date is set anew, not extended"
    elif clock.limit is None or not 1 <= clock.limit <= MOST[clock.unit]:
        yield "limit", f"1 to {MOST[clock.unit]} {clock.unit.value}"


def _suspension_problems(clock: Clock, *, national: bool) -> Iterator[Problem]:
    if clock.suspension is None:
        return
    if clock.unit not in _DAYS:
        yield "suspension", "only a count of days can stand still"
    local = clock.suspension.kind is SuspensionKind.LOCAL
    if local and (national or clock.whose is not Whose.UNIT):
        yield "suspension.kind", "挂起 stops a unit's own local clock only"


def _reference_problems(profile: Profile) -> Iterator[Problem]:
    rules = profile.rules
    named = {"rules.sign_for_clock": rules.sign_for_clock}
    if rules.satisfaction.call_back_clock:
        named["rules.satisfaction.call_back_clock"] = rules.satisfaction.call_back_clock
    if rules.service.clock:
        named["rules.service.clock"] = rules.service.clock
    named |= {f"rules.service.by_kind.{n}": c for n, c in rules.service.by_kind.items()}
    named |= {f"rules.difficulty.{n}.clock": d.clock for n, d in rules.difficulty.items()}
    named |= {f"rules.silence.{n}.clock": s.clock for n, s in enumerate(rules.silence)}
    for field, clock_id in named.items():
        if clock_id not in profile.clocks:
            yield field, f"no clock {clock_id!r}"
    if rules.representatives.most < 1:
        yield "rules.representatives.most", "at least 1"
    if rules.circling.most_handovers < 1:
        yield "rules.circling.most_handovers", "at least 1"
    yield from _panel_problems(profile.rules.hearing)
    yield from _hearing_problems(profile.rules.hearing)


def _panel_problems(hearing: Hearing) -> Iterator[Problem]:
    """What is wrong with the panel of a hearing."""
    if not hearing.panel_odd:
        yield "rules.hearing.panel_odd", "an even panel may come to no majority"
    if hearing.panel_least % 2 == 0:
        yield "rules.hearing.panel_least", "an odd panel cannot have an even least size"
    if hearing.panel_most < hearing.panel_least:
        yield "rules.hearing.panel_most", "at least panel_least"
    if sum(quota.least for quota in hearing.quotas) > hearing.panel_least:
        yield "rules.hearing.quotas", "more than the least panel has places"


def _hearing_problems(hearing: Hearing) -> Iterator[Problem]:
    """What is wrong with the days and lengths of a hearing."""
    if hearing.notice_unit not in _DAYS:
        yield "rules.hearing.notice_unit", "natural_days or working_days"
    if hearing.decision_unit not in _DAYS or hearing.decision_days < 1:
        yield "rules.hearing.decision_days", "at least 1, in natural_days or working_days"
    if not 0 < hearing.minutes <= hearing.minutes_most:
        yield "rules.hearing.minutes", "at least 1 and at most minutes_most"
    if hearing.published_days_most < 1:
        yield "rules.hearing.published_days_most", "at least 1"
    if min(hearing.objection_days, hearing.acknowledge_days) < 1:
        yield "rules.hearing.objection_days", "at least 1, as acknowledge_days"
    noon = hearing.midday
    if noon and not (_is_time(noon.begins) and _is_time(noon.ends) and noon.begins < noon.ends):
        yield "rules.hearing.midday", "HH:MM, the end after the beginning"


def _is_time(text: str) -> bool:
    return re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text) is not None


def _ladder_problems(profile: Profile) -> Iterator[Problem]:
    for name, ladder in profile.ladders.items():
        days = [step.after_days for step in ladder.steps]
        if not days or days[0] < 0 or any(a >= b for a, b in pairwise(days)):
            yield f"ladders.{name}.steps", "at least one, each later than the one before"
        if any(step.answer_working_days < 1 for step in ladder.steps):
            yield f"ladders.{name}.steps", "an answer is due in at least 1 working day"
