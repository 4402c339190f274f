"""What routing and intake answer of a matter, in the words of hearing."""

from datetime import date
from uuid import UUID

from hearing.convert.words import ROLE, colour_from, procedure_from
from hearing.domain.matter import Matter, RegisteredParty, Registration, Reviewed, Term
from hearing.domain.words import Role
from lianxin.common.v1 import case_pb2 as common
from lianxin.intake.v1 import registration_pb2
from lianxin.routing.v1 import custody_pb2, review_pb2

UNNAMED = frozenset({common.IDENTITY_MODE_WITHHELD, common.IDENTITY_MODE_ANONYMOUS})
REFERRED = frozenset({"sent", "received"})
"""A body that has answered or declined leaves the matter with its holder."""
RUNNING = frozenset({"running", "breached"})
OPEN = frozenset(
    {
        review_pb2.REVIEW_STATE_FORWARDING,
        review_pb2.REVIEW_STATE_DECIDING,
        review_pb2.REVIEW_STATE_PROPOSED,
    }
)
LEVELS = {
    review_pb2.REVIEW_LEVEL_REVIEW: "review",
    review_pb2.REVIEW_LEVEL_REREVIEW: "rereview",
}


def matter_from(custody: custody_pb2.Custody, review: Reviewed | None) -> Matter:
    """What routing knows of the case."""
    return Matter(
        case_no=custody.case_no,
        procedure=procedure_from(custody.procedure),
        category=custody.category,
        accepted=custody.HasField("accepted_at"),
        regulation=custody.regulation,
        registering_unit=custody.registering_unit,
        colour=colour_from(custody.colour),
        handlers=(custody.handler,) if custody.handler else (),
        earlier_units=_earlier(custody),
        terms=tuple(
            Term(due.clock, date.fromisoformat(due.due_on))
            for due in custody.dues
            if due.due_on and due.state in RUNNING
        ),
        review=review,
        litigation=custody.litigation,
        referred_to=tuple(one.outside_unit for one in custody.referrals if one.state in REFERRED),
    )


def _earlier(custody: custody_pb2.Custody) -> tuple[str, ...]:
    """Units that had the case before the one that holds it."""
    units = (one.from_unit for one in custody.handovers)
    return tuple(dict.fromkeys(unit for unit in units if unit not in {"", custody.holder_unit}))


def review_from(answer: review_pb2.GetReviewResponse) -> Reviewed | None:
    """The review that is under way, if one is."""
    open_ones = [one.review for one in answer.papers if one.review.state in OPEN]
    if not open_ones:
        return None
    return Reviewed(LEVELS.get(open_ones[-1].level, ""), open_ones[-1].body)


def registration_from(answer: registration_pb2.GetRegistrationResponse) -> Registration:
    """Parties by ids and codes; a role this version does not know is 'concerned'."""
    return Registration(
        parties=tuple(map(_party, answer.parties)),
        about_units=tuple(answer.about_units),
        flags=frozenset(answer.flags),
        named=answer.identity not in UNNAMED,
    )


def _party(one: registration_pb2.RegisteredParty) -> RegisteredParty:
    return RegisteredParty(
        UUID(one.party_id),
        ROLE.word(one.role) or Role.CONCERNED,
        organisation=one.kind == common.PARTY_KIND_ORGANISATION,
        unit_id=one.unit_id,
        minor=one.minor,
    )
