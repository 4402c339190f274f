"""Whoever can be at a hearing, by one name: `member:NO` or `party:ID`."""

from uuid import UUID

MEMBER, PARTY = "member:", "party:"


def member(member_no: int) -> str:
    """Somebody who conducts, decides, records, or comes for a department."""
    return f"{MEMBER}{member_no}"


def party(party_id: UUID) -> str:
    """Somebody who is heard."""
    return f"{PARTY}{party_id}"


def member_no(attendee: str) -> int | None:
    """The number of a member; None for a party."""
    digits = attendee.removeprefix(MEMBER)
    return int(digits) if digits != attendee and digits.isdecimal() else None
