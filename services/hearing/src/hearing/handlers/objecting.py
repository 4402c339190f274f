"""Objections of parties to those who lead, judge and record; a person decides them."""

from typing import Any

from hearing.commands.noticing import DecideObjection, ObjectToMember
from hearing.domain import facts
from hearing.domain.concerned import REPLACED, What, Who
from hearing.domain.notice_words import OBJECTED_TO
from hearing.domain.states import Act, State
from hearing.domain.words import MemberState, Part
from hearing.errors_noticing import (
    ObjectionImpossible,
    ObjectionLate,
    ObjectionMissing,
    ReplacementImpossible,
)
from hearing.errors_session import AnotherPersonNeeded
from hearing.handlers.acting import Change, Opened, Row, Stamp, open_hearing, record
from hearing.handlers.answering_objections import Answer, answer_objection
from hearing.handlers.noticing import owe
from hearing.handlers.replacing import replace
from hearing.handlers.session_rows import next_no, words_of
from hearing.office import Office
from hearing.storage.tables import hearing_member, hearing_party
from hearing.storage.tables_notices import hearing_objection
from kernel.clock import SHANGHAI
from kernel.errors import FieldViolation
from kernel.unit_of_work import UnitOfWork


def object_to_member(uow: UnitOfWork, command: ObjectToMember, *, office: Office) -> Stamp:
    """Take down that a party does not accept somebody, in the days that the profile gives.

    Raises:
        ObjectionImpossible: no such party or member, none who leads, judges or records, one who was
            objected to and not decided on yet, or a day that is none.
        ObjectionLate: the days are over; who should step back is asked again at the opening.
    """
    opened = open_hearing(uow, command.case_id, command.seen, Act.OBJECT)
    member = _expect_possible(uow, opened, command)
    _expect_in_time(uow, opened, command)
    no = next_no(uow, hearing_objection, "objection_no", opened)
    row: dict[str, Any] = opened.key | {
        "objection_no": no,
        "party_id": command.party_id,
        "member_no": command.member_no,
        "ground": command.ground.value,
        "on_day": command.on_day,
        "noted_by": uow.caller.id,
        "at": uow.now,
    }
    said = {"reason": command.reason}
    words = words_of(uow, opened.case_id, office)
    sealed = words.seal(hearing_objection, row, said, "sealed_reason")
    uow.insert(hearing_objection, row | {"sealed_reason": sealed.data})
    _set(uow, member, {"state": MemberState.OBJECTED.value})
    body = {"objection": str(no), "member": str(command.member_no), "ground": command.ground.value}
    return record(uow, opened, Change(facts.OBJECTED, {}, body, {"reason": sealed.commitment}))


def _set(uow: UnitOfWork, member: Row, values: dict[str, Any]) -> None:
    key = {name: member[name] for name in ("case_id", "number", "member_no")}
    uow.update(hearing_member, key, values)


def _expect_possible(uow: UnitOfWork, opened: Opened, command: ObjectToMember) -> Row:
    if uow.get(hearing_party, **opened.key, party_id=command.party_id) is None:
        raise ObjectionImpossible(FieldViolation("party_id", "UNKNOWN_VALUE"))
    member = uow.get(hearing_member, **opened.key, member_no=command.member_no)
    if member is None or Part(member["part"]) not in OBJECTED_TO:
        raise ObjectionImpossible(FieldViolation("member_no", "HEARING_NOT_RECUSABLE"))
    if member["state"] != MemberState.NAMED.value:
        raise ObjectionImpossible(FieldViolation("member_no", "HEARING_OBJECTED_TO"))
    return member


def _expect_in_time(uow: UnitOfWork, opened: Opened, command: ObjectToMember) -> None:
    told, last = opened.hearing["confirmed_at"], opened.hearing["object_by"]
    first = told.astimezone(SHANGHAI).date()
    if not first <= command.on_day <= uow.now.astimezone(SHANGHAI).date():
        reason = "HEARING_BEFORE_NOTICE" if command.on_day < first else "IN_FUTURE"
        raise ObjectionImpossible(FieldViolation("on_day", reason))
    if command.on_day > last:
        raise ObjectionLate(until=last.isoformat())


def decide_objection(uow: UnitOfWork, command: DecideObjection, *, office: Office) -> Stamp:
    """Decide it, with reasons: the member stays, or somebody else of the pool takes the place.

    Who goes, who comes and everybody whom it concerns is told; the party hears that it was decided.
    Once people sit together nobody else is called: whoever is to go then is recused, and a reserve
    who is there takes the seat, or it is adjourned and set with somebody else.

    Raises:
        ObjectionMissing: none of this number waits.
        AnotherPersonNeeded: nobody decides on himself.
        ReplacementImpossible, PersonMissing, Taken: this person cannot take the place, or not now.
    """
    opened = open_hearing(uow, command.case_id, command.seen, Act.DECIDE_OBJECTION)
    row, member = _waiting(uow, opened, command)
    if member["staff"] and member["staff"] == uow.caller.id:
        raise AnotherPersonNeeded
    what, came = {What.OBJECTION}, None
    if command.person_id is not None:
        _expect_not_open(opened)
        came = replace(uow, opened, (member, command.person_id, "objected"), office)
        what.add(REPLACED[Who(member["part"])])
    else:
        _set(uow, member, {"state": MemberState.NAMED.value})
    answer = Answer(upheld=command.upheld, came=came, reason=command.reason)
    commitment = answer_objection(uow, row, answer, words_of(uow, opened.case_id, office))
    body = {
        "objection": str(command.objection_no),
        "member": str(row["member_no"]),
        "upheld": str(command.upheld).lower(),
    }
    body |= owe(uow, opened, what, office=office, asked=str(row["party_id"]))
    kind = facts.MEMBER_REPLACED if command.upheld else facts.OBJECTION_DECIDED
    return record(uow, opened, Change(kind, {}, body, {"decision": commitment}))


def _expect_not_open(opened: Opened) -> None:
    if opened.state is State.OPENED:
        raise ReplacementImpossible(FieldViolation("person_id", "HEARING_OPENED_ALREADY"))


def _waiting(uow: UnitOfWork, opened: Opened, command: DecideObjection) -> tuple[Row, Row]:
    row = uow.get(hearing_objection, **opened.key, objection_no=command.objection_no)
    if row is None or row["decision"]:
        raise ObjectionMissing
    member = uow.get(hearing_member, **opened.key, member_no=row["member_no"])
    if member is None or member["state"] != MemberState.OBJECTED.value:
        raise ObjectionMissing
    return row, member
