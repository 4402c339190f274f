"""Which node a command speaks to."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lianxin.cli import home, invocation
from lianxin.cli.errors import BadInput

USED_LAST = "node.json"
SERVICES = ("intake", "routing", "mediation", "hearing")
ADDRESS = re.compile(r"[^\s:]+(:[^\s:]+)*:\d{1,5}")
NAMED_BY = {
    "intake": "--intake",
    "routing": "--routing",
    "mediation": "--mediation-address",
    "hearing": "--hearing-address",
}
"""Options by which a service is named. `--hearing` is an option of `mediation find`."""
LATER = ("mediation", "hearing")
"""Services that a node which ran before them has no address of."""


@dataclass(frozen=True, slots=True)
class NodeDoor:
    """The doors of a node; `name` is its code, or its address when only that is known."""

    name: str
    intake: str
    routing: str
    data: Path | None = None
    mediation: str = ""
    hearing: str = ""
    """These are empty when only the addresses of intake and routing are known."""
    ca: str = ""
    """File of CA certificates by which the doors are known; empty = they are not locked."""

    @property
    def services(self) -> dict[str, str]:
        """The services whose address is known."""
        known = {name: getattr(self, name) for name in SERVICES}
        return {name: address for name, address in known.items() if address}

    @property
    def file_name(self) -> str:
        """A name for files kept per node."""
        return re.sub(r"[^A-Za-z0-9_-]", "_", self.name)


def node_door() -> NodeDoor:
    """The node named on the command line or by LIANXIN_NODE, else the one logged in to last.

    Raises:
        BadInput: none is known, or its folder holds no node.
    """
    said = invocation.current()
    door = _named_or_last()
    if said.ca is None:
        return door
    return replace(door, ca=str(Path(said.ca).resolve()) if said.ca else "")


def _named_or_last() -> NodeDoor:
    said = invocation.current()
    if said.node_data is not None:
        return from_folder(said.node_data)
    if said.intake or said.routing:
        return _from_addresses(said)
    last = home.read(home.folder() / USED_LAST)
    if last is None:
        raise BadInput("NODE_UNKNOWN", field="--node-data")
    data = last.get("data")
    if data and (Path(data) / USED_LAST).exists():
        return from_folder(Path(data))
    return _remembered(last)


def from_folder(data: Path) -> NodeDoor:
    """The embedded node that lives in this folder, or in its `data`."""
    for folder in (data, data / "data"):
        file = folder / USED_LAST
        if file.exists():
            found = json.loads(file.read_text(encoding="utf-8"))
            doors = (found["node"], found["intake"], found["routing"])
            return NodeDoor(*doors, folder.resolve(), **_later(found))
    raise BadInput("NODE_FOLDER_EMPTY", field="--node-data", folder=data)


def remember(door: NodeDoor) -> None:
    """Use this node from now on when none is named."""
    home.keep(
        home.folder() / USED_LAST,
        {
            "name": door.name,
            "intake": door.intake,
            "routing": door.routing,
            **{name: getattr(door, name) for name in LATER},
            "data": str(door.data) if door.data else "",
            "ca": door.ca,
        },
    )


def _remembered(last: Mapping[str, Any]) -> NodeDoor:
    return NodeDoor(last["name"], last["intake"], last["routing"], None, **_later(last))


def _later(kept: Mapping[str, Any]) -> dict[str, str]:
    return {name: kept.get(name, "") for name in (*LATER, "ca")}


def _from_addresses(said: invocation.Invocation) -> NodeDoor:
    """The node at these addresses; of those not said, what was kept at the login there."""
    for name in SERVICES:
        address = getattr(said, name)
        if (address or name not in LATER) and not ADDRESS.fullmatch(address):
            raise BadInput("ADDRESS_INVALID", field=NAMED_BY[name])
    door = NodeDoor(said.routing, said.intake, said.routing)
    last = home.read(home.folder() / USED_LAST)
    if last is not None and (last["intake"], last["routing"]) == (said.intake, said.routing):
        door = replace(_remembered(last), name=said.routing)
    later = {name: address for name in LATER if (address := getattr(said, name))}
    return replace(door, **later)
