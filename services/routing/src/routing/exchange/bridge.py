"""What the doors of routing share: submitting commands in a caller's name, reading, the link."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from google.protobuf.message import Message

from kernel.group_commit import Answered, Readers, Work, Writer
from kernel.identity import Caller
from kernel.ids import parse_request_id
from kernel.interceptors import current_caller
from routing.errors import NodeFrozen
from routing.node import Node

T = TypeVar("T")
M = TypeVar("M", bound=Message)


@dataclass(frozen=True)
class Bridge:
    """Between a servicer and the handlers."""

    node: Node
    writer: Writer
    readers: Readers
    frozen: Callable[[], bool]

    async def write(
        self,
        request: Any,
        handler: Callable[..., T],
        command: Any,
        answer: Callable[[T], M],
        *,
        key: object = "",
    ) -> M:
        """Run a command of a person or system; a repeat of its request_id answers the same bytes.

        Raises NodeFrozen while the node reads only.
        """
        if self.frozen():
            raise NodeFrozen(node=self.node.code)
        caller: Caller = current_caller()
        work = Work(
            _with_node(handler, self.node),
            command,
            key=str(key or getattr(command, "case_id", "")),
            caller=caller,
            request_id=parse_request_id(request.request_id),
            answer=lambda result: answer(result).SerializeToString(),
            method=request.DESCRIPTOR.full_name,
            fingerprint=request.SerializeToString(deterministic=True),
        )
        result = await self.writer.submit(work)
        if isinstance(result, Answered):
            return _kind(answer).FromString(result.answer)
        return answer(result)

    async def peer(self, handler: Callable[..., T], command: Any, key: object) -> T:
        """Run a command of a neighbouring node, or of this node itself."""
        bound, caller = _with_node(handler, self.node), current_caller()
        work = Work(bound, command, key=str(key), caller=caller, urgent=True)
        result = await self.writer.submit(work)
        if isinstance(result, Answered):
            raise TypeError("a peer's command has no request id")
        return result

    async def read(self, query: Callable[..., T], *arguments: Any) -> T:
        """Run a query on a reader."""
        return await self.readers.run(lambda connection: query(connection, *arguments))


def _with_node(handler: Callable[..., T], node: Node) -> Callable[[Any, Any], T]:
    def handle(uow: Any, command: Any) -> T:
        return handler(uow, command, node=node)

    return handle


def _kind(answer: Callable[..., M]) -> type[M]:
    """The message type an answer function makes, from its return annotation."""
    kind: type[M] = answer.__annotations__["return"]
    return kind
