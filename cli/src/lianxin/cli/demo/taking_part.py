"""Who takes part in a mediation, as it was registered; organisations come by an agent."""

from collections.abc import Sequence
from typing import Any

from lianxin.cli.demo import acts
from lianxin.cli.demo.people import Clerk
from lianxin.common.v1 import case_pb2 as words
from lianxin.intake.v1 import intake_service_pb2 as intake
from lianxin.mediation.v1 import casework_pb2 as pb

SIDES = {
    words.PARTY_ROLE_APPLICANT: pb.SIDE_APPLICANT,
    words.PARTY_ROLE_RESPONDENT: pb.SIDE_RESPONDENT,
}
AGENT = "受托代理人（示例）"
"""Who comes for an organisation."""


def participants(parties: Sequence[Any]) -> list[pb.Participant]:
    """The two sides as registered, and the agent of an organisation."""
    people = [
        pb.Participant(
            party_id=one.party_id,
            side=SIDES[one.role],
            capacity=pb.CAPACITY_PARTY,
            unit_id=one.unit_id,
            organisation=one.kind == words.PARTY_KIND_ORGANISATION,
        )
        for one in parties
        if one.role in SIDES
    ]
    firm = next((one for one in people if one.organisation), None)
    agents = [one for one in parties if one.role == words.PARTY_ROLE_AGENT]
    if firm is None:
        return people
    return people + [
        pb.Participant(
            party_id=one.party_id,
            side=firm.side,
            capacity=pb.CAPACITY_AGENT,
            for_party_id=firm.party_id,
            may_settle=True,
        )
        for one in agents
    ]


def in_name(one: pb.Participant) -> pb.Signing.ValueType:
    """An organisation speaks and signs by its agent."""
    return pb.SIGNING_AGENT if one.organisation else pb.SIGNING_SELF


async def authorised(clerk: Clerk, case_id: str) -> None:
    """Somebody with authority to settle (特别授权) is put on file."""
    request = intake.AmendCaseRequest(case_id=case_id, why="authority_given")
    request.add_parties.add(role=words.PARTY_ROLE_AGENT, kind=words.PARTY_KIND_PERSON, name=AGENT)
    await acts.ask(clerk, clerk.intake.AmendCase, request)
