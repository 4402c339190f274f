"""What handlers know of the node they run in."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime

from kernel.calendar import Calendar
from kernel.clock import SHANGHAI
from kernel.directory import Directory
from kernel.regulation import Profile
from kernel.sealing import NodeKey
from routing.domain.retention import Retention
from routing.errors import DirectoryMissing
from routing.retention import shipped


@dataclass(frozen=True)
class Node:
    """The node: its code, its services, and what it currently knows.

    `directory`, `profile` and `workdays` give the newest version known at the moment of the call;
    `profile` takes the name@version a case is pinned to.
    """

    code: str
    services: tuple[str, ...]
    directory: Callable[[], Directory]
    profile: Callable[[str], Profile]
    workdays: Callable[[], Calendar]
    keys: NodeKey
    retention: Retention = field(default_factory=shipped)

    @property
    def parent(self) -> str | None:
        """The node one delegation up; None at the county's."""
        return self.directory().parent_node(self.code)

    def hosts(self, unit_id: str) -> bool:
        """Whether a unit is hosted here."""
        return self.directory().node_of(unit_id) == self.code

    def children(self) -> list[str]:
        """Nodes right below this one, also those that are closing; none before a directory came."""
        try:
            return self.directory().child_nodes(self.code)
        except DirectoryMissing:
            return []

    def today(self, now: datetime) -> date:
        """The calendar day in Asia/Shanghai."""
        return now.astimezone(SHANGHAI).date()


def others(node: Node, services: Collection[str]) -> tuple[str, ...]:
    """The services of the node besides these."""
    return tuple(service for service in node.services if service not in services)
