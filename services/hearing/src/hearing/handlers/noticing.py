"""Owing everybody concerned the word of a change, in the transaction that makes it (ADR 0106)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from hearing.domain.concerned import (
    ENDS,
    People,
    Telling,
    Text,
    What,
    Who,
    parts_of,
    tellings,
)
from hearing.domain.words import MemberState
from hearing.handlers.acting import Opened, Row
from hearing.handlers.announcing import announce
from hearing.handlers.keeping_along import keep_along
from hearing.handlers.telling_along import tell_along
from hearing.office import Office
from hearing.storage.tables import hearing, hearing_member, hearing_party
from hearing.storage.tables_notices import hearing_change, hearing_told, notice
from kernel.clock import SHANGHAI
from kernel.notifying.keeping import Outcome
from kernel.notifying.keeping import record as record_outcomes
from kernel.notifying.owing import Owed
from kernel.notifying.owing import owe as owe_notice
from kernel.notifying.words import STALE
from kernel.notifying.words import State as NoticeState
from kernel.regulation.compute import end_of_day
from kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class _News:
    """A change as it is told: its number, and the hearing as it stands after it."""

    opened: Opened
    number: int
    row: Row
    what: frozenset[What]

    @property
    def key(self) -> dict[str, Any]:
        """The key of its row."""
        return {**self.opened.key, "change_no": self.number}

    @property
    def occasion(self) -> str:
        """Tells it from every other change of this case."""
        return f"hearing.notice:{self.opened.number}.{self.number}"


def owe(
    uow: UnitOfWork,
    opened: Opened,
    what: Collection[What],
    *,
    office: Office | None,
    values: Mapping[str, Any] | None = None,
    asked: str = "",
) -> dict[str, str]:
    """Owe everybody concerned the word of what an act changes, once; answers what its fact says.

    Call it before `record`, when the members stand as they will, and put the answer into the body
    of the fact: by it intake tells the parties, whose contacts it has. `values` are the columns of
    the hearing that the act changes; `asked` is the party whose objection is answered. The public
    notice follows. Whoever had not been reached with an earlier word is not sent it any more.
    What concerns nobody is no change: it has no number, and the answer is empty. Without `office`,
    as when the case has ended, no answer is waited for.
    """
    row = opened.hearing if ENDS & set(what) else {**opened.hearing, **(values or {})}
    changes = uow.find(hearing_change, **opened.key)
    number = max((one["change_no"] for one in changes), default=0) + 1
    news = _News(opened, number, row, frozenset(what))
    people = _people(uow, opened, asked)
    told = tellings(news.what, people)
    announce(uow, opened, row, news.what)
    keep_along(uow, opened, row, news.what, office)
    if not told:
        return {}
    _keep_change(uow, news, office)
    _overtake(uow, opened, told)
    parts = {**people.called, **people.now}
    parties = {one for one, part in parts.items() if part is Who.PARTY}
    for recipient in sorted(told):
        _keep_told(uow, news, recipient, parts[recipient], told[recipient])
        if recipient not in parties:
            owe_notice(uow, notice, _owed(news, recipient, told[recipient]))
    said = _said(news, {one: told[one] for one in told if one in parties})
    return tell_along(uow, opened, said)


def _people(uow: UnitOfWork, opened: Opened, asked: str) -> People:
    """Who is expected now, and who had been called and not released."""
    members = uow.find(hearing_member, **opened.key)
    now = [(str(one), Who.PARTY) for one in _parties(uow, opened)]
    now += [
        (str(one["person_id"]), Who(one["part"]))
        for one in members
        if MemberState(one["state"]).sits
    ]
    return People(parts_of(now), called(uow, opened), asked)


def called(uow: UnitOfWork, opened: Opened) -> dict[str, Who]:
    """Who was called to the current hearing and not released since, by what they were told last.

    A party whose case is not heard along any more hears of it by that case.
    """
    parties = _parties(uow, opened)
    last: dict[str, Row] = {}
    for row in sorted(uow.find(hearing_told, **opened.key), key=lambda one: int(one["change_no"])):
        if Text(row["text"]).whole:
            last[row["recipient"]] = row
    waits = {recipient: row for recipient, row in last.items() if Text(row["text"]).waits}
    parts = {recipient: Who(row["part"]) for recipient, row in waits.items()}
    return {one: who for one, who in parts.items() if who is not Who.PARTY or one in parties}


def _parties(uow: UnitOfWork, opened: Opened) -> frozenset[str]:
    """Parties who are to come; a unit hears of it by its work and its representative."""
    rows = uow.find(hearing_party, **opened.key)
    return frozenset(str(one["party_id"]) for one in rows if one["invited"] and not one["unit_id"])


def _keep_change(uow: UnitOfWork, news: _News, office: Office | None) -> None:
    until = _days(uow, news, office) if office is not None else None
    row = {
        **news.key,
        "what": " ".join(sorted(one.value for one in news.what)),
        "at": uow.now,
        "actor": uow.caller.id,
        **{name: news.row[name] for name in ("begins", "ends", "room_id")},
        "acknowledge_by": until,
        "next_look_at": until,
    }
    uow.insert(hearing_change, row)


def _days(uow: UnitOfWork, news: _News, office: Office) -> datetime:
    """Until when answers are waited for; a call says until when the list may be objected to."""
    rules = office.profile_of(news.opened.row["regulation"]).rules.hearing
    today = _today(uow)
    if What.CONFIRMED in news.what:
        object_by = office.calendar.workday_after(today, rules.objection_days)
        uow.update(hearing, news.opened.key, {"object_by": object_by})
    return end_of_day(office.calendar.workday_after(today, rules.acknowledge_days))


def _overtake(uow: UnitOfWork, opened: Opened, told: Mapping[str, Telling]) -> None:
    """A word that says all there is to know now takes the place of those before.

    They need not be acknowledged any more, and none of them comes after it: one that still waits
    is dropped, one that did not get through, or was kept for a person, is not tried again.
    """
    whole = {recipient for recipient, telling in told.items() if telling.text.whole}
    for row in uow.find(hearing_told, **opened.key, overtaken=False):
        if row["recipient"] in whole:
            key = {name: row[name] for name in ("change_no", "recipient")}
            uow.update(hearing_told, {**opened.key, **key}, {"overtaken": True})
    for row in uow.find(notice, case_id=opened.case_id):
        if row["recipient"] not in whole:
            continue
        if NoticeState(row["state"]) is NoticeState.OWED:
            uow.delete(notice, notice_id=row["notice_id"])
        elif NoticeState(row["state"]) in STALE:
            stopped = Outcome(row["notice_id"], row["version"], NoticeState.STOPPED)
            record_outcomes(uow, [stopped], table=notice)


def _keep_told(uow: UnitOfWork, news: _News, recipient: str, part: Who, telling: Telling) -> None:
    values = {"part": part.value, "text": telling.text.value, "method": telling.method.value}
    uow.insert(hearing_told, {**news.key, "recipient": recipient, **values})


def _owed(news: _News, recipient: str, telling: Telling) -> Owed:
    quoted = {
        "number": str(news.opened.number),
        "change": str(news.number),
        "starts_at": _instant(news.row["begins"]),
        "room": str(news.row["room_id"] or ""),
    }
    return Owed(
        case_id=news.opened.case_id,
        occasion=news.occasion,
        recipient=recipient,
        template=telling.text.value,
        unit=news.opened.row["holder_unit"],
        arguments={name: text for name, text in quoted.items() if text},
    )


def _said(news: _News, parties: Mapping[str, Telling]) -> dict[str, str]:
    """Which change it is, and which parties intake tells of it, by which text."""
    said = {
        "change": str(news.number),
        "what": " ".join(sorted(one.value for one in news.what)),
        "starts_at": "" if ENDS & news.what else _instant(news.row["begins"]),
        "parties": " ".join(sorted(parties)),
        "tell": next((one.text.value for one in parties.values()), ""),
    }
    return {name: text for name, text in said.items() if text}


def _today(uow: UnitOfWork) -> date:
    return uow.now.astimezone(SHANGHAI).date()


def _instant(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(UTC).isoformat()
