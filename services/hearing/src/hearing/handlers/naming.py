"""Who sits at a hearing beside the parties: named when it is set, replaced when it is set anew."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from hearing.domain.concerned import REPLACED, What, Who
from hearing.domain.register import PANEL, PersonKind
from hearing.domain.states import State
from hearing.domain.words import MemberState, Part
from hearing.errors_register import PersonMissing
from hearing.handlers.acting import Opened
from hearing.handlers.answering_objections import Answer, answer_objection, open_against
from hearing.office import Office
from hearing.planning.clashes import RECORDER
from hearing.scheduling.plan.problem import Planned
from hearing.storage.register import name_of
from hearing.storage.tables import case_key, hearing_member
from hearing.storage.tables_register import person
from kernel.holding import Words
from kernel.unit_of_work import UnitOfWork

Row = Mapping[str, Any]
Seat = tuple[str, UUID, str]
"""Part, person, and the department that a representative speaks for."""
SET_ANEW = "set_anew"
"""Why somebody does not sit any more whom the new setting leaves out."""


def seats_of(planned: Planned) -> list[Seat]:
    """Everybody who is to sit by a plan, chair first."""
    sent = dict(planned.representatives)
    recorder = sent.pop(RECORDER)
    return [
        (Part.CHAIR.value, UUID(planned.chair), ""),
        (Part.RECORDER.value, UUID(recorder), ""),
        *((Part.PANELIST.value, UUID(one), "") for one in planned.panel),
        *((Part.REPRESENTATIVE.value, UUID(one), unit) for unit, one in sorted(sent.items())),
        *((Part.OPTIONAL.value, UUID(one), "") for one in planned.attending),
    ]


def name_members(uow: UnitOfWork, opened: Opened, planned: Planned, office: Office) -> set[What]:
    """Let those sit whom the plan names; who sits already stays, with what was done to that seat.

    Answers which parts have somebody else than before.

    Raises:
        PersonMissing: somebody is not in the register, or has ended.
    """
    wanted = seats_of(planned)
    members = uow.find(hearing_member, **opened.key)
    sitting = {_seat(row): row for row in members if MemberState(row["state"]).sits}
    gone = [row for seat, row in sitting.items() if seat not in wanted]
    new = [seat for seat in wanted if seat not in sitting]
    parts = {seat[0] for seat in new} | {row["part"] for row in gone}
    key = uow.get(case_key, case_id=opened.case_id, lock=False)
    words = Words(office.vault.of_case(key))
    for row in gone:
        _dismiss(uow, opened, row, words)
    number = max((row["member_no"] for row in members), default=0)
    for at, seat in enumerate(new, number + 1):
        row = _row(uow, opened, at, seat) | {"replaces": _before(gone, seat)}
        uow.insert(hearing_member, row | {"sealed_name": _name(uow, words, row, office)})
    return {REPLACED[Who(part)] for part in parts}


def _seat(row: Row) -> Seat:
    return row["part"], row["person_id"], row["department"]


def _dismiss(uow: UnitOfWork, opened: Opened, row: Row, words: Words) -> None:
    """Whom people were told of stays on file as replaced; who objected to him has got his way."""
    objection = open_against(uow, opened, row["member_no"])
    if objection is not None:
        answer_objection(uow, objection, Answer(upheld=True), words)
    told = opened.state is State.NOTICED
    state = MemberState.REPLACED if told else MemberState.GONE
    values = {"state": state.value, "until": uow.now, "why": SET_ANEW}
    uow.update(hearing_member, {**opened.key, "member_no": row["member_no"]}, values)


def _before(gone: list[Row], seat: Seat) -> int | None:
    """Whose seat it was: one of the same part and department; each is taken over once."""
    for row in gone:
        if (row["part"], row["department"]) == (seat[0], seat[2]):
            gone.remove(row)
            number: int = row["member_no"]
            return number
    return None


def _row(uow: UnitOfWork, opened: Opened, member_no: int, seat: Seat) -> dict[str, Any]:
    part, person_id, department = seat
    known = uow.get(person, person_id=person_id)
    if known is None or known["ended"]:
        raise PersonMissing(person=person_id)
    return {
        **opened.key,
        "member_no": member_no,
        "person_id": person_id,
        "part": part,
        "department": department,
        "kind": _kind(known) if part == Part.PANELIST.value else "",
        "staff": known["staff"],
        "unit": known["unit"],
        "state": MemberState.NAMED.value,
        "since": uow.now,
        "until": None,
        "why": "",
    }


def _kind(known: Row) -> str:
    """As what somebody judges: the first kind of the pool that he is of."""
    codes = [kind.value for kind in PersonKind if kind in PANEL]
    return next((one for one in codes if one in known["kinds"].split()), "")


def _name(uow: UnitOfWork, words: Words, row: Row, office: Office) -> bytes:
    """The name under the key of the case, with which it travels."""
    known = uow.get(person, person_id=row["person_id"])
    if known is None:
        raise PersonMissing(person=row["person_id"])
    named = {"name": name_of(known, office.vault)}
    return words.seal(hearing_member, row, named, "sealed_name").data
