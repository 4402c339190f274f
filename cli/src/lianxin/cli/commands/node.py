"""Running a node and looking at it."""

import socket
from pathlib import Path
from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.errors import BadInput, CommandFailed
from lianxin.cli.params import Limit
from lianxin.cli.words import say

Config = Annotated[Path, typer.Option("--config", help=say("opt.config"))]
NODE_FILE = Path("node.yaml")
LINKS = ("peer", "direction", "connected", "unsent", "head", "cursor", "heard_at", "skew_ms")
STUCK = ("case_no", "state", "since", "tries", "last_reason", "handoff_id")
PARKED = ("at", "origin", "type", "reason", "event_id")


def up(config: Config = NODE_FILE) -> None:
    """Run a node in this process until SIGTERM or Ctrl-C."""
    _run(config, restored=False)


def restored(config: Config = NODE_FILE) -> None:
    """Run a node whose databases were put back: it reads only until it has compared."""
    output.line("node.restored")
    _run(config, restored=True)


def _run(file: Path, *, restored: bool) -> None:
    from kernel import logs  # noqa: PLC0415 (only a running node logs)
    from lianxin.cli.node import run_node  # noqa: PLC0415 (it brings every service with it)

    config = read_config(file)
    logs.configure()
    try:
        run_node(config, restored=restored)
    except* OSError as errors:
        raise CommandFailed("NODE_CANNOT_START", problem=_first(errors)) from None


def _first(errors: BaseExceptionGroup[Any]) -> str:
    found: BaseException = errors
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    return str(found)


def init(config: Config = NODE_FILE) -> None:
    """Make the node's keys and print the public ones, for the county's directory."""
    from lianxin.cli.node import identity_of  # noqa: PLC0415 (as above)

    found = read_config(config)
    identity = identity_of(found.keys)
    data = {
        "node": found.node,
        "public_key": identity.public_key,
        "nats_key": identity.nats_key,
        "keys": str(found.keys),
    }
    output.done("done.node_init", data)


def status() -> None:
    """Doors, links and stuck hand-overs of a node."""
    from lianxin.cli.plain import plain  # noqa: PLC0415 (a node that runs needs no client)
    from lianxin.cli.session import connected  # noqa: PLC0415 (as above)
    from lianxin.routing.v1.worklist_pb2 import LinkStatusRequest  # noqa: PLC0415 (as above)

    with connected() as session:
        answer = plain(session.ask(session.worklist.LinkStatus(LinkStatusRequest())))
        door = session.door
    doors = {
        name: {"address": address, "open": answers(address)}
        for name, address in door.services.items()
    }
    data = {"node": door.name, "doors": doors, **answer}
    output.show(data, lambda: _people(data))


def _people(data: dict[str, Any]) -> None:
    output.line("node.status", **data)
    for name, door in data["doors"].items():
        key = "node.door_open" if door["open"] else "node.door_shut"
        output.line(key, service=name, address=door["address"])
    output.table(data["links"], LINKS, title=say("node.links"))
    if data["stuck"]:
        output.table(data["stuck"], STUCK, title=say("node.stuck"))
    if data["frozen"]:
        output.line("node.frozen")


def parked(
    retry: Annotated[bool, typer.Option("--retry", help=say("opt.retry"))] = False,
    limit: Limit = 50,
) -> None:
    """Events that could not be applied; with --retry they are tried again."""
    from lianxin.cli.cases import new_request_id  # noqa: PLC0415 (as above)
    from lianxin.cli.plain import plain  # noqa: PLC0415 (as above)
    from lianxin.cli.session import connected  # noqa: PLC0415 (as above)
    from lianxin.routing.v1 import custody_pb2 as pb  # noqa: PLC0415 (as above)

    with connected() as session:
        if retry:
            request = pb.RetryParkedRequest(request_id=new_request_id())
            output.done("done.retried", plain(session.ask(session.custody.RetryParked(request))))
            return
        page = session.ask(
            session.custody.ListParked(pb.ListParkedRequest(page_size=min(limit, 200)))
        )
    answer = plain(page)
    output.show(answer, lambda: output.table(answer["parked"], PARKED))


def answers(address: str, timeout_s: float = 2.0) -> bool:
    """Whether something listens at `host:port`."""
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=timeout_s):
            return True
    except (OSError, ValueError):
        return False


def read_config(file: Path) -> Any:
    """The node file. Raises BadInput."""
    from lianxin.cli.node import NodeConfigInvalid, load_config  # noqa: PLC0415 (as above)

    try:
        return load_config(file)
    except NodeConfigInvalid as error:
        raise BadInput("NODE_FILE_INVALID", field="--config", problem=str(error)) from None
