"""Sites, units and delegations."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.cases import new_request_id
from lianxin.cli.dates import iso_day
from lianxin.cli.errors import BadInput, Findings
from lianxin.cli.plain import plain
from lianxin.cli.session import connected
from lianxin.cli.words import say
from lianxin.routing.v1 import directory_pb2 as pb

SITES = ("id", "title", "tier", "parent", "codes", "phone", "valid_to", "successor")
UNITS = ("id", "site", "title", "kind", "competences", "valid_to", "successor")
PLACES = ("township", "title", "division_code", "site_id", "score")


def load(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=say("opt.directory_file"))],
    dry_run: Annotated[bool, typer.Option("--dry-run", help=say("opt.dry_run"))] = False,
) -> None:
    """Load a new version at the county node; findings are listed."""
    with connected() as session:
        request = pb.LoadDirectoryRequest(
            request_id=new_request_id(), content=content_of(file), dry_run=dry_run
        )
        answer = plain(session.ask(session.directory.LoadDirectory(request)))
    output.done("done.directory_checked" if dry_run else "done.directory_load", answer)
    if dry_run and answer["findings"]:
        raise Findings("DIRECTORY_FINDINGS")


def show_directory(
    search: Annotated[str, typer.Argument(metavar="TEXT", help=say("opt.directory_search"))] = "",
) -> None:
    """The directory of this node: sites and units, those with TEXT in id, title or code."""
    with connected() as session:
        answer = session.ask(session.directory.GetDirectory(pb.GetDirectoryRequest()))
    content: dict[str, Any] = json.loads(answer.content) if answer.content else {}
    shown = {
        name: [entry for entry in content.get(name, []) if _fits(entry, search)]
        for name in ("sites", "units", "outside", "delegations")
    }
    data = {"version": answer.version, **shown}
    output.show(data, lambda: _people(data))


def _fits(entry: dict[str, Any], text: str) -> bool:
    words = [entry.get("id"), entry.get("title"), entry.get("site"), *entry.get("codes", [])]
    return not text or any(text in str(word) for word in words if word)


def _people(data: dict[str, Any]) -> None:
    output.line("directory.version", version=data["version"])
    output.table(data["sites"], SITES, title=say("directory.sites"))
    output.table(data["units"], UNITS, title=say("directory.units"))
    if data["delegations"]:
        output.table(data["delegations"], ("site", "node"), title=say("directory.delegations"))


def place(text: Annotated[str, typer.Argument(metavar="TEXT", help=say("opt.place"))]) -> None:
    """Find a place by spoken name, alias, pinyin or code."""
    with connected() as session:
        request = pb.ResolvePlaceRequest(text=text)
        answer = plain(session.ask(session.directory.ResolvePlace(request)))
    output.show(answer, lambda: output.table(answer["places"], PLACES))


def delegate(
    site: Annotated[str, typer.Argument(metavar="SITE", help=say("opt.site"))],
    node: Annotated[str, typer.Option("--node", help=say("opt.delegate_node"))],
    public_key: Annotated[str, typer.Option("--public-key", help=say("opt.public_key"))] = "",
    nats_key: Annotated[str, typer.Option("--nats-key", help=say("opt.nats_key"))] = "",
) -> None:
    """Move a site to a node of its own; its cases follow one by one."""
    with connected() as session:
        request = pb.DelegateSiteRequest(
            request_id=new_request_id(),
            site_id=site,
            node=node,
            node_public_key=public_key,
            node_nats_key=nats_key,
        )
        answer = plain(session.ask(session.directory.DelegateSite(request)))
    leaving, forgotten = answer["nodes_leaving"], answer["nodes_forgotten"]
    nodes = " ".join(leaving or forgotten)
    output.done(_done(node, leaving, forgotten), answer, site=site, node=node, nodes=nodes)


def _done(node: str, leaving: list[str], forgotten: list[str]) -> str:
    """Which sentence tells the outcome of a delegation."""
    if node:
        return "done.delegate"
    if leaving:
        return "done.take_back"
    return "done.forgotten" if forgotten else "done.nothing_delegated"


def close_unit(
    unit: Annotated[str, typer.Argument(metavar="UNIT", help=say("opt.unit"))],
    last_day: Annotated[str, typer.Option("--last-day", help=say("opt.last_day"))],
    successor: Annotated[str, typer.Option("--successor", help=say("opt.unit_successor"))] = "",
) -> None:
    """Close a unit with a successor."""
    valid_to = iso_day(last_day, "--last-day")
    with connected() as session:
        request = pb.CloseUnitRequest(
            request_id=new_request_id(), unit_id=unit, successor=successor, valid_to=valid_to
        )
        answer = session.ask(session.directory.CloseUnit(request))
    output.done("done.close_unit", plain(answer), unit=unit)


def content_of(file: Path) -> bytes:
    """The bytes of a file.

    Raises:
        BadInput: it cannot be read.
    """
    try:
        return file.read_bytes()
    except OSError:
        raise BadInput("FILE_UNREADABLE", field="FILE", file=file.name) from None
