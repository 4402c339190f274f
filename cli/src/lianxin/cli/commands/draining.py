"""Taking a node out of service, and back."""

from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.cases import new_request_id
from lianxin.cli.plain import plain
from lianxin.cli.session import Session, connected
from lianxin.cli.words import say
from lianxin.routing.v1 import node_pb2 as pb

Code = Annotated[str, typer.Argument(metavar="NODE", help=say("opt.own_node"))]
COUNTS = ("held", "arriving", "leaving", "unsent", "letters")
NAMES = ("children", "sites")


def drain(code: Code) -> None:
    """Refuse what is new, let go out what is here, and say what is left."""
    with connected() as session:
        request = pb.DrainNodeRequest(request_id=new_request_id(), node=code)
        session.ask(session.node.DrainNode(request))
        data = _standing(session, code)
    output.show(data, lambda: _people(data))


def undrain(code: Code) -> None:
    """Take part again."""
    with connected() as session:
        request = pb.UndrainNodeRequest(request_id=new_request_id(), node=code)
        session.ask(session.node.UndrainNode(request))
        data = _standing(session, code)
    output.show(data, lambda: output.line("done.undrain", **data))


def _standing(session: Session, code: str) -> dict[str, Any]:
    """What is left of the node, under its code: a login by addresses knows only these."""
    answer = session.ask(session.node.GetDrain(pb.GetDrainRequest()))
    return {"node": code, **plain(answer.drain)}


def _people(data: dict[str, Any]) -> None:
    output.line("drain.since", **data | {"since": output.local_time(data["since"])})
    for name in COUNTS:
        if int(data[name]):
            output.line(f"drain.{name}", count=data[name])
    for name in NAMES:
        if data[name]:
            output.line(f"drain.{name}", names=" ".join(data[name]))
    output.line("drain.removable" if data["removable"] else "drain.wait", **data)
