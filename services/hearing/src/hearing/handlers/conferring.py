"""The panel confers: every member's opinion, once, sealed until all gave theirs."""

from datetime import date
from typing import Any

from hearing.commands.conclusion import GiveOpinion
from hearing.commands.session import Confer
from hearing.domain import attendees, facts
from hearing.domain.days import day_of, ends_of
from hearing.domain.presence import PANELIST
from hearing.domain.serving import last_day
from hearing.domain.stages import may_confer
from hearing.domain.states import Act
from hearing.domain.voting import Abstention, is_allowed
from hearing.errors_session import OpinionRefused, StageOutOfOrder
from hearing.handlers.acting import Change, Opened, Row, Stamp, open_hearing, record
from hearing.handlers.holding_session import expect_recusals_decided, stage_of
from hearing.handlers.session_rows import (
    expect_quorum,
    sitting_no,
    sitting_of,
    taking_part,
    words_of,
)
from hearing.office import Office
from hearing.storage.tables_session import conclusion, opinion, sitting
from kernel.errors import FieldViolation
from kernel.unit_of_work import UnitOfWork


def confer(uow: UnitOfWork, command: Confer, *, office: Office) -> Stamp:
    """Everybody had the last word: the panel withdraws, and a conclusion is waited for.

    Raises:
        StageOutOfOrder: the last words were not spoken, or a recusal is undecided.
        QuorumMissing: somebody went who must be there; adjourn it.
    """
    opened = open_hearing(uow, command.case_id, command.seen, Act.CONFER)
    stage = stage_of(opened)
    if not may_confer(stage):
        raise StageOutOfOrder(FieldViolation("stage", "HEARING_NOT_HEARD_OUT"), stage=stage.value)
    expect_recusals_decided(uow, opened)
    expect_quorum(uow, opened, office)
    no = sitting_no(uow, opened)
    ended = {"ended_at": uow.now, "ended_how": "conferring"}
    uow.update(sitting, opened.key | {"sitting_no": no}, ended)
    if uow.get(conclusion, **opened.key) is None:
        uow.insert(conclusion, dict(opened.key))
    days = office.profile_of(opened.row["regulation"]).rules.hearing.conclusion_days_later
    until = last_day(day_of(uow.now), days, office.calendar.workday_from)
    values = {"conferring_at": uow.now, **serve_until(until)}
    body = {"sitting": str(no), "due_on": until.isoformat()}
    return record(uow, opened, Change(facts.CONFERRING, values, body))


def serve_until(day: date) -> dict[str, Any]:
    """The columns of the last day to serve the conclusion."""
    return {"serve_by": day, "serve_by_at": ends_of(day)}


def heard_on(uow: UnitOfWork, opened: Opened) -> date:
    """The day of the last sitting: from it the time to serve counts."""
    row = sitting_of(uow, opened)
    if row is None:
        raise LookupError("a hearing whose panel confers has a sitting")
    day: date = day_of(row["opened_at"])
    return day


def give_opinion(uow: UnitOfWork, command: GiveOpinion, *, office: Office) -> Stamp:
    """Keep what a member holds, from the signed sheet (评议意见书); nobody gives it twice.

    Raises:
        OpinionRefused: no member of the panel that sat, given before, or no abstention allowed.
    """
    opened = open_hearing(uow, command.case_id, command.seen, Act.GIVE_OPINION)
    if command.member_no not in deciding(uow, opened):
        raise OpinionRefused(FieldViolation("member_no", "HEARING_NOT_OF_PANEL"))
    key = opened.key | {"sitting_no": sitting_no(uow, opened), "member_no": command.member_no}
    if uow.get(opinion, **key) is not None:
        raise OpinionRefused(FieldViolation("member_no", "HEARING_OPINION_GIVEN"))
    rule = office.profile_of(opened.row["regulation"]).rules.hearing.abstention
    if not is_allowed(command.opinion, Abstention(rule.value)):
        raise OpinionRefused(FieldViolation("opinion", "HEARING_NO_ABSTENTION"))
    said = {"opinion": command.opinion.value, "reasons": command.reasons}
    sealed = words_of(uow, opened.case_id, office).seal(opinion, key, said)
    kept = {"noted_by": uow.caller.id, "at": uow.now, "sealed": sealed.data}
    uow.insert(opinion, key | kept)
    body = {"member": str(command.member_no)}
    commitments = {f"opinion:{command.member_no}": sealed.commitment}
    return record(uow, opened, Change(facts.OPINION_GIVEN, {}, body, commitments))


def deciding(uow: UnitOfWork, opened: Opened) -> list[int]:
    """Members of the panel who sat to the end, in order: each owes an opinion."""
    there = taking_part(uow, opened)
    numbers = (attendees.member_no(who) for who, part in there.items() if part == PANELIST)
    return sorted(no for no in numbers if no is not None)


def opinions_of(uow: UnitOfWork, opened: Opened) -> dict[int, Row]:
    """The opinions of the last sitting, by member."""
    rows = uow.find(opinion, **opened.key, sitting_no=sitting_no(uow, opened))
    return {row["member_no"]: row for row in rows}
