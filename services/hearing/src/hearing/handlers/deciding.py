"""Deciding a request, taking it back, cancelling what came of it; and what silence means."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from hearing.commands.base import Seen
from hearing.commands.requesting import (
    CancelHearing,
    DecideHearing,
    LookAtDecision,
    TakeBackHearing,
    WithdrawHearing,
)
from hearing.domain import facts
from hearing.domain.concerned import What
from hearing.domain.days import day_of
from hearing.domain.requesting import Needs, faults, filled
from hearing.domain.states import Act, State
from hearing.domain.words import AskedBy, Decision, OverWhy
from hearing.errors import HearingMissing, NotPossibleNow, RequestFaults
from hearing.handlers.acting import (
    Change,
    Opened,
    Stamp,
    open_hearing,
    opened_of,
    record,
    tell,
)
from hearing.handlers.moving import dismiss
from hearing.handlers.needs import expect_time_for_notice, needs_values
from hearing.handlers.noticing import owe
from hearing.handlers.parting import part
from hearing.office import Office
from hearing.planning.gather import Frame
from hearing.storage.tables import case_key, hearing, hearing_file, write_grant
from kernel.holding import OPEN, Words
from kernel.regulation.values import HearingSilence
from kernel.unit_of_work import UnitOfWork

DECISION, OVER = "sealed_decision", "sealed_over"
SILENT = "silent"


def decide_hearing(uow: UnitOfWork, command: DecideHearing, *, office: Office) -> Stamp:
    """Grant or refuse a request, with its reason.

    Raises: those of `open_hearing`; RequestFaults, HoldByTooEarly for needs against the rules.
    """
    act = Act.GRANT if command.granted else Act.REFUSE
    opened = open_hearing(uow, command.case_id, command.seen, act)
    values = _decided(uow, granted=command.granted, actor=uow.caller.id)
    values |= {"ground": command.ground.value if command.ground else ""}
    if command.needs is not None:
        values |= _needs(opened, command.needs, office, day_of(uow.now))
    body = _said(opened, granted=command.granted, by="person")
    if command.ground:
        body["ground"] = command.ground.value
    change = facts.DECIDED, values, body
    return _kept(uow, opened, change, _Reason(DECISION, command.reason, office))


def withdraw_hearing(uow: UnitOfWork, command: WithdrawHearing, *, office: Office) -> Stamp:
    """Take a request back before anybody was told to come.

    Raises: those of `open_hearing`.
    """
    opened = open_hearing(uow, command.case_id, command.seen, Act.WITHDRAW)
    kind, values, body = _over(uow, opened, facts.WITHDRAWN, OverWhy.WITHDRAWN)
    told = part(uow, opened, owe(uow, opened, {What.CANCELLED}, office=office))
    change = kind, values, body | told
    dismiss(uow, opened.hearing, OverWhy.WITHDRAWN.value)
    return _kept(uow, opened, change, _Reason(OVER, command.reason, office))


def take_back_hearing(uow: UnitOfWork, command: TakeBackHearing, *, office: Office) -> Stamp:
    """The same for a resident who proved himself, of a request that a resident made.

    Raises: as `withdraw_hearing`, without those of an older reading.
    """
    grant = uow.get(write_grant, case_id=command.case_id)
    file = uow.get(hearing_file, case_id=command.case_id)
    if grant is None or file is None:
        raise HearingMissing
    row = uow.get(hearing, case_id=command.case_id, number=file["current"])
    if row is None or row["asked_by"] != AskedBy.RESIDENT.value:
        raise NotPossibleNow(state=file["state"], act=Act.WITHDRAW.value)
    seen = Seen(grant["epoch"], file["version"])
    withdrawn = WithdrawHearing(command.case_id, seen, command.reason)
    return withdraw_hearing(uow, withdrawn, office=office)


def cancel_hearing(uow: UnitOfWork, command: CancelHearing, *, office: Office) -> Stamp:
    """Cancel a hearing, with a reason; whoever was called is told, once.

    Raises: those of `open_hearing`.
    """
    opened = open_hearing(uow, command.case_id, command.seen, Act.CANCEL)
    kind, values, body = _over(uow, opened, facts.CANCELLED, command.why)
    body |= part(uow, opened, owe(uow, opened, {What.CANCELLED}, office=office))
    dismiss(uow, opened.hearing, command.why.value)
    change = kind, values, body
    return _kept(uow, opened, change, _Reason(OVER, command.reason, office))


def look_at_decision(uow: UnitOfWork, command: LookAtDecision) -> int:
    """Nobody decided in time: what the rules say of silence. Answers how many facts that made.

    Under a lock nothing is decided; it is looked at again later.
    """
    grant = uow.get(write_grant, case_id=command.case_id)
    file = uow.get(hearing_file, case_id=command.case_id)
    if grant is None or file is None or grant["state"] != OPEN or file["epoch"] > grant["epoch"]:
        return 0
    if State(file["state"]) is not State.REQUESTED:
        return 0
    opened = opened_of(uow, file, grant, Act.NOTE_OVERDUE)
    row = opened.hearing
    if row["overdue_at"] is not None or row["decide_by_at"] > uow.now:
        return 0
    _silent(uow, opened)
    return 1


def _silent(uow: UnitOfWork, opened: Opened) -> None:
    """A request that waits on keeps its version: nobody's reading is out of date."""
    silence = HearingSilence(opened.hearing["silence"] or HearingSilence.REPORTED_UP.value)
    if silence is HearingSilence.REPORTED_UP:
        number = {"fact_no": opened.row["fact_no"] + 1}
        uow.update(hearing_file, {"case_id": opened.case_id}, number)
        uow.update(hearing, opened.key, {"overdue_at": uow.now})
        body = {"number": str(opened.number), "decide_by": _day(opened.hearing["decide_by"])}
        at = opened.hearing["decide_by_at"]
        change = Change(facts.DECISION_OVERDUE, {}, body, at=at)
        tell(uow, {**opened.row, **number}, opened.grant, change, opened.hearing_id)
        return
    granted = silence is HearingSilence.GRANTED
    act = Act.GRANT if granted else Act.REFUSE
    decided = opened_of(uow, opened.row, opened.grant, act)
    values = _decided(uow, granted=granted, actor="")
    values |= {"by_silence": True, "overdue_at": uow.now}
    record(uow, decided, Change(facts.DECIDED, values, _said(opened, granted=granted, by=SILENT)))


