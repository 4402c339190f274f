"""Answers that show a secret once: what is stored for repeats of the request leaves it out."""

from collections.abc import Callable
from typing import Any, TypeVar

from google.protobuf.message import Message

from kernel.group_commit import Answered, Work
from kernel.ids import parse_request_id
from kernel.interceptors import current_caller
from routing.errors import NodeFrozen
from routing.exchange.bridge import Bridge

M = TypeVar("M", bound=Message)


async def once(
    bridge: Bridge,
    request: Any,
    handler: Callable[..., object],
    command: Any,
    *,
    kept: M,
    secret: M,
) -> M:
    """Run a command; the first answer is `kept` with `secret` merged in, every repeat `kept`.

    `request` goes into the fingerprint of the request, so it must hold no password.
    """
    if bridge.frozen():
        raise NodeFrozen(node=bridge.node.code)

    def handle(uow: Any, given: Any) -> None:
        handler(uow, given, node=bridge.node)

    work = Work(
        handle,
        command,
        key="staff",
        caller=current_caller(),
        request_id=parse_request_id(request.request_id),
        answer=lambda _: kept.SerializeToString(),
        method=request.DESCRIPTOR.full_name,
        fingerprint=request.SerializeToString(deterministic=True),
    )
    result = await bridge.writer.submit(work)
    answer = type(kept)()
    answer.CopyFrom(kept)
    if not isinstance(result, Answered):
        answer.MergeFrom(secret)
    return answer
