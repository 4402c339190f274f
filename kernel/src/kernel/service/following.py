"""Asking for directory and rules: on the word of who publishes them, and from time to time."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

import grpc

from kernel import logs
from kernel.calendar import NoticeInvalid
from kernel.directory import read_directory
from kernel.errors import Refusal
from kernel.group_commit import InternalFault
from kernel.regulation import ProfileInvalid
from kernel.service.copies import KeepDirectory
from kernel.service.guide import Guide
from kernel.service.law import LawBook

_log = logs.get_logger()
EVERY_S, AT_FIRST_S = 10.0, 1.0
"""Seconds between two questions: what routing tells of comes to one replica of a service only."""


@dataclass(frozen=True, slots=True)
class Publication:
    """A directory as it was answered; no content when there is nothing newer."""

    version: int
    content: bytes


Ask = Callable[[int], Awaitable[Publication]]
"""Asks for the directory, naming the version that is known."""
Keep = Callable[[KeepDirectory], Awaitable[object]]
"""Commits a newer directory before anybody goes by it."""


AskRules = Callable[[str], Awaitable[bytes]]
"""Asks for the rules, naming the digest that is known; empty when there are no others."""
KeepRules = Callable[[bytes], Awaitable[object]]
"""Commits rules before anybody counts by them."""


async def follow_directory(guide: Guide, ask: Ask, keep: Keep) -> None:
    """Keep the guide and its stored copy up to date until cancelled."""
    while True:
        guide.news.clear()
        await _tried("directory", _look(guide, ask, keep))
        await _waited(guide.news, EVERY_S if guide.version else AT_FIRST_S)


async def follow_rules(book: LawBook, ask: AskRules, keep: KeepRules) -> None:
    """Keep the book and its stored copy up to date until cancelled."""
    while True:
        book.news.clear()
        await _tried("rules", _look_up(book, ask, keep))
        await _waited(book.news, EVERY_S if book.version else AT_FIRST_S)


async def _tried(what: str, look: Awaitable[None]) -> None:
    try:
        await look
    except grpc.aio.AioRpcError as error:
        _log.info(f"{what}_unanswered", code=error.code().name)
    except (Refusal, InternalFault) as error:  # the database is away or full: asked again
        _log.warning(f"{what}_not_kept", why=type(error).__name__)
    except (ProfileInvalid, NoticeInvalid) as error:  # of a newer release: what is known counts on
        _log.warning(f"{what}_not_understood", why=type(error).__name__)


async def _waited(news: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):  # not wait_for, which forgets to be cancelled when news come
        async with asyncio.timeout(seconds):
            await news.wait()


async def _look(guide: Guide, ask: Ask, keep: Keep) -> None:
    """What a new directory moves is committed before anybody acts by it."""
    answer = await ask(guide.version)
    if answer.content and answer.version > guide.version:
        await keep(KeepDirectory(answer.version, answer.content))
        guide.take(read_directory(answer.content))


async def _look_up(book: LawBook, ask: AskRules, keep: KeepRules) -> None:
    """Rules that a law can be made of are committed before anybody counts by them."""
    content = await ask(book.digest)
    if content and book.is_news(edition := await book.read(content)):
        await keep(content)
        book.take(edition)
