"""三调联动: another kind of mediation takes over, or joins."""

from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.files.units import Units
from lianxin.cli.mediating.acts import Given, MediationSeen, mediate
from lianxin.cli.params import Case
from lianxin.cli.plain import enum_number
from lianxin.cli.session import Session
from lianxin.cli.words import say, word
from lianxin.mediation.v1 import casework_pb2, joining_pb2, mediation_pb2

KIND = mediation_pb2.MediationKind.DESCRIPTOR
Which = Annotated[str, typer.Argument(metavar="KIND", help=say("opt.mediation_kind"))]
Body = Annotated[str, typer.Option("--unit", help=say("opt.joined_unit"))]


def kind(case: Case, to: Which) -> None:
    """Hand over to another kind of mediation without a new registration (三调联动)."""
    number = enum_number(KIND, to, "KIND")
    said = word("mediation_kind", to)
    mediate("mediation_kind", case, casework_pb2.SwitchKindRequest, kind=number)
    output.line("mediation.assign_next", kind=said)


def join(case: Case, which: Which, unit: Body) -> None:
    """Join a body of another kind to the mediation; the leading kind stays (联合调解)."""
    number = enum_number(KIND, which, "KIND")
    mediate("mediation_join", case, joining_pb2.JoinKindRequest, _body(unit), kind=number)


def leave(case: Case, which: Which, unit: Body) -> None:
    """Let a joined body go; mediators who were there by it are relieved."""
    number = enum_number(KIND, which, "KIND")
    mediate("mediation_leave", case, joining_pb2.LeaveKindRequest, _body(unit), kind=number)


def _body(unit: str) -> Given:
    def given(session: Session, _: MediationSeen) -> dict[str, Any]:
        return {"unit_id": Units.of(session).id_of(unit, "--unit")}

    return given
