"""Asking for the directory: on the word of who publishes it, and from time to time."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import grpc

from kernel import logs
from kernel.directory import read_directory
from kernel.errors import Refusal
from kernel.group_commit import InternalFault
from kernel.service.copies import KeepDirectory
from kernel.service.guide import Guide

_log = logs.get_logger()
EVERY_S, AT_FIRST_S = 60.0, 1.0


@dataclass(frozen=True, slots=True)
class Publication:
    """A directory as it was answered; no content when there is nothing newer."""

    version: int
    content: bytes


Ask = Callable[[int], Awaitable[Publication]]
"""Asks for the directory, naming the version that is known."""
Keep = Callable[[KeepDirectory], Awaitable[object]]
"""Commits a newer directory before anybody goes by it."""


async def follow_directory(guide: Guide, ask: Ask, keep: Keep) -> None:
    """Keep the guide and its stored copy up to date until cancelled."""
    while True:
        try:
            await _look(guide, ask, keep)
        except grpc.aio.AioRpcError as error:
            _log.info("directory_unanswered", code=error.code().name)
        except (Refusal, InternalFault) as error:  # the database is away or full: asked again
            _log.warning("directory_not_kept", why=type(error).__name__)
        guide.news.clear()
        try:
            await asyncio.wait_for(guide.news.wait(), EVERY_S if guide.version else AT_FIRST_S)
        except TimeoutError:
            continue


async def _look(guide: Guide, ask: Ask, keep: Keep) -> None:
    """What a new directory moves is committed before anybody acts by it."""
    answer = await ask(guide.version)
    if answer.content and answer.version > guide.version:
        await keep(KeepDirectory(answer.version, answer.content))
        guide.take(read_directory(answer.content))
