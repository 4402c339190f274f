"""How the links stand, for an operator."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from kernel.instants import stamp
from lianxin.routing.v1 import worklist_pb2 as pb
from routing.storage.standing_links import Links, led_on

Values = Mapping[str, Any]


def links_out(
    links: Links,
    parent: str,
    children: Collection[str],
    connected: Callable[[str], bool],
    heard: Callable[[str], datetime | None],
) -> pb.LinkStatusResponse:
    """Each end of a link, and the hand-overs that wait; none of children that were forgotten."""
    answer = pb.LinkStatusResponse(parked=links.parked)
    for end in (end for end in links.ends if led_on(end["name"], children)):
        direction, _, child = end["name"].partition(".")
        peer = child or (parent if direction == "up" else end["name"])
        link = answer.links.add(
            peer=peer,
            direction=direction,
            unsent=links.unsent.get(end["name"], 0),
            head=end["head"],
            cursor=_cursor(links, end),
            connected=connected(end["name"]),
        )
        _heard(link, links.peers.get(peer), heard(end["name"]))
    answer.stuck.extend(_stuck(row) for row in links.waiting)
    return answer


def _cursor(links: Links, end: Values) -> int:
    """What every receiver of this life of the link is known to have."""
    numbers = [
        row["confirmed_no"]
        for row in links.confirmed
        if row["link"] == end["name"] and row["incarnation"] == end["incarnation"]
    ]
    return min(numbers, default=0)


def _heard(link: pb.Link, peer: Values | None, heard: datetime | None) -> None:
    """When the peer last spoke: to this process, else as its row says."""
    if peer is not None:
        link.skew_ms = peer["skew_ms"]
        link.held = bool(link.direction == "down" and peer["claimed_incarnation"])
        heard = heard or peer["heard_at"]
    if heard is not None:
        link.heard_at.CopyFrom(stamp(heard))


def _stuck(row: Values) -> pb.Stuck:
    return pb.Stuck(
        handoff_id=str(row["handoff_id"]),
        case_id=str(row["case_id"]),
        case_no=row["case_no"],
        state=row["state"],
        since=stamp(row["at"]),
        tries=row["tries"],
        last_reason=row["last_reason"],
    )
