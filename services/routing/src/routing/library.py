"""Keeps the node's knowledge up to date: from its files, from the parent, from other replicas."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from kernel import logs
from kernel.calendar import Calendar, Notice, apply_notices, read_notice
from kernel.clock import Clock
from kernel.directory import Directory, read_directory
from kernel.group_commit import Readers, Work, Writer
from kernel.identity import Caller, Kind
from kernel.regulation import parse_profile
from routing.commands.directory import AdoptDirectory, Adopted, LoadNotice, LoadProfile
from routing.handlers import publishing, relocation, rules
from routing.handlers.clocks import RecomputeDues
from routing.handlers.relocation import OrderRelocations
from routing.knowledge import Knowledge
from routing.node import Node
from routing.storage import knowledge as stored

_log = logs.get_logger()
T = TypeVar("T")
LOOK_S = 1.0
BATCH = 50


class Rules(msgspec.Struct, frozen=True):
    """Profiles and notices as they travel from a parent to its children."""

    profiles: list[str]
    notices: list[str]


@dataclass
class Library:
    """Everything that changes what the node knows goes through here."""

    node: Node
    knowledge: Knowledge
    writer: Writer
    readers: Readers
    clock: Clock
    may_move: Callable[[], bool] = lambda: True
    """Whether the counters of sites that moved away have gone before their cases."""

    async def open(self, regulations: Path, directory: Path | None) -> None:
        """Know what is stored, then what lies in the files of the installation and is new.

        Raises DirectoryInvalid, ProfileInvalid: a file cannot be used.
        """
        await self.knowledge.refresh()
        profiles = await asyncio.to_thread(_profiles_in, regulations)
        await self._write(rules.adopt, Adopted(profiles=profiles))
        if directory is not None and self.knowledge.version == 0:
            first = await asyncio.to_thread(_directory_in, directory)
            await self._write(publishing.adopt_directory, AdoptDirectory(first))
        await self.refresh()

    async def refresh(self) -> None:
        """Know what was published; do what follows from it."""
        if await self.knowledge.refresh():
            _log.info("knowledge_refreshed", version=self.knowledge.version)
        if self.knowledge.version:
            await self.apply_notices()
            await self.relocate()

    async def follow(self) -> None:
        """Look for what other replicas published, and for what is still owed, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_S)
            await self.refresh()

    async def directory_came(self, directory: Directory) -> None:
        """The parent has a newer directory."""
        await self._write(publishing.adopt_directory, AdoptDirectory(directory))
        await self.refresh()

    async def rules_came(self, content: bytes) -> None:
        """The parent's profiles and notices."""
        came = msgspec.json.decode(content, type=Rules)
        calendar = self.knowledge.workdays()
        command = Adopted(
            tuple(load_profile_of(text.encode()) for text in came.profiles),
            tuple(load_notice_of(text.encode(), calendar) for text in came.notices),
        )
        await self._write(rules.adopt, command)
        await self.refresh()

    async def apply_notices(self) -> None:
        """Compute open due dates again that a notice may have moved, case by case; repeatable."""
        for row in await self.readers.run(stored.notices_to_apply):
            moved, changed = 0, stored.days_of(row)
            for case_id in await self.readers.run(stored.cases_with_open_clocks):
                command = RecomputeDues(case_id, changed)
                moved += await self._write(rules.recompute_here, command, str(case_id))
            await self._write(rules.note_moved, (row["notice_id"], moved, True))

    async def relocate(self) -> None:
        """Order the relocation of cases whose unit moved to another node."""
        while self.may_move() and await self._order() == BATCH:
            continue

    async def _order(self) -> int:
        return await self._write(relocation.order_relocations, OrderRelocations(BATCH))

    async def _write(self, handler: Callable[..., T], command: Any, key: str = "directory") -> T:
        def handle(uow: Any, given: Any) -> T:
            return handler(uow, given, node=self.node)

        caller = Caller(Kind.SERVICE, f"{self.node.code}/routing")
        return await self.writer.perform(Work(handle, command, key=key, caller=caller))


def _profiles_in(folder: Path) -> tuple[LoadProfile, ...]:
    return tuple(load_profile_of(path.read_bytes()) for path in sorted(folder.glob("*.yaml")))


def _directory_in(file: Path) -> Directory:
    return read_directory(file.read_bytes())


def load_profile_of(content: bytes) -> LoadProfile:
    """A profile from its YAML. Raises ProfileInvalid."""
    return LoadProfile(parse_profile(content.decode("utf-8", "replace")), content)


def load_notice_of(content: bytes, calendar: Calendar) -> LoadNotice:
    """A notice from its YAML, and what it changes of this calendar. Raises NoticeInvalid."""
    notice: Notice = read_notice(content)
    effect = apply_notices(calendar, [notice])
    return LoadNotice(notice, content, effect.changed, len(effect.changed) + len(effect.settled))
