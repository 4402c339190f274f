"""What a service asks of routing as long as it lives, and what it hears from it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from kernel.consumer import EventHandler
from kernel.doors.accounts import AccountsAtRouting
from kernel.grpc_client import Line
from kernel.holding import NoteCustody
from kernel.links.envelope import LinkMessage
from kernel.service import (
    Accounts,
    Base,
    Guide,
    Heard,
    KeepDirectory,
    LawBook,
    Publication,
    follow_directory,
    follow_rules,
)
from kernel.unit_of_work import UnitOfWork
from lianxin.routing.v1 import directory_pb2, directory_pb2_grpc
from lianxin.routing.v1 import events_pb2 as events

ROUTING = "routing"
SUBJECTS = ("case.*.*.*.routing.>",)
DIRECTORY_PUBLISHED, ACCOUNTS_CHANGED = "routing.directory_published", "routing.accounts_changed"


def follow_routing(
    base: Base, guide: Guide, line: Line, keep: Callable[[KeepDirectory], Awaitable[object]]
) -> Accounts:
    """Ask routing for the directory, kept by `keep`, and for who may still come in."""
    accounts = Accounts(base.settings.node, base.ring, AccountsAtRouting(line), base.clock)
    base.app.add_worker("directory", partial(follow_directory, guide, directory_at(line), keep))
    base.app.add_worker("accounts", accounts.follow)
    return accounts


def directory_at(routing: Line) -> Callable[[int], Awaitable[Publication]]:
    """Asks routing for the directory, naming the version that is known."""
    stub: directory_pb2_grpc.DirectoryServiceAsyncStub = directory_pb2_grpc.DirectoryServiceStub(
        routing
    )

    async def ask(have: int) -> Publication:
        request = directory_pb2.GetDirectoryRequest(have_version=have)
        answer = await stub.GetDirectory(request)
        return Publication(answer.version, answer.content)

    return ask


def follow_law(
    base: Base, book: LawBook, line: Line, keep: Callable[[bytes], Awaitable[object]]
) -> None:
    """Ask routing for what the county distributes to count by, kept by `keep`."""
    base.app.add_worker("rules", partial(follow_rules, book, _rules_at(line), keep))


def _rules_at(routing: Line) -> Callable[[str], Awaitable[bytes]]:
    stub: directory_pb2_grpc.DirectoryServiceAsyncStub = directory_pb2_grpc.DirectoryServiceStub(
        routing
    )

    async def ask(have: str) -> bytes:
        return (await stub.GetRules(directory_pb2.GetRulesRequest(have_digest=have))).content

    return ask


def hear_routing(
    guide: Guide, book: LawBook, accounts: Accounts | None, own: Mapping[str, EventHandler]
) -> Heard:
    """Hear routing alone, and be heard by it: what every service does with its word, and `own`.

    Call it on the event loop. Handlers run in the writer's thread; types of event that nobody
    handles only move the cursor.
    """
    loop = asyncio.get_running_loop()

    def published(_uow: UnitOfWork, _message: LinkMessage) -> None:
        loop.call_soon_threadsafe(guide.published)  # at worst asks again: no commit is waited for
        loop.call_soon_threadsafe(book.published)  # whatever is published raises that version

    def changed(_uow: UnitOfWork, _message: LinkMessage) -> None:
        if accounts is not None:
            loop.call_soon_threadsafe(accounts.changed)  # likewise

    handlers = {DIRECTORY_PUBLISHED: published, ACCOUNTS_CHANGED: changed, **own}
    return Heard(SUBJECTS, (ROUTING,), frozenset({ROUTING}), handlers)


def custody_changed(note: Callable[[UnitOfWork, NoteCustody], Any]) -> Mapping[str, EventHandler]:
    """Who holds a case, noted by `note`."""

    def told(uow: UnitOfWork, message: LinkMessage) -> None:
        event = events.CustodyChanged.FromString(message.body)
        command = NoteCustody(
            UUID(event.case_id),
            event.epoch,
            event.state,
            event.holder_unit,
            event.holder_path,
            tuple(event.readers),
            event.ending,
        )
        note(uow, command)

    return {"routing.custody_changed": told}
