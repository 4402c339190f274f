"""A due date explained: as a text for people, and as a dict for `lianxin regulation due --json`."""

from collections.abc import Sequence
from typing import Any

from kernel.regulation.answer import Due, Explanation
from kernel.regulation.catalogue import LOCALES, Catalogue, catalogue
from kernel.regulation.clocks import Clock
from kernel.regulation.profile import Profile
from kernel.regulation.recompute import Change
from kernel.regulation.values import Unit


def explain_text(profile: Profile, due: Due, locale: str = "zh-CN") -> str:
    """The whole computation in sentences: rule, article, start, what moved it, the end."""
    words, clock, facts = catalogue(locale), profile.clock(due.clock_id), due.explanation
    parts = [
        _rule(profile, clock, facts, words, locale),
        *_extensions(clock, facts, words),
        *_standstills(profile, clock, facts, words, locale),
        *_last_day(due, words),
        words.text("ends", day=words.day(due.due)),
        *_doubts(due, words),
    ]
    return "".join(parts).strip()


def explain_change(profile: Profile, change: Change, locale: str = "zh-CN") -> str:
    """Why an open due date was computed again, in one sentence: the entry in the case."""
    words, title = catalogue(locale), _title(profile.clock(change.after.clock_id), locale)
    years = {day.year for day in change.because} or set(change.before.explanation.unpublished)
    return words.text(
        "change",
        "moved" if change.moved else "settled",
        years=words.text("list").join(map(str, sorted(years))),
        title=title,
        before=words.day(change.before.due),
        after=words.day(change.after.due),
    )


def explain_due_json(profile: Profile, due: Due) -> dict[str, Any]:
    """A due date as plain JSON values. Dates are ISO dates in Asia/Shanghai, instants UTC."""
    clock = profile.clock(due.clock_id)
    return {
        "profile": {"id": profile.id, "version": profile.version, "digest": profile.digest},
        "clock": due.clock_id,
        "title": {"zh-CN": clock.title.zh, "en": clock.title.en},
        "whose": due.whose.value,
        "due": due.due.isoformat(),
        "due_at": due.due_at.isoformat(),
        "article": due.article,
        "provisional": due.provisional,
        "explanation": _facts(due.explanation)
        | {"text": {locale: explain_text(profile, due, locale) for locale in LOCALES}},
    }


def _facts(facts: Explanation) -> dict[str, Any]:
    return {
        "rule": facts.rule.value,
        "start": facts.start.isoformat(),
        "counted_from": facts.counted_from.isoformat(),
        "limit": facts.limit,
        "extended_by": facts.extended_by,
        "nominal": facts.nominal.isoformat(),
        "skipped": [{"day": s.date.isoformat(), "name": s.name} for s in facts.skipped],
        "stood_still": [
            {"first": first.isoformat(), "last": last.isoformat()}
            for first, last in facts.stood_still
        ],
        "unpublished": list(facts.unpublished),
    }


def _rule(profile: Profile, clock: Clock, facts: Explanation, words: Catalogue, locale: str) -> str:
    day = words.day(facts.start)
    return words.text(
        "rule",
        clock.unit.value,
        article=profile.cite(clock.article, locale),
        title=_title(clock, locale),
        limit=clock.limit,
        event=words.text("event", day=day, what=words.text("starts", clock.starts.value)),
    )


def _title(clock: Clock, locale: str) -> str:
    return clock.title.en if locale == "en" else clock.title.zh


def _extensions(clock: Clock, facts: Explanation, words: Catalogue) -> list[str]:
    if clock.extension is None or not facts.extended_by:
        return []
    unit = "working_days" if clock.unit is Unit.WORKING_DAYS else "days"
    approval = words.text("approval", clock.extension.approval.value)
    return [words.text("extended", unit, days=facts.extended_by, approval=approval)]


def _standstills(
    profile: Profile, clock: Clock, facts: Explanation, words: Catalogue, locale: str
) -> list[str]:
    if clock.suspension is None:
        return []
    article, kind = profile.cite(clock.suspension.article, locale), clock.suspension.kind.value
    return [
        words.text(
            "stood_still", kind, article=article, first=words.day(first), last=words.day(last)
        )
        for first, last in facts.stood_still
    ]


def _last_day(due: Due, words: Catalogue) -> Sequence[str]:
    facts = due.explanation
    nominal = words.day(facts.nominal)
    if facts.rule is Unit.BY_DATE:
        return [words.text("set_date", day=nominal), *_rolled(due, words)]
    if facts.rule is Unit.WORKING_DAYS:
        return [words.text("working", count=len(facts.skipped), day=nominal)]
    return [words.text("nominal", day=nominal), *_rolled(due, words)]


def _rolled(due: Due, words: Catalogue) -> list[str]:
    facts = due.explanation
    if due.due == facts.nominal:
        return []
    name = facts.skipped[0].name if facts.skipped else "stood_still"
    return [words.text("rolled", name=words.holiday(name), day=words.day(due.due))]


def _doubts(due: Due, words: Catalogue) -> list[str]:
    doubts = []
    if due.explanation.unpublished:
        years = words.text("list").join(map(str, due.explanation.unpublished))
        doubts.append(words.text("unpublished", years=years))
    if any(suspension.is_open for suspension in due.explanation.suspensions):
        doubts.append(words.text("suspended"))
    return doubts
