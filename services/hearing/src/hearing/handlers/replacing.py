"""Somebody of the register takes the place of a member of a hearing that is set."""

from collections.abc import Mapping
from uuid import UUID

from msgspec import structs

from hearing.domain.register import PANEL, PersonKind
from hearing.domain.words import MemberState, Part
from hearing.errors_noticing import ReplacementImpossible
from hearing.errors_register import PersonMissing
from hearing.handlers.acting import Opened, Row
from hearing.handlers.booking import book, free
from hearing.handlers.naming import name_members
from hearing.handlers.session_rows import seats
from hearing.office import Office
from hearing.planning.clashes import RECORDER
from hearing.scheduling.plan.problem import Planned
from hearing.storage.tables import hearing, hearing_file, hearing_member, hearing_party
from hearing.storage.tables_register import person, tie
from kernel.clock import SHANGHAI
from kernel.errors import FieldViolation
from kernel.unit_of_work import UnitOfWork

FIT: Mapping[str, frozenset[PersonKind]] = {
    Part.CHAIR.value: frozenset({PersonKind.CHAIR}),
    Part.PANELIST.value: PANEL,
    Part.RECORDER.value: frozenset({PersonKind.RECORDER}),
}
"""As what somebody stands in the register who may take each place."""


def replace(uow: UnitOfWork, opened: Opened, swap: tuple[Row, UUID, str], office: Office) -> int:
    """Let a person take a member's place: `swap` is the member, the person, and the code of why.

    Answers the number of the new member; the one who goes stays on file, and his time is free.

    Raises:
        PersonMissing: there is none of this id in the register.
        ReplacementImpossible: not of the right kind, there already, or tied to it.
        Taken: the person is elsewhere at that time.
    """
    member, person_id, why = swap
    row = uow.get(person, person_id=person_id)
    if row is None or row["ended"]:
        raise PersonMissing(person=person_id)
    _expect_fit(uow, opened, member, row)
    stands = planned(uow, opened)
    free(uow, opened.hearing_id)
    changed = _with(stands, member["part"], (str(member["person_id"]), str(person_id)))
    book(uow, opened.hearing_id, changed)
    name_members(uow, opened, changed, office)
    key = opened.key | {"member_no": member["member_no"]}
    uow.update(hearing_member, key, {"state": MemberState.REPLACED.value, "why": why})
    (came,) = uow.find(hearing_member, **opened.key, replaces=member["member_no"])
    number: int = came["member_no"]
    return number


def _with(stands: Planned, part: str, swap: tuple[str, str]) -> Planned:
    """The hearing with somebody else in a place."""
    gone, come = swap
    if part == Part.CHAIR.value:
        return structs.replace(stands, chair=come)
    if part == Part.RECORDER.value:
        return structs.replace(stands, representatives=stands.representatives | {RECORDER: come})
    panel = tuple(come if one == gone else one for one in stands.panel)
    return structs.replace(stands, panel=panel)


def _expect_fit(uow: UnitOfWork, opened: Opened, member: Row, row: Row) -> None:
    """One refusal that names everything that stands against it."""
    person_id, wrong = row["person_id"], []
    kinds = frozenset(map(PersonKind, row["kinds"].split()))
    if kinds.isdisjoint(FIT.get(member["part"], frozenset())):
        wrong.append("HEARING_NOT_OF_KIND")
    before = uow.find(hearing_member, **opened.key, person_id=person_id)
    if any(one["state"] != MemberState.GONE.value for one in before):
        wrong.append("HEARING_THERE_ALREADY")
    if is_barred(uow, opened, row) or opened.row["holder_unit"] in _ties(uow, row):
        wrong.append("CLASH_RECUSAL")
    if wrong:
        raise ReplacementImpossible(*(FieldViolation("person_id", one) for one in wrong))


def is_barred(uow: UnitOfWork, opened: Opened, row: Row) -> bool:
    """Whether somebody of the register handled a case that is heard, or is tied to it."""
    files = [opened.row, *_heard_with(uow, opened)]
    about = {str(one["case_id"]) for one in files}
    about |= {str(one["party_id"]) for one in uow.find(hearing_party, **opened.key)}
    for name in ("about_units", "earlier_units"):
        about |= {unit for one in files for unit in one[name].split()}
    handled = row["staff"] and any(row["staff"] in one["handlers"].split() for one in files)
    return bool(handled) or not _ties(uow, row).isdisjoint(about)


def _ties(uow: UnitOfWork, row: Row) -> set[str]:
    ties = uow.find(tie, person_id=row["person_id"])
    return {str(row["person_id"]), *(one["subject"] for one in ties)}


def _heard_with(uow: UnitOfWork, opened: Opened) -> list[Row]:
    """Files of the cases that are heard along."""
    led = uow.find(hearing, led_by=opened.hearing_id)
    files = (uow.get(hearing_file, case_id=one["case_id"]) for one in led)
    return [one for one in files if one is not None]


def planned(uow: UnitOfWork, opened: Opened) -> Planned:
    """A hearing that is set, with those who sit there now."""
    row = opened.hearing
    begins, ends = (row[name].astimezone(SHANGHAI) for name in ("begins", "ends"))
    people = list(seats(uow, opened).values())

    def of(part: Part) -> list[str]:
        return [str(one["person_id"]) for one in people if one["part"] == part.value]

    sent = {
        one["department"]: str(one["person_id"])
        for one in people
        if one["part"] == Part.REPRESENTATIVE.value
    }
    sent.update((RECORDER, one) for one in of(Part.RECORDER))
    return Planned(
        hearing=str(opened.hearing_id),
        day=begins.date(),
        begins=begins.time(),
        ends=ends.time(),
        room=str(row["room_id"]),
        chair=of(Part.CHAIR)[0],
        panel=tuple(of(Part.PANELIST)),
        representatives=sent,
        attending=tuple(of(Part.OPTIONAL)),
    )
