"""What the services of this node are still to be given of a received case."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from routing.domain import protocol
from routing.domain.parcel import ROUTING_PART, BlobName, PartContent
from routing.node import Node
from routing.steps.ground import Grant
from routing.storage import cases, floors, handoffs, sealed

Values = Mapping[str, Any]


class Due(NamedTuple):
    """A grant that is owed to a service, and the epoch from which it writes."""

    service: str
    epoch: int
    grant: Grant


class Owed(NamedTuple):
    """What a received hand-over owes within this node: grants, and files still to come."""

    grants: list[Due]
    files: list[Values]


def owed(connection: Any, node: Node, row: Values, now: datetime) -> Owed:
    """Everything that is owed; within a node the epoch granted is the one after the sealed."""
    lines = handoffs.parts_of(connection, row["handoff_id"])
    waiting = [line for line in lines if _owes_import(line)]
    files = [line for line in lines if line["blob_state"] == "owed"]
    if not waiting:
        return Owed([], files)
    unit, path = row["to_unit"], node.directory().path_of_unit(row["to_unit"])
    floor = floors.known(connection, row["case_id"])
    epoch = row["took"] or protocol.next_epoch(row["epoch"], floor)
    readers = cases.readers_now(connection, row["case_id"], now)
    opened = sealed.opener(connection, node, row["case_id"])
    grants = [
        Due(line["service"], epoch, Grant(unit, path, _part(line, opened), readers))
        for line in waiting
    ]
    return Owed(grants, files)


def _owes_import(line: Values) -> bool:
    return bool(line["import_state"] == "owed" and line["service"] != ROUTING_PART)


def _part(line: Values, opened: Callable[[bytes], bytes]) -> PartContent:
    content = opened(line["content"]) if line["content"] else b""
    blobs = tuple(BlobName(**blob) for blob in line["blobs"])
    return PartContent(line["service"], line["format"], content, blobs)
