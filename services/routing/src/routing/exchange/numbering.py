"""Case-number counters of sites that the directory moved: they go before the cases do.

Intake decides who counts; here its counters are carried over the link that the child dials. Each
call may be repeated after a crash at any point: a release answers the same for ever, an adoption
ends one wait only.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import grpc
import structlog

from lianxin.exchange.v1 import case_exchange_pb2 as pb
from lianxin.exchange.v1 import case_part_pb2 as part_pb
from routing.errors import DirectoryBehind, SiteElsewhere
from routing.node import Node

LOOK_S = 1.0
MOST = 200
log = structlog.get_logger(__name__)


class Counting(Protocol):
    """Intake of this node, as far as it counts."""

    async def numbering(self) -> part_pb.ListNumberingResponse:
        """The directory it goes by, and what it waits for."""

    async def release_numbering(
        self, site: str, node: str, version: int
    ) -> part_pb.ReleaseNumberingResponse:
        """Stop counting for a site; its counters."""

    async def adopt_numbering(self, site: pb.SiteNumbering, version: int) -> bool:
        """Count on; True when nothing is waited for any more."""


class Above(Protocol):
    """The parent, as far as counters go."""

    async def take_numbering(self, version: int, sites: list[str]) -> list[pb.SiteNumbering]:
        """Counters of sites that live at this node or below it now."""

    async def give_numbering(self, numbering: pb.SiteNumbering, version: int) -> bool:
        """Counters of a site that the parent has taken back."""


@dataclass
class Numbering:
    """What intake waits for, as last seen, and how it is brought."""

    node: Node
    counting: Counting
    version: Callable[[], int]
    """Version of the directory that routing goes by."""
    standing: part_pb.ListNumberingResponse = field(default_factory=part_pb.ListNumberingResponse)

    async def run(self) -> None:
        """Look until cancelled; once intake goes by the newest directory, only while it waits."""
        while True:
            try:
                if not self.settled() or self.standing.awaited:
                    await self.look()
            except grpc.aio.AioRpcError as error:
                log.info("numbering_unanswered", code=error.code().name)
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        """Ask intake where the counters stand."""
        self.standing = await self.counting.numbering()

    def settled(self) -> bool:
        """Whether intake refuses registrations for every site that has moved away."""
        return 0 < self.version() <= self.standing.directory_version

    def wishes(self, child: str) -> list[pb.NumberingWish]:
        """Sites whose counters a child still has to give back."""
        return [
            pb.NumberingWish(site_id=wait.site_id, directory_version=wait.directory_version)
            for wait in self.standing.awaited
            if wait.from_node == child
        ]

    async def take(self, above: Above) -> None:
        """Bring what is waited for from the parent."""
        waits = {w.site_id: w for w in self.standing.awaited if not w.from_node}
        if not waits:
            return
        for site in await above.take_numbering(self.version(), sorted(waits)[:MOST]):
            version = waits[site.site_id].directory_version
            if await self.counting.adopt_numbering(site, version):
                log.info("numbering_taken", unit=site.site_id)
        await self.look()

    async def give(self, above: Above, wishes: list[pb.NumberingWish]) -> None:
        """Give back what the parent asks for, once this node's own directory says so too."""
        parent = self.node.parent or ""
        for wish in wishes:
            if self.node.hosts(wish.site_id):
                continue
            released = await self.release(wish.site_id, parent, wish.directory_version)
            if released is None:
                continue
            if await above.give_numbering(released, wish.directory_version):
                log.info("numbering_given", unit=wish.site_id)

    async def hand_out(self, child: str, version: int, sites: list[str]) -> list[pb.SiteNumbering]:
        """A child asks: what is known of each site that lives with it or below it.

        Raises:
            DirectoryBehind: the child goes by a newer directory.
            SiteElsewhere: a site lives elsewhere.
        """
        directory = self.node.directory()
        if version > directory.version:
            raise DirectoryBehind(version=directory.version)
        for site in sites:
            host = directory.node_of(site) if site in directory.sites else ""
            if host != child and not (host and directory.is_below(host, child)):
                raise SiteElsewhere(site=site[:64], node=child)
        asked = [await self.release(site, child, directory.version) for site in sites]
        return [answer for answer in asked if answer is not None]

    async def release(self, site: str, node: str, version: int) -> pb.SiteNumbering | None:
        """The counters of a site for the node that takes it; None while they are still to come."""
        answer = await self.counting.release_numbering(site, node, version)
        if answer.awaited:
            return None
        return pb.SiteNumbering(
            site_id=site,
            counters=answer.counters,
            mark=answer.mark,
            mark_until=answer.mark_until,
            elsewhere=answer.elsewhere,
        )

    async def take_back(self, child: str, given: pb.SiteNumbering, version: int) -> bool:
        """A child gives what it was asked for; what nobody waits for (any more) is not taken."""
        await self.look()
        if given.site_id not in {wish.site_id for wish in self.wishes(child)}:
            return True
        adopted = await self.counting.adopt_numbering(given, version)
        await self.look()
        return adopted
