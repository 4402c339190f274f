"""A hearing is kept to what is registered: who takes part, whether the public may be there."""

from typing import Annotated

import typer

from lianxin.cli import output
from lianxin.cli.cases import new_request_id
from lianxin.cli.hearings.acts import hear, seen_of
from lianxin.cli.params import Case
from lianxin.cli.plain import enum_number, plain
from lianxin.cli.session import connected
from lianxin.cli.words import say, word
from lianxin.hearing.v1 import openness_pb2 as pb

Ground = Annotated[str, typer.Option("--ground", help=say("opt.hearing_private_ground"))]


def parties(case: Case) -> None:
    """Take over who is registered now; who comes late is called like the others."""
    with connected() as session:
        seen = seen_of(session, case)
        request = pb.FollowRegistrationRequest(request_id=new_request_id(), case_id=seen.case_id)
        data = plain(session.ask(session.hearing_openness.FollowRegistration(request)))

    def people() -> None:
        verb = "done.hearing_parties" if data["changed"] else "hearing.parties_same"
        output.line(verb, case_no=seen.case_no)
        for ground in data["never_public"]:
            output.line("hearing.never_public", why=word("private_ground", ground))

    output.show(data, people)


def private(case: Case, *, ground: Ground = "") -> None:
    """Hold a public hearing behind closed doors; everybody who was called is told once."""
    said = {"ground": enum_number(pb.PrivateGround.DESCRIPTOR, ground, "--ground")}
    hear("hearing_private", case, pb.HoldInPrivateRequest, **said)
