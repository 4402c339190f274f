"""A draft of the protocol as the domain knows it; what cannot be read becomes a violation."""

from collections.abc import Iterable
from uuid import UUID

from intake.convert.instants import instant
from intake.convert.words import (
    CHANNEL,
    IDENTITY,
    MAY_NOTIFY,
    PARTY_KIND,
    PARTY_ROLE,
    PROCEDURE,
    PURPOSE,
)
from intake.domain.matter import Draft, PartyDraft
from intake.domain.words import PartyKind, PartyRole
from kernel.errors import FieldViolation
from kernel.ids import IdInvalid, parse_id
from lianxin.intake.v1 import case_pb2 as pb


def draft_from(message: pb.CaseDraft, path: str = "draft") -> Draft:
    """The draft; enum values this version does not know and impossible times are problems."""
    problems = list(_unknown(message, path))
    received = None
    if message.HasField("received_at"):
        received = instant(message.received_at)
        if received is None:
            problems.append(FieldViolation(f"{path}.received_at", "DATE_OUT_OF_RANGE"))
    return Draft(
        channel=CHANNEL.word(message.channel),
        identity=IDENTITY.word(message.identity),
        narrative=message.narrative.strip(),
        place_code=message.place_code,
        parties=tuple(party_from(party) for party in message.parties),
        requests=tuple(request.text.strip() for request in message.requests),
        place_text=message.place_text.strip(),
        received_at=received,
        source_system=message.source_system,
        source_no=message.source_no.strip(),
        category=message.category,
        purpose=PURPOSE.word(message.purpose),
        procedure=PROCEDURE.word(message.procedure),
        about_units=tuple(message.about_units),
        sealed_for=message.sealed_for,
        headcount=message.headcount,
        urgent=message.urgent,
        litigation_related=message.litigation_related,
        backlog=message.backlog,
        tags=tuple(message.tags),
        needs=tuple(message.needs),
        problems=tuple(problems),
    )


def _unknown(message: pb.CaseDraft, path: str) -> Iterable[FieldViolation]:
    known = {
        "channel": CHANNEL.known(message.channel),
        "identity": IDENTITY.known(message.identity),
        "purpose": PURPOSE.known(message.purpose),
        "procedure": PROCEDURE.known(message.procedure),
    }
    return [
        FieldViolation(f"{path}.{name}", "UNKNOWN_VALUE") for name, ok in known.items() if not ok
    ]


def party_from(message: pb.Party, role: PartyRole | None = None) -> PartyDraft:
    """A party; `role` overrides what the message says."""
    return PartyDraft(
        role=role or PARTY_ROLE.word(message.role),
        kind=PARTY_KIND.word(message.kind) or PartyKind.PERSON,
        name=message.name,
        phone=message.phone,
        living_place=message.living_place,
        household_place=message.household_place,
        safe_contact=message.safe_contact,
        unit_id=message.unit_id,
        help_flags=tuple(message.help_flags),
        party_id=_id(message.party_id),
        may_notify=MAY_NOTIFY.word(message.may_notify),
    )


def _id(text: str) -> UUID | None:
    try:
        return parse_id(text) if text else None
    except IdInvalid:
        return None
