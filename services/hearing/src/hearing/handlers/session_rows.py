"""Rows of the hearing day that its acts share."""

from typing import Any
from uuid import UUID

from hearing.domain import attendees
from hearing.domain.presence import Attends, Lack, Quorum, panel_lacks
from hearing.domain.session_words import Came
from hearing.domain.words import MemberState
from hearing.errors_session import AttendeeAway, QuorumMissing
from hearing.handlers.acting import Opened, Row
from hearing.office import Office
from hearing.storage.tables import case_key, hearing_member, hearing_party
from hearing.storage.tables_session import attendance, sitting
from kernel.errors import FieldViolation
from kernel.holding import Words
from kernel.unit_of_work import UnitOfWork


def words_of(uow: UnitOfWork, case_id: UUID, office: Office) -> Words:
    """Where to seal what is said on a case. Raises CaseErased."""
    return Words(office.vault.of_case(uow.get(case_key, case_id=case_id, lock=False)))


def sitting_of(uow: UnitOfWork, opened: Opened) -> Row | None:
    """The newest sitting; None before the first."""
    rows = uow.find(sitting, **opened.key)
    return max(rows, key=lambda row: int(row["sitting_no"])) if rows else None


def sitting_no(uow: UnitOfWork, opened: Opened) -> int:
    """The number of the newest sitting; 0 before the first."""
    row = sitting_of(uow, opened)
    return 0 if row is None else int(row["sitting_no"])


def seats(uow: UnitOfWork, opened: Opened) -> dict[int, Row]:
    """Members who sit, by number."""
    rows = uow.find(hearing_member, **opened.key)
    return {row["member_no"]: row for row in rows if MemberState(row["state"]).sits}


def parties(uow: UnitOfWork, opened: Opened) -> dict[UUID, Row]:
    """Parties of the hearing, by id."""
    return {row["party_id"]: row for row in uow.find(hearing_party, **opened.key)}


def called(uow: UnitOfWork, opened: Opened) -> dict[str, str]:
    """Everybody who is to come: the part of a member, the side of a party."""
    members = {attendees.member(no): row["part"] for no, row in seats(uow, opened).items()}
    known = parties(uow, opened)
    heard = {
        attendees.party(party_id): _side(row, known)
        for party_id, row in known.items()
        if row["invited"] and not row["unit_id"]
    }
    return members | heard


def _side(row: Row, known: dict[UUID, Row]) -> str:
    """An agent stands on the side of whom he speaks for."""
    principal = known.get(row["agent_of"]) if row["agent_of"] else None
    return str((principal or row)["side"])


def present(uow: UnitOfWork, opened: Opened) -> dict[str, Row]:
    """What came of each call to the newest sitting; of members only those who still sit."""
    of_sitting = opened.key | {"sitting_no": sitting_no(uow, opened)}
    expected = called(uow, opened)
    rows = {row["attendee"]: row for row in uow.find(attendance, **of_sitting)}
    return {attendee: row for attendee, row in rows.items() if attendee in expected}


def taking_part(uow: UnitOfWork, opened: Opened) -> dict[str, str]:
    """Who is there now, in the room or online, with part or side."""
    rows = present(uow, opened)
    return {who: row["part"] for who, row in rows.items() if Came(row["came"]).takes_part}


def expect_there(uow: UnitOfWork, opened: Opened, who: str) -> None:
    """Only who is there speaks. Raises AttendeeAway."""
    if who not in taking_part(uow, opened):
        raise AttendeeAway(FieldViolation("attendee", "HEARING_NOT_THERE"))


def quorum_of(opened: Opened, office: Office) -> Quorum:
    """The quorum of the profile that the case is pinned to."""
    rules = office.profile_of(opened.row["regulation"]).rules.hearing
    return Quorum(rules.panel_least, odd=rules.panel_odd)


def expect_quorum(uow: UnitOfWork, opened: Opened, office: Office) -> None:
    """Those who conduct and decide are there. Raises QuorumMissing."""
    people = [Attends(row["part"], Came(row["came"])) for row in present(uow, opened).values()]
    refuse_without(panel_lacks(people, quorum_of(opened, office)))


def refuse_without(lacks: Any) -> None:
    """Refuse with everything that is missing. Raises QuorumMissing."""
    found: list[Lack] = list(lacks)
    if found:
        raise QuorumMissing(*(FieldViolation("came", lack.value) for lack in found))


def next_no(uow: UnitOfWork, table: Any, column: str, opened: Opened) -> int:
    """The number of the next row of a hearing in a table, from 1."""
    rows = uow.find(table, **opened.key)
    return 1 + max((int(row[column]) for row in rows), default=0)
