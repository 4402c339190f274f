"""A collective matter as a command."""

from intake import commands
from intake.convert.drafts import party_from
from intake.convert.fields import Fields
from intake.domain.matter import HEADCOUNT, PARTIES
from intake.domain.words import Mandate, PartyRole
from kernel.errors import FieldViolation
from lianxin.intake.v1 import intake_service_pb2 as pb

CASES = 200


def link_group(request: pb.LinkGroupRequest) -> commands.LinkGroup:
    """A collective matter. Representatives need a name and a mandate."""
    fields = Fields()
    for name, count, most in (
        ("representatives", len(request.representatives), PARTIES),
        ("members", len(request.members), PARTIES),
        ("case_ids", len(request.case_ids), CASES),
    ):
        fields.most(name, count, most)
    representatives = tuple(
        party_from(one.party, PartyRole.REPRESENTATIVE) for one in request.representatives
    )
    members = tuple(party_from(one.party, PartyRole.MEMBER) for one in request.members)
    for name, parties in (("representatives", representatives), ("members", members)):
        for number, party in enumerate(parties):
            fields.add(party.violations(f"{name}[{number}].party"))
    for number, party in enumerate(representatives):
        if not party.name.strip():
            fields.add([FieldViolation(f"representatives[{number}].party.name", "REQUIRED")])
    if not 0 <= request.headcount <= HEADCOUNT:
        fields.add([FieldViolation("headcount", "TOO_LARGE", HEADCOUNT)])
    command = commands.LinkGroup(
        case_id=fields.id("case_id", request.case_id),
        seen=fields.seen("seen", request.seen),
        headcount=request.headcount,
        representatives=representatives,
        members=members,
        mandate=_mandate(fields, request),
        case_ids=tuple(
            fields.id(f"case_ids[{number}]", one) for number, one in enumerate(request.case_ids)
        ),
    )
    fields.check()
    return command


def _mandate(fields: Fields, request: pb.LinkGroupRequest) -> Mandate | None:
    if not request.mandate and not request.representatives:
        return None
    return fields.named("mandate", Mandate, request.mandate)
