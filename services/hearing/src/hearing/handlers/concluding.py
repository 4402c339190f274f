"""听证结论: what more than half of the panel hold, with the dissent; for every case heard."""

from dataclasses import dataclass
from typing import Any

from hearing.commands.conclusion import Conclude
from hearing.domain import facts
from hearing.domain.days import day_of
from hearing.domain.serving import last_day
from hearing.domain.session_words import Finding, Opinion, ReadOut
from hearing.domain.states import Act
from hearing.domain.voting import Result, result_of
from hearing.errors_session import OpinionsMissing
from hearing.handlers.acting import Change, Opened, Stamp, open_hearing, record
from hearing.handlers.conferring import deciding, heard_on, opinions_of, serve_until
from hearing.handlers.holding_session import expect_signed
from hearing.handlers.joining import led_by
from hearing.handlers.keeping_along import follow
from hearing.handlers.session_rows import words_of
from hearing.office import Office
from hearing.storage.tables_session import conclusion, opinion
from kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Concluded:
    """Where the case stands, what was concluded, and the last day to serve it."""

    stamp: Stamp
    finding: Finding
    serve_by: str


def conclude(uow: UnitOfWork, command: Conclude, *, office: Office) -> Concluded:
    """Conclude with what the opinions come to; each case that was heard along gets it too.

    Raises:
        OpinionsMissing: a member has not given an opinion.
        MinutesWrong: minutes or hands under them are missing.
    """
    opened = open_hearing(uow, command.case_id, command.seen, Act.CONCLUDE)
    expect_signed(uow, opened)
    result = _result(uow, opened, office)
    values = _values(uow, opened, command, result, office)
    for other in led_by(uow, opened, Act.CONCLUDE_WITH):
        _conclude_one(uow, other, command, (result, values), office, leader=opened)
    stamp = _conclude_one(uow, opened, command, (result, values), office)
    return Concluded(stamp, result.finding, values["serve_by"].isoformat())


def _result(uow: UnitOfWork, opened: Opened, office: Office) -> Result:
    given, panel = opinions_of(uow, opened), deciding(uow, opened)
    missing = [no for no in panel if no not in given]
    if missing:
        raise OpinionsMissing(missing=" ".join(map(str, missing)))
    words = words_of(uow, opened.case_id, office)
    said = {no: words.open(opinion, given[no])["opinion"] for no in panel}
    return result_of({no: Opinion(word) for no, word in said.items()})


def _values(
    uow: UnitOfWork, opened: Opened, command: Conclude, result: Result, office: Office
) -> dict[str, Any]:
    """Columns of a hearing that was concluded."""
    rules = office.profile_of(opened.row["regulation"]).rules.hearing
    spot = command.read_out is ReadOut.ON_THE_SPOT
    days = rules.conclusion_days_on_the_spot if spot else rules.conclusion_days_later
    until = last_day(heard_on(uow, opened), days, office.calendar.workday_from)
    return {
        "outcome": result.finding.value,
        "on_the_spot": spot,
        "concluded_at": uow.now,
        "concluded_on": day_of(uow.now),
        "concluded_by": uow.caller.id,
        **serve_until(until),
    }


def _conclude_one(
    uow: UnitOfWork,
    opened: Opened,
    command: Conclude,
    came_to: tuple[Result, dict[str, Any]],
    office: Office,
    *,
    leader: Opened | None = None,
) -> Stamp:
    result, values = came_to
    raised = 0 if leader is None else follow(uow, opened.hearing, leader, leader.hearing, office)
    said = {"found": command.found, "reasons": command.reasons, "text": command.text}
    sealed = words_of(uow, opened.case_id, office).seal(conclusion, opened.key, said)
    row: dict[str, Any] = {each.value: count for each, count in result.votes.items()}
    row |= {
        "dissent": " ".join(str(no + raised) for no in sorted(map(int, map(str, result.dissent)))),
        "of_hearing": None if leader is None else leader.hearing_id,
        "sealed": sealed.data,
    }
    if uow.get(conclusion, **opened.key) is None:
        uow.insert(conclusion, opened.key | row)
    else:
        uow.update(conclusion, opened.key, row)
    kept = {"conclusion": sealed.commitment}
    return record(uow, opened, Change(facts.CONCLUDED, values, _body(result, values, leader), kept))


def _body(result: Result, values: dict[str, Any], leader: Opened | None) -> dict[str, str]:
    """Codes and counts: who held what is in the file."""
    body = {each.value: str(count) for each, count in result.votes.items()}
    body |= {"finding": result.finding.value, "due_on": values["serve_by"].isoformat()}
    if leader is not None:
        body["with"] = str(leader.hearing_id)
    return body
