"""Notices to residents, owed where something happens to their case (`kernel.notifying`)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from intake.domain.notices import (
    CALL_BACK,
    MEETING_OFF,
    NOT_WHOLE,
    OF_FACTS,
    OF_HEARINGS,
    REGISTERED,
    Told,
    told_by_step,
)
from intake.domain.words import Identity, PartyRole
from intake.storage.tables import cases, notice, party, write_grant
from kernel.facts import Fact
from kernel.notifying.keeping import Outcome
from kernel.notifying.keeping import record as record_outcomes
from kernel.notifying.owing import Owed, owe
from kernel.notifying.words import STALE, State
from kernel.unit_of_work import UnitOfWork

Row = Mapping[str, Any]
PARTIES = "parties"
"""In the body of a step: ids of the parties it concerns, spaces between; absent = all."""


class Step(Protocol):
    """A step of the log, as it is heard of."""

    @property
    def case_id(self) -> UUID:
        """The case."""
        ...

    @property
    def epoch(self) -> int:
        """Epoch of the entry."""
        ...

    @property
    def n(self) -> int:
        """Number of the entry."""
        ...

    @property
    def kind(self) -> str:
        """What happened."""
        ...

    @property
    def body(self) -> Mapping[str, str]:
        """Codes and ids."""
        ...


@dataclass(frozen=True, slots=True)
class _News:
    """What happened, once: the same occasion is told nobody twice."""

    told: Told
    occasion: str
    body: Mapping[str, str] = field(default_factory=dict)


def owe_registered(uow: UnitOfWork, row: Row, parties: Iterable[Row]) -> None:
    """Tell who asked that the matter is registered; nobody of old matters taken over in bulk."""
    if row["backlog"] or not is_told_of(row):
        return
    news = _News(REGISTERED, "intake.registered:1")
    for one in _concerned(news, parties):
        owe(uow, notice, _owed(row, one, news), fresh=True)


def owe_fact(uow: UnitOfWork, row: Row, entry: Fact) -> None:
    """Tell of an act at the counter, in the transaction that makes it."""
    told = OF_FACTS.get(entry.kind)
    if told is not None:
        _owe_all(uow, row, _News(told, f"{entry.kind}:{entry.fact_no}"))


def owe_call_back(uow: UnitOfWork, row: Row) -> None:
    """Tell who asked that somebody is going to call about the answer of this epoch."""
    _owe_all(uow, row, _News(CALL_BACK, f"intake.callback:{row['epoch']}"))


def owe_step(uow: UnitOfWork, step: Step) -> None:
    """Tell of a step that others took.

    Only at the node that held the case in that epoch, so that nobody is told twice: other nodes
    hear of the step as well.
    """
    told = told_by_step(step.kind, step.body)
    if told is None:
        return
    row, grant = (uow.get(table, case_id=step.case_id) for table in (cases, write_grant))
    if row is None or grant is None or not grant["unit"] or grant["epoch"] != step.epoch:
        return
    body = step.body
    if told is MEETING_OFF:
        body = {**body, PARTIES: _called(uow, step)}
    if told.template in OF_HEARINGS.keys() - NOT_WHOLE:
        _take_back(uow, step)
    _owe_all(uow, row, _News(told, f"{step.kind}:{step.epoch}.{step.n}", body))


def _called(uow: UnitOfWork, step: Step) -> str:
    """Who may have been told of the meeting that is off now.

    Whom no try reached yet is not called to it any more: a try that is made late must not come
    after the word that it is off.
    """
    session = f'"session":"{step.body.get("session")}"'
    called: list[str] = []
    for row in uow.find(notice, case_id=step.case_id, template="meeting"):
        if session not in row["arguments"]:
            continue
        waits = row["state"] == State.OWED.value
        if waits:
            uow.delete(notice, notice_id=row["notice_id"])
        if row["tries"] or not waits:
            called.append(row["recipient"])
    return " ".join(called)


def _take_back(uow: UnitOfWork, step: Step) -> None:
    """What was to be told of the hearing before, and nobody was sent, does not come late.

    What waits is dropped; what did not get through, or was kept for a person, is not tried again.
    """
    named = step.body[PARTIES].split()
    for row in uow.find(notice, case_id=step.case_id):
        if row["template"] not in OF_HEARINGS or row["recipient"] not in named:
            continue
        if row["state"] == State.OWED.value:
            uow.delete(notice, notice_id=row["notice_id"])
        elif State(row["state"]) in STALE:
            stopped = Outcome(row["notice_id"], row["version"], State.STOPPED)
            record_outcomes(uow, [stopped], table=notice)


def is_told_of(row: Row) -> bool:
    """Whether anybody may be told of a case by message at all.

    Of a sealed matter nothing is known here, and who stays anonymous is not looked for.
    """
    return not row["sealed_for"] and row["identity"] != Identity.ANONYMOUS.value


def _owe_all(uow: UnitOfWork, row: Row, news: _News) -> None:
    if is_told_of(row):
        for one in _concerned(news, uow.find(party, case_id=row["case_id"])):
            owe(uow, notice, _owed(row, one, news))


def _concerned(news: _News, parties: Iterable[Row]) -> list[Row]:
    """Those of the roles; of them those that are named. A unit hears of it by its work."""
    named = news.body[PARTIES].split() if PARTIES in news.body else None
    return [
        one
        for one in parties
        if PartyRole(one["role"]) in news.told.roles
        and not one["unit_id"]
        and (named is None or str(one["party_id"]) in named)
    ]


def _owed(row: Row, one: Row, news: _News) -> Owed:
    return Owed(
        case_id=row["case_id"],
        occasion=news.occasion,
        recipient=str(one["party_id"]),
        template=news.told.template,
        unit=row["registering_unit"] if _withheld(row) else row["holder_unit"],
        arguments={name: news.body[name] for name in news.told.quotes if news.body.get(name)},
    )


def _withheld(row: Row) -> bool:
    """Who stays unknown to the handlers is told by the desk that took the matter down."""
    return bool(row["identity"] == Identity.WITHHELD.value)
