"""What intake says of a registration, in the words of mediation."""

from uuid import UUID

from kernel.wording import Words
from lianxin.common.v1 import case_pb2 as common
from lianxin.intake.v1 import registration_pb2 as pb
from mediation.domain.registration import RegisteredParty, Registration, Role

ROLE = Words(common.PartyRole, "PARTY_ROLE", Role)


def registration_from(answer: pb.GetRegistrationResponse) -> Registration:
    """Parties and requests by ids and codes; a role this version does not know is 'concerned'."""
    return Registration(
        parties=tuple(map(_party, answer.parties)),
        requests=tuple(answer.request_nos),
        about_units=tuple(answer.about_units),
        flags=frozenset(answer.flags),
        category=answer.category,
        green_channel=answer.green_channel,
        anonymous=answer.identity == common.IDENTITY_MODE_ANONYMOUS,
    )


def _party(one: pb.RegisteredParty) -> RegisteredParty:
    return RegisteredParty(
        UUID(one.party_id),
        ROLE.word(one.role) or Role.CONCERNED,
        organisation=one.kind == common.PARTY_KIND_ORGANISATION,
        unit_id=one.unit_id,
        minor=one.minor,
    )
