"""Steps of the start that are the same in every service with case data."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from sqlalchemy import Table

from kernel.group_commit import Work
from kernel.holding import CasePart, EnterLife
from kernel.incarnation import RESTORED, Incarnation
from kernel.service.base import Base
from kernel.service.copies import KeepDirectory, keep_copy
from kernel.service.guide import Guide
from kernel.service.law import LawBook, Shipped, keep_rules
from kernel.unit_of_work import UnitOfWork


async def find_directory(base: Base, copy: Table, file: Path | None) -> Guide:
    """A copy or a file is enough to start; routing brings what is newer."""
    guide = Guide(copy)
    await guide.take_copy(base.readers)
    if file is not None:
        guide.take_file(file)
    return guide


async def find_law(base: Base, copy: Table, shipped: Shipped) -> LawBook:
    """The shipped profiles are enough to start; a copy is better, and routing brings the newest."""
    book = LawBook(copy, shipped)
    await book.take_copy(base.readers)
    return book


def keeps_rules(base: Base, copy: Table) -> Callable[[bytes], Awaitable[object]]:
    """Keeps newer rules for the next start."""

    def handler(uow: UnitOfWork, content: bytes) -> None:
        keep_rules(uow, copy, content)

    async def keep(content: bytes) -> None:
        await base.writer.perform(Work(handler, content, key="rules", traceparent=""))

    return keep


def keeps_copy(base: Base, copy: Table) -> Callable[[KeepDirectory], Awaitable[object]]:
    """Keeps a newer directory for the next start, where nothing else hangs on it."""

    def handler(uow: UnitOfWork, command: KeepDirectory) -> None:
        keep_copy(uow, copy, command)

    async def keep(command: KeepDirectory) -> None:
        await base.writer.perform(Work(handler, command, key="directory", traceparent=""))

    return keep


async def enter_life(base: Base, part: CasePart, life: Incarnation) -> None:
    """Whoever noticed the restore: every service of the node enters the new life."""
    command = EnterLife(life.number, life.id, life.reason == RESTORED)
    await base.writer.perform(Work(part.enter_life, command, traceparent=""))
