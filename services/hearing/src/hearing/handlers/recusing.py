"""回避, asked at the opening: decided there; the seat goes to a reserve, or stays empty."""

from typing import Any

from hearing.commands.session import RecuseMember
from hearing.domain import attendees, facts
from hearing.domain.concerned import REPLACED, What, Who
from hearing.domain.session_words import Stage
from hearing.domain.stages import recusal_possible
from hearing.domain.states import Act, State
from hearing.domain.words import MemberState, Part
from hearing.errors import NotPossibleNow
from hearing.errors_session import RecusalImpossible
from hearing.handlers.acting import Change, Opened, Row, Stamp, open_hearing, record
from hearing.handlers.answering_objections import Answer, answer_objection, open_against
from hearing.handlers.booking import release, reseat
from hearing.handlers.noticing import owe
from hearing.handlers.replacing import is_barred
from hearing.handlers.session_rows import expect_there, next_no, seats, taking_part, words_of
from hearing.office import Office
from hearing.storage.tables import hearing_member
from hearing.storage.tables_register import person
from hearing.storage.tables_session import attendance, recusal
from kernel.errors import FieldViolation
from kernel.unit_of_work import UnitOfWork

RECUSABLE = frozenset({Part.CHAIR.value, Part.PANELIST.value, Part.RECORDER.value})


def recuse_member(uow: UnitOfWork, command: RecuseMember, *, office: Office) -> Stamp:
    """Keep who asked, why, and what was decided. Upheld, the member goes.

    A reserve is somebody who was called as optional, is there, and now takes the seat; without one
    the hearing goes on only if the quorum holds, else it is adjourned. Parties and others whom it
    concerns are told once who sits there now, and whoever goes is free for another hearing. What a
    party had objected to this member in writing is decided by it.

    Raises:
        NotPossibleNow: nobody sits together.
        RecusalImpossible: no such member, no such reserve, or the opening is over.
        AttendeeAway: who asks is not there.
    """
    opened = open_hearing(uow, command.case_id, command.seen, Act.REPLACE_MEMBER)
    if opened.state is not State.OPENED:
        raise NotPossibleNow(state=opened.state.value, act=Act.REPLACE_MEMBER.value)
    members = seats(uow, opened)
    member = _expect_possible(opened, members, command)
    expect_there(uow, opened, command.attendee)
    taker = _reserve(uow, opened, members, command)
    no = next_no(uow, recusal, "recusal_no", opened)
    row = opened.key | {
        "recusal_no": no,
        "member_no": command.member_no,
        "attendee": command.attendee,
        "upheld": command.upheld,
        "replaced_by": command.reserve_no if command.upheld else None,
        "decided_by": uow.caller.id,
        "at": uow.now,
    }
    sealed = words_of(uow, opened.case_id, office).seal(recusal, row, {"reasons": command.reasons})
    uow.insert(recusal, row | {"sealed": sealed.data})
    _move(uow, opened, member, taker, upheld=command.upheld)
    kind = facts.MEMBER_REPLACED if command.upheld else facts.OBJECTION_DECIDED
    body = {"member": str(command.member_no), "upheld": str(command.upheld).lower()}
    if taker is not None:
        body["by"] = str(taker["member_no"])
    body |= _tell(uow, opened, (member, taker), command, office)
    return record(uow, opened, Change(kind, {}, body, {f"recusal:{no}": sealed.commitment}))


def _tell(
    uow: UnitOfWork,
    opened: Opened,
    seat: tuple[Row, Row | None],
    command: RecuseMember,
    office: Office,
) -> dict[str, str]:
    """Who sits there now, and the answer to whoever had objected; once for each of them.

    Whoever sits there has heard it: the word goes out, and no answer is waited for.
    """
    member, taker = seat
    what: set[What] = {REPLACED[Who(member["part"])]} if command.upheld else set()
    asked = ""
    objection = open_against(uow, opened, command.member_no)
    if objection is not None:
        came = None if taker is None else taker["member_no"]
        answer = Answer(upheld=command.upheld, came=came, reason=command.reasons)
        answer_objection(uow, objection, answer, words_of(uow, opened.case_id, office))
        what, asked = what | {What.OBJECTION}, str(objection["party_id"])
    return owe(uow, opened, what, office=None, asked=asked) if what else {}


def _expect_possible(opened: Opened, members: dict[int, Row], command: RecuseMember) -> Row:
    stage = opened.hearing["stage"]
    if not stage or not recusal_possible(Stage(stage)):
        raise RecusalImpossible(FieldViolation("member_no", "HEARING_OPENING_OVER"))
    member = members.get(command.member_no)
    if member is None or member["part"] not in RECUSABLE:
        raise RecusalImpossible(FieldViolation("member_no", "HEARING_NOT_RECUSABLE"))
    return member


def _reserve(
    uow: UnitOfWork, opened: Opened, members: dict[int, Row], command: RecuseMember
) -> Row | None:
    if command.reserve_no is None or not command.upheld:
        return None
    taker = members.get(command.reserve_no)
    there = attendees.member(command.reserve_no) in taking_part(uow, opened)
    if taker is None or taker["part"] != Part.OPTIONAL.value or not there:
        raise RecusalImpossible(FieldViolation("reserve_no", "HEARING_NO_RESERVE"))
    known = uow.get(person, person_id=taker["person_id"])
    if known is not None and is_barred(uow, opened, known):
        raise RecusalImpossible(FieldViolation("reserve_no", "CLASH_RECUSAL"))
    return taker


def _move(uow: UnitOfWork, opened: Opened, member: Row, taker: Row | None, *, upheld: bool) -> None:
    key: dict[str, Any] = opened.key | {"member_no": member["member_no"]}
    if not upheld:
        uow.update(hearing_member, key, {"state": MemberState.NAMED.value})
        return
    state = MemberState.GONE if taker is None else MemberState.REPLACED
    gone = {"state": state.value, "until": uow.now, "why": "recused"}
    uow.update(hearing_member, key, gone)
    release(uow, opened.hearing_id, member["person_id"])
    if taker is None:
        return
    seat = {"part": member["part"], "replaces": member["member_no"]}
    uow.update(hearing_member, opened.key | {"member_no": taker["member_no"]}, seat)
    reseat(uow, opened.hearing_id, taker["person_id"], member["part"])
    who = attendees.member(taker["member_no"])
    for row in uow.find(attendance, **opened.key, attendee=who):
        there = opened.key | {"sitting_no": row["sitting_no"], "attendee": who}
        uow.update(attendance, there, {"part": member["part"]})
