"""Asking for a hearing: the holder, its reviewer, a resident at a counter or at a door of his."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from hearing.commands.base import Seen
from hearing.commands.requesting import AskHearing, RequestHearing
from hearing.domain import facts
from hearing.domain.days import day_of, ends_of
from hearing.domain.matter import Matter, Registration
from hearing.domain.requesting import (
    Needs,
    decide_by,
    faults,
    filled,
    is_never_public,
    too_many,
    unknown_elsewhere,
    unknown_triggers,
)
from hearing.domain.states import Act, State, after
from hearing.domain.words import AskedBy
from hearing.errors import (
    CaseMissing,
    HearingUnderWay,
    MayNotAsk,
    NotAccepted,
    RequestFaults,
)
from hearing.handlers.acting import Change, Row, Stamp, may_write, stamp_of, tell
from hearing.handlers.barring import refuse_barred
from hearing.handlers.needs import expect_time_for_notice, needs_values
from hearing.handlers.parties import openness_values, take_parties
from hearing.office import Office
from hearing.planning.gather import Frame
from hearing.storage.tables import case_key, hearing, hearing_file, write_grant
from kernel.errors import FieldViolation
from kernel.holding import NotTheHolder, Words, expect_version, expect_writable
from kernel.regulation.rules import Hearing as Rule
from kernel.regulation.values import Asking
from kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Known:
    """What routing and intake say of the matter."""

    matter: Matter
    registration: Registration


@dataclass(frozen=True, slots=True)
class _Asking:
    """A request with everything it is judged by; `file` None for a case that was never heard."""

    command: RequestHearing
    file: Row | None
    grant: Row
    office: Office
    known: Known

    @property
    def rule(self) -> Rule:
        """The rules of hearings that the case is pinned to."""
        return self.office.profile_of(self.known.matter.regulation).rules.hearing

    @property
    def number(self) -> int:
        """The number of the hearing that is asked for."""
        return 1 if self.file is None else self.file["current"] + 1


def request_hearing(
    uow: UnitOfWork, command: RequestHearing, *, office: Office, known: Known
) -> tuple[Stamp, Row]:
    """Keep a request, and begin the time to decide it. Answers the row of the hearing, too.

    Raises:
        CaseMissing: hearing was never granted this case, or the caller may not know.
        CustodyMoved, CaseLocked, WritingEnded, NotTheHolder, StaleVersion
        HearingUnderWay: a hearing of the case is not over, or its conclusion is not served.
        NotAccepted, HearingBarred, MayNotAsk, RequestFaults, HoldByTooEarly: by the rules.
    """
    grant = uow.get(write_grant, case_id=command.case_id)
    file = uow.get(hearing_file, case_id=command.case_id)
    may_ask = grant is not None and _may_ask(uow, grant, command, known.matter)
    if grant is None or (file is None and not may_ask):
        raise CaseMissing
    case = file or {"epoch": grant["epoch"], "holder_unit": grant["unit"], "state": "ended"}
    expect_writable(grant, case, command.seen.epoch)
    if not may_ask:
        raise NotTheHolder(holder=grant["unit"])
    expect_version(file or {"version": 0}, command.seen)
    asking = _Asking(command, file, grant, office, known)
    _expect_open(asking)
    _expect_served(uow, file)
    return _keep(uow, asking, _fitting(uow, asking))


def ask_hearing(
    uow: UnitOfWork, command: AskHearing, *, office: Office, known: Known
) -> tuple[Stamp, Row]:
    """The same for a resident who proved himself: nothing to have seen, and no need to name why.

    Raises: as `request_hearing`, without those of an older reading.
    """
    grant = uow.get(write_grant, case_id=command.case_id)
    if grant is None:
        raise CaseMissing
    file = uow.get(hearing_file, case_id=command.case_id)
    seen = Seen(grant["epoch"], file["version"] if file else 0)
    asked = RequestHearing(command.case_id, seen, AskedBy.RESIDENT, (), (), Needs(), command.reason)
    return request_hearing(uow, asked, office=office, known=known)


def _may_ask(uow: UnitOfWork, grant: Row, command: RequestHearing, matter: Matter) -> bool:
    """The holder for anybody; the body that reviews for itself."""
    if may_write(uow, grant):
        return True
    review = matter.review
    return (
        command.asked_by is AskedBy.REVIEWER
        and review is not None
        and review.body == uow.caller.unit
    )


def _expect_open(asking: _Asking) -> None:
    """Raises HearingUnderWay, NotAccepted, HearingBarred, MayNotAsk."""
    command, file, matter = asking.command, asking.file, asking.known.matter
    if file is not None and after(State(file["state"]), Act.REQUEST) is None:
        raise HearingUnderWay(state=file["state"])
    if not matter.accepted:
        raise NotAccepted
    refuse_barred(matter, asking.office, command.elsewhere)
    out_of_review = command.asked_by is AskedBy.REVIEWER and matter.review is None
    if Asking(command.asked_by.value) not in asking.rule.asked_by or out_of_review:
        raise MayNotAsk(asked_by=command.asked_by.value)


def _expect_served(uow: UnitOfWork, file: Row | None) -> None:
    """What was concluded reaches its parties before the case is heard anew."""
    if file is None or file["state"] != State.CONCLUDED.value:
        return
    row = uow.get(hearing, case_id=file["case_id"], number=file["current"])
    if row is not None and row["served_at"] is None:
        raise HearingUnderWay(state=file["state"])


def _fitting(uow: UnitOfWork, asking: _Asking) -> Needs:
    """What the hearing needs, filled by the rules. Raises RequestFaults, HoldByTooEarly."""
    command, rule, registration = asking.command, asking.rule, asking.known.registration
    needs, never = filled(command.needs, rule, day_of(uow.now)), is_never_public(registration)
    wrong = [
        *unknown_triggers(command.triggers, rule),
        *unknown_elsewhere(command.elsewhere, rule),
        *faults(needs, rule, day_of(uow.now), never_public=never),
        *too_many((party.role for party in registration.parties), rule),
    ]
    if command.asked_by is not AskedBy.RESIDENT and not command.triggers:
        wrong.append(FieldViolation("triggers", "REQUIRED"))
    if wrong:
        raise RequestFaults(*wrong)
    frame = Frame(day_of(uow.now), asking.office.calendar, rule)
    expect_time_for_notice(command.needs, frame)
    return needs


def _keep(uow: UnitOfWork, asking: _Asking, needs: Needs) -> tuple[Stamp, Row]:
    command, grant = asking.command, asking.grant
    file, row = _keep_file(uow, asking), _row(uow, asking) | needs_values(needs)
    vault = asking.office.vault.known_or_new(uow, case_key, command.case_id)
    sealed = Words(vault).seal(hearing, row, {"reason": command.reason}, "sealed_request")
    row["sealed_request"] = sealed.data
    uow.insert(hearing, row)
    take_parties(uow, command.case_id, asking.number, asking.known.registration)
    change = Change(facts.REQUESTED, {}, _said(command, row), {"reason": sealed.commitment})
    tell(uow, file, grant, change, row["hearing_id"])
    return stamp_of(file, grant["epoch"]), row


def _keep_file(uow: UnitOfWork, asking: _Asking) -> Row:
    """The file with this hearing as the current one: made, or one version and one fact up."""
    file, grant, key = asking.file, asking.grant, {"case_id": asking.command.case_id}
    values = _of_matter(asking.known, asking.office) | {
        "state": State.REQUESTED.value,
        "current": asking.number,
        "version": (file["version"] if file else 0) + 1,
        "fact_no": (file["fact_no"] if file else 0) + 1,
    }
    if file is not None:
        uow.update(hearing_file, key, values, expect={"version": file["version"]})
        return {**file, **values}
    held = {
        "holder_unit": grant["unit"],
        "holder_path": grant["path"],
        "registered_by": "",
        "sealed_for": None,
        "epoch": grant["epoch"],
        "ended_at": None,
    }
    uow.insert(hearing_file, {**key, **held, **values})
    return {**key, **held, **values}


def _of_matter(known: Known, office: Office) -> dict[str, Any]:
    matter, registering = known.matter, known.matter.registering_unit
    directory = office.directory()
    here = registering in directory.units
    return {
        "case_no": matter.case_no,
        "registering_unit": registering,
        "registering_path": directory.path_of_unit(registering) if here else "",
        "procedure": matter.procedure,
        "category": matter.category,
        "regulation": matter.regulation,
        "colour": matter.colour,
        "about_units": _listed(known.registration.about_units),
        "handlers": _listed(matter.handlers),
        "earlier_units": _listed(matter.earlier_units),
        **openness_values(known.registration),
    }


def _row(uow: UnitOfWork, asking: _Asking) -> dict[str, Any]:
    command, rule, review = asking.command, asking.rule, asking.known.matter.review
    last = decide_by(rule, day_of(uow.now), asking.office.calendar)
    return {
        "case_id": command.case_id,
        "number": asking.number,
        "hearing_id": uow.new_id(),
        "state": State.REQUESTED.value,
        "asked_by": command.asked_by.value,
        "asked_unit": uow.caller.unit or asking.grant["unit"],
        "asked_actor": uow.caller.id,
        "triggers": _listed(command.triggers),
        "asked_at": uow.now,
        "review_level": review.level if review else "",
        "decide_by": last,
        "decide_by_at": ends_of(last),
        "silence": rule.silence.value,
    }


def _said(command: RequestHearing, row: Row) -> dict[str, str]:
    said = {
        "number": str(row["number"]),
        "asked_by": command.asked_by.value,
        "decide_by": row["decide_by"].isoformat(),
        "triggers": row["triggers"],
    }
    return {name: text for name, text in said.items() if text}


def _listed(words: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(word for word in words if word))
