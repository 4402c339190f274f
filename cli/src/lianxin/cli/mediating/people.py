"""Who is meant: parties by side, name or id; mediators by account, number or id."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from lianxin.cli.cases import MISSING, is_id
from lianxin.cli.errors import BadInput, Remote
from lianxin.cli.files.mediators import id_of
from lianxin.cli.mediating.guests import told_registration
from lianxin.cli.plain import enum_code
from lianxin.cli.session import Session
from lianxin.cli.words import code_of, say, word
from lianxin.common.v1 import case_pb2 as common
from lianxin.intake.v1.intake_service_pb2 import GetCaseRequest
from lianxin.mediation.v1 import casework_pb2 as pb
from lianxin.mediation.v1 import file_pb2

PAGE = 500
SIDES = {
    common.PARTY_ROLE_APPLICANT: pb.SIDE_APPLICANT,
    common.PARTY_ROLE_REPRESENTATIVE: pb.SIDE_APPLICANT,
    common.PARTY_ROLE_MEMBER: pb.SIDE_APPLICANT,
    common.PARTY_ROLE_RESPONDENT: pb.SIDE_RESPONDENT,
}
"""The side that a role of the registration stands on; others take no side by themselves."""
CAPACITIES = {
    common.PARTY_ROLE_REPRESENTATIVE: pb.CAPACITY_GROUP_MEMBER,
    common.PARTY_ROLE_MEMBER: pb.CAPACITY_GROUP_MEMBER,
}
"""How a role takes part, where it is not simply a party."""
NAMED = 8


class Registered:
    """The parties and requests of a registration, as far as the caller may read them.

    Names are masked as everywhere; they are read in full only where somebody is named or an
    agreement names the parties, and that reading is on record. A mediator of another unit, who does
    not read the registration, has what the file of the mediation tells of it.
    """

    def __init__(self, session: Session, case_id: str, *, named: bool = False) -> None:
        self._session, self._case_id = session, case_id
        self.content = self._read(unmask=named)

    def _read(self, *, unmask: bool) -> Any:
        why = say("mediation.why") if unmask else ""
        asked = GetCaseRequest(case_id=self._case_id, unmask=unmask, why=why)
        try:
            return self._session.ask(self._session.intake.GetCase(asked)).case.content
        except Remote as error:
            told = None
            if error.reason in {*MISSING, "DENIED"}:
                told = told_registration(self._session, self._case_id)
            if told is None:
                raise
            return told

    @property
    def parties(self) -> Sequence[Any]:
        """Those of the registration."""
        parties: Sequence[Any] = self.content.parties
        return parties

    def label(self, party_id: str) -> str:
        """Name and role; the id for somebody who is not on the registration."""
        one = next((one for one in self.parties if one.party_id == party_id), None)
        if one is None:
            return party_id
        role = word("party_role", enum_code(common.PartyRole.DESCRIPTOR, one.role))
        return f"{one.name or role}（{role}）" if one.name else role

    def party(self, text: str, field: str) -> str:
        """The id of the only party that is called so, is on that side, or has that id.

        Raises:
            BadInput: there is none, or there are several.
        """
        if is_id(text):
            return text
        side = code_of("side", text)
        found = self.of_side(side) if side else self._called(text)
        if len(found) != 1:
            shown = ", ".join(f"{self.label(one)} {one}" for one in found[:NAMED])
            raise BadInput("PARTY_NAME_ONE", field=field, parties=shown)
        return found[0]

    def of_side(self, side: str) -> list[str]:
        """The parties of a side, applicants without the members of their group."""
        wanted = pb.Side.Value(f"SIDE_{side.upper()}")
        return [
            one.party_id
            for one in self.parties
            if SIDES.get(one.role) == wanted and one.role != common.PARTY_ROLE_MEMBER
        ]

    def _called(self, text: str) -> list[str]:
        named = self._read(unmask=True).parties
        return [one.party_id for one in named if one.name and one.name == text.strip()]

    def participants(self) -> list[pb.Participant]:
        """Those who take a side by their role, as the registration has them."""
        return [_participant(one) for one in self.parties if one.role in SIDES]


def _participant(one: Any) -> pb.Participant:
    return pb.Participant(
        party_id=one.party_id,
        side=SIDES[one.role],
        capacity=CAPACITIES.get(one.role, pb.CAPACITY_PARTY),
        unit_id=one.unit_id,
        organisation=one.kind == common.PARTY_KIND_ORGANISATION,
    )


def register_of(session: Session, *, ended: bool = False, unit: str = "") -> list[Any]:
    """All mediators of the node's register."""
    found: list[Any] = []
    asked = file_pb2.ListMediatorsRequest(unit_id=unit, ended=ended, page_size=PAGE)
    while True:
        page = session.ask(session.mediation_file.ListMediators(asked))
        found += page.mediators
        if not page.next_page_token:
            return found
        asked.page_token = page.next_page_token


def mediator_ids(session: Session, said: Iterable[str], field: str) -> list[str]:
    """Ids of mediators who are named by account, number of the register (工号) or id.

    Raises:
        BadInput: the register has none, or several, of that name.
    """
    named = list(said)
    if all(is_id(one) for one in named):
        return [str(UUID(one)) for one in named]
    entries = [line.entry for line in register_of(session)]
    return [mediator_id(entries, text.strip(), field) for text in named]


def mediator_id(entries: Sequence[pb.MediatorEntry], text: str, field: str) -> str:
    """The id of the only mediator of that account, else of that number, or the id that is given.

    Raises:
        BadInput: there is none, or there are several.
    """
    if is_id(text):
        return str(UUID(text))
    found = [one.mediator_id for one in entries if text and one.staff == text]
    found = found or [one.mediator_id for one in entries if one.mediator_id == id_of(text)]
    if len(found) != 1:
        raise BadInput("MEDIATOR_UNKNOWN", field=field, value=text[:40])
    return found[0]
