"""Asking another service of the node: what it does not answer is refused in this one's words."""

from collections.abc import Awaitable
from typing import TypeVar

import grpc

from kernel.errors import Refusal

T = TypeVar("T")


async def answer_of(call: Awaitable[T], *, away: Refusal) -> T:
    """What the other service answers. Raises `away` when it does not, or refuses."""
    try:
        return await call
    except grpc.aio.AioRpcError:
        raise away from None


async def known_of(call: Awaitable[T], *, away: Refusal) -> T | None:
    """What it answers, None where it does not know what is asked for. Raises `away` as above."""
    try:
        return await call
    except grpc.aio.AioRpcError as error:
        if error.code() is grpc.StatusCode.NOT_FOUND:
            return None
        raise away from None
