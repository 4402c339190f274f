"""What is on file of a mediation, and lists of mediations."""

from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.cases import MISSING
from lianxin.cli.errors import Remote
from lianxin.cli.files.units import Units
from lianxin.cli.mediating.acts import seen_of
from lianxin.cli.mediating.people import Registered, mediator_ids, register_of
from lianxin.cli.mediating.reading import file_of
from lianxin.cli.mediating.showing import file_data, show_file
from lianxin.cli.paging import listed
from lianxin.cli.params import Case, Limit
from lianxin.cli.plain import checked_code, enum_number, plain
from lianxin.cli.session import Session, connected
from lianxin.cli.words import say, word
from lianxin.mediation.v1 import casework_pb2, file_pb2, mediation_pb2

LINE = (
    "case_no",
    "mediation_state",
    "mediation_kind",
    "mediators",
    "next_session_at",
    "next_term_due_on",
    "holder_unit",
)


def show(
    case: Case, why: Annotated[str, typer.Option("--why", help=say("opt.unmask_why"))] = ""
) -> None:
    """Everything on file, and what is missing to close; the reading is on record."""
    with connected() as session:
        seen = seen_of(session, case)
        file = file_of(session, seen.case_id, why)
        asked = casework_pb2.GetCaseworkRequest(case_id=seen.case_id)
        work = session.ask(session.mediation.GetCasework(asked))
        data = file_data(file, _registered(session, seen.case_id), work)
        _name_joined(session, data["mediation"]["joined"])
    output.show(data, lambda: show_file(data))


def _name_joined(session: Session, joined: list[dict[str, Any]]) -> None:
    """Add to each joined body how it is called."""
    if joined:
        units = Units.of(session)
        for one in joined:
            one["unit_title"] = units.title(one["unit_id"])


def _registered(session: Session, case_id: str) -> Registered | None:
    """Who the parties are; None for somebody who may not read the registration."""
    try:
        return Registered(session, case_id)
    except Remote as error:
        if error.reason in {*MISSING, "DENIED"}:
            return None
        raise


def list_mediations(
    *,
    unit: Annotated[str, typer.Option("--unit", help=say("opt.own_unit"))] = "",
    everything: Annotated[bool, typer.Option("--all", help=say("opt.mediation_all"))] = False,
    state: Annotated[list[str] | None, typer.Option(help=say("opt.mediation_state"))] = None,
    kind: Annotated[str, typer.Option("--kind", help=say("opt.mediation_kind"))] = "",
    mediator: Annotated[str, typer.Option("--mediator", help=say("opt.mediator"))] = "",
    limit: Limit = 50,
) -> None:
    """Mediations of your unit, or of every unit below, newest first."""
    wanted = file_pb2.ListMediationsRequest(
        unit_id=unit,
        all=everything,
        states=[checked_code("mediation_state", one, "--state") for one in state or []],
        kind=enum_number(mediation_pb2.MediationKind.DESCRIPTOR, kind, "--kind"),
    )
    with connected() as session:
        called = _mediators(session)
        if mediator:
            wanted.mediator_id = mediator_ids(session, [mediator], "--mediator")[0]
        rpc = session.mediation_file.ListMediations
        lines, more = listed(session, rpc, wanted, limit, "mediations")
    data = {"mediations": [plain(one) for one in lines], "more": more}
    output.show(data, lambda: _people(data, called))


def _mediators(session: Session) -> dict[str, str]:
    """How mediators are called; nothing for somebody who may not read the register."""
    try:
        return {one.entry.mediator_id: one.entry.staff for one in register_of(session, ended=True)}
    except Remote as error:
        if error.reason != "DENIED":
            raise
        return {}


def _people(data: dict[str, Any], called: dict[str, str]) -> None:
    rows = []
    for one in data["mediations"]:
        head = one["mediation"]
        mediators = [called.get(each) or each for each in one["mediator_ids"]]
        rows.append(
            {
                **head,
                **one,
                "mediation_state": word("mediation_state", head["state"]),
                "mediation_kind": word("mediation_kind", head["kind"]),
                "mediators": mediators,
            }
        )
    output.table(rows, LINE)
    if data["more"]:
        output.line("more")