def _decided(uow: UnitOfWork, *, granted: bool, actor: str) -> dict[str, Any]:
    decision = Decision.GRANTED if granted else Decision.REFUSED
    over = {} if granted else {"over_at": uow.now}
    return {
        "decision": decision.value,
        "decided_by": actor,
        "decided_at": uow.now,
        "decided_on": day_of(uow.now),
        **over,
    }


def _said(opened: Opened, *, granted: bool, by: str) -> dict[str, str]:
    decision = Decision.GRANTED if granted else Decision.REFUSED
    return {"number": str(opened.number), "decision": decision.value, "by": by}


def _needs(opened: Opened, needs: Needs, office: Office, today: date) -> dict[str, Any]:
    rule = office.profile_of(opened.row["regulation"]).rules.hearing
    asked_on = day_of(opened.hearing["asked_at"])
    whole = filled(needs, rule, asked_on)
    wrong = tuple(faults(whole, rule, asked_on, never_public=opened.row["never_public"]))
    if wrong:
        raise RequestFaults(*wrong)
    expect_time_for_notice(needs, Frame(today, office.calendar, rule))
    return needs_values(whole)


def _over(
    uow: UnitOfWork, opened: Opened, kind: str, why: OverWhy
) -> tuple[str, dict[str, Any], dict[str, str]]:
    """From what a hearing goes back or ends is said, for clocks and figures."""
    body = {"number": str(opened.number), "why": why.value, "from": opened.state.value}
    return kind, {"over_at": uow.now, "over_why": why.value}, body


@dataclass(frozen=True, slots=True)
class _Reason:
    """The words for an act, and the column they are sealed for."""

    column: str
    text: str
    office: Office


def _kept(
    uow: UnitOfWork,
    opened: Opened,
    change: tuple[str, dict[str, Any], dict[str, str]],
    reason: _Reason,
) -> Stamp:
    """Record what was done, with the words for it."""
    kind, values, body = change
    key = uow.get(case_key, case_id=opened.case_id, lock=False)
    words = Words(reason.office.vault.of_case(key))
    sealed = words.seal(hearing, opened.hearing, {"reason": reason.text}, reason.column)
    kept = {**values, reason.column: sealed.data}
    return record(uow, opened, Change(kind, kept, body, {"reason": sealed.commitment}))


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
