"""Who is meant at a hearing: members by their number, parties by name, side or id."""

from collections.abc import Iterable
from typing import Any

from lianxin.cli.cases import MISSING
from lianxin.cli.errors import BadInput, Remote
from lianxin.cli.hearings.acts import HearingSeen
from lianxin.cli.hearings.company import party_along, registered_along
from lianxin.cli.mediating.people import Registered
from lianxin.cli.session import Session
from lianxin.cli.words import say
from lianxin.hearing.v1 import conclusion_pb2, hearing_service_pb2, session_pb2

SITS = frozenset({"named", "objected"})
MEMBER, PARTY = "member:", "party:"


def hearing_of(session: Session, seen: HearingSeen) -> Any:
    """The current hearing with its people; the reading is on record."""
    asked = hearing_service_pb2.GetHearingRequest(case_id=seen.case_id, why=say("hearing.day_why"))
    return session.ask(session.hearing.GetHearing(asked)).file.hearings[-1]


def session_of(session: Session, seen: HearingSeen, why: str = "") -> Any:
    """The day of the hearing; the reading is on record."""
    asked = session_pb2.GetSessionRequest(case_id=seen.case_id, why=why or say("hearing.day_why"))
    return session.ask(session.hearing_session.GetSession(asked)).session


def conclusion_of(session: Session, seen: HearingSeen, why: str = "") -> Any:
    """What came of the hearing; the reading is on record."""
    reason = why or say("hearing.day_why")
    asked = conclusion_pb2.GetConclusionRequest(case_id=seen.case_id, why=reason)
    return session.ask(session.hearing_conclusion.GetConclusion(asked)).conclusion


class Roll:
    """Everybody who was called to a hearing, and those meant by what a clerk types."""

    def __init__(self, session: Session, seen: HearingSeen) -> None:
        self._session, self._seen = session, seen
        self.hearing = hearing_of(session, seen)

    def everybody(self) -> list[str]:
        """All attendees: who sits, and the parties who come themselves."""
        members = [f"{MEMBER}{one.member_no}" for one in self.hearing.members if one.state in SITS]
        heard = [one for one in self.hearing.parties if not one.unit_id]
        return members + [f"{PARTY}{one.party_id}" for one in heard if one.invited]

    def attendee(self, text: str, field: str) -> str:
        """A member's number, or a party by side, name or id, as an attendee. Raises BadInput."""
        if text.isdecimal():
            return f"{MEMBER}{text}"
        if text.startswith((MEMBER, PARTY)):
            return text
        return f"{PARTY}{self.party(text, field)}"

    def party(self, text: str, field: str) -> str:
        """The id of a party. Raises BadInput."""
        known, said = Registered(self._session, self._seen.case_id), text.removeprefix(PARTY)
        try:
            return known.party(said, field)
        except BadInput:
            if found := party_along(self._session, self._seen.case_id, said, field):
                return found
            raise


def party_labels(session: Session, case_id: str, parties: Iterable[str]) -> dict[str, str]:
    """Masked names and roles of parties, by id; their ids for who may not read the registration.

    Of cases that are heard with this one, too.

    Raises:
        Remote: refused for another reason than that.
    """
    try:
        known = Registered(session, case_id)
    except Remote as error:
        if error.reason not in {*MISSING, "DENIED"}:
            raise
        return {one: one for one in parties}
    called = {one: known.label(one) for one in parties}
    left = [one for one, label in called.items() if label == one]
    for along in registered_along(session, case_id) if left else ():
        called |= {one: along.label(one) for one in left if along.label(one) != one}
    return called


def number_of(text: str, field: str) -> int:
    """A member's number. Raises BadInput."""
    digits = text.removeprefix(MEMBER)
    if not digits.isdecimal():
        raise BadInput("HEARING_MEMBER_NUMBER", field=field)
    return int(digits)
