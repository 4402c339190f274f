"""What steps stand on: the writer, the readers, the services of the node, the way to the parent."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from uuid import UUID

from kernel.clock import Clock
from kernel.group_commit import Answered, Readers, Work, Writer
from kernel.identity import Caller, Kind
from routing.domain.parcel import Parcel, PartContent
from routing.node import Node

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Released:
    """A service's answer to Release."""

    released: bool
    last_fact_no: int
    reason: str
    part: PartContent | None = None
    """The part, when it came with the answer; else it has to be exported."""


class PartDoor(Protocol):
    """The CasePart of one service of this node."""

    async def release(self, handoff_id: UUID, case_id: UUID, epoch: int) -> Released:
        """Lock the case under the hand-over's id."""

    async def keep(self, row: Mapping[str, Any], epoch: int, unit: str, path: str) -> None:
        """Unlock it; the epoch is the one that goes on."""

    async def export(self, handoff_id: UUID, case_id: UUID) -> PartContent:
        """The part of a locked case."""

    async def import_part(self, row: Mapping[str, Any], epoch: int, grant: "Grant") -> None:
        """Store a part and grant the right to write."""

    async def start_grant(self, case_id: UUID, epoch: int, unit: str, path: str) -> None:
        """Grant a case that came without a hand-over; repeated without harm."""

    async def end_grant(self, case_id: UUID, epoch: int, ending: str) -> None:
        """The case ended: nobody writes any more."""

    async def erase(self, case_id: UUID) -> None:
        """Destroy what was said of people in it; repeated without harm."""


@dataclass(frozen=True, slots=True)
class Grant:
    """To whom a service grants writing, and with what content."""

    unit: str
    path: str
    part: PartContent
    readers: tuple[str, ...]


class ParentDoor(Protocol):
    """The CaseExchange of the parent node."""

    async def deliver(self, parcel: Parcel) -> tuple[str, str]:
        """Outcome and reason."""

    async def claim(self, handoff_id: UUID) -> Parcel | None:
        """The parcel; None when it is gone."""

    async def confirm(self, handoff_id: UUID) -> None:
        """Tell that it is stored."""

    async def cancel(self, handoff_id: UUID, case_id: UUID, epoch: int) -> str:
        """RECEIVED or VOID."""

    async def push_blob(self, case_id: str, sha256: str, size: int) -> bool:
        """Bring a file up; True when it is whole there."""

    async def pull_blob(self, case_id: str, sha256: str) -> bool:
        """Fetch a file; True when it is whole here."""

    def pinned(self, node: str) -> "ParentDoor":
        """The same door for calls that the parent passes on to a node above it."""


class OtherLink(Exception):
    """The row belongs to a link that this node no longer has; the operator has to mend it."""

    reason = "OTHER_LINK"


class NoParent(Exception):
    """The county node has nobody above."""

    reason = "NO_PARENT"


@dataclass(frozen=True)
class Ground:
    """The hands of a step."""

    node: Node
    writer: Writer
    readers: Readers
    clock: Clock
    parts: Mapping[str, PartDoor]
    parent: ParentDoor | None

    def door_to(self, node: str) -> ParentDoor:
        """The way to the node that a hand-over row is pinned to, whoever the parent is by now.

        Raises:
            NoParent: this node has nobody above.
            OtherLink: that node is not above this one any more.
        """
        own, directory = self.node, self.node.directory()
        if self.parent is None:
            raise NoParent
        if own.parent == node:
            return self.parent
        if not directory.is_below(own.code, node):
            raise OtherLink
        return self.parent.pinned(node)

    async def write(self, handler: Callable[..., T], command: Any, key: str) -> T:
        """Run a handler of this service in the name of the service itself."""
        caller = Caller(Kind.SERVICE, f"{self.node.code}/routing")
        work = Work(handler, command, key=key, caller=caller, urgent=True)
        result = await self.writer.submit(work)
        if isinstance(result, Answered):
            raise TypeError("a step has no request id")
        return result


Step = Callable[[Ground, Mapping[str, Any]], Awaitable[None]]
