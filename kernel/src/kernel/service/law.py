"""What a service counts by: profiles and workdays of the county, as routing of the node has them.

The shipped ones count until routing has answered once; from then on those it distributes do, and
the stored copy of them at a start without routing.
"""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import msgspec
from sqlalchemy import Connection, Table, select

from kernel import logs
from kernel.calendar import Calendar, apply_notices, read_notice, seed_calendar
from kernel.group_commit import Readers
from kernel.regulation import Profile, find_profile, load_profile, parse_profile
from kernel.service.copies import newest
from kernel.unit_of_work import UnitOfWork

_log = logs.get_logger()


class Rules(msgspec.Struct, frozen=True):
    """Texts of profiles and notices in the order of routing: of a name the last one is newest."""

    profiles: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def version(self) -> int:
        """How many were published: what is published never changes and is never taken back."""
        return len(self.profiles) + len(self.notices)


@dataclass(frozen=True, slots=True)
class Law:
    """Everything that is counted by, as of one moment. Immutable."""

    own: Profile
    """The newest version of the profile that cases here are pinned to."""
    calendar: Calendar
    newest: Mapping[str, Profile]
    pinned: Mapping[str, Profile]

    @classmethod
    def made_of(cls, name: str, profiles: Sequence[Profile], calendar: Calendar) -> Self:
        """The law of these profiles; of those with one id the last is newest."""
        newest = {one.id: one for one in profiles}
        pinned = {f"{one.id}@{one.version}": one for one in profiles}
        return cls(newest[name], calendar, newest, pinned)

    def of(self, pinned: str) -> Profile:
        """The profile a case is pinned to, `name@version`.

        A version that is not here gives way to the newest of its name, a name that is not here to
        the node's own.
        """
        by_name = self.newest.get(pinned.partition("@")[0], self.own)
        return self.pinned.get(pinned, by_name)


@dataclass(frozen=True, slots=True)
class Shipped:
    """The profiles that came with the installation; `name` is the id of the node's own."""

    name: str
    profiles: tuple[Profile, ...]

    @classmethod
    def read(cls, name: str, folder: Path) -> Self:
        """Those of a folder. Raises ProfileUnknown, ProfileInvalid."""
        own = find_profile(name, folder)
        return cls(own.id, tuple(map(load_profile, sorted(folder.glob("*.yaml")))))

    def law(self, rules: Rules) -> Law:
        """The law with what was distributed. Raises ProfileInvalid, NoticeInvalid."""
        came = [parse_profile(text) for text in rules.profiles]
        notices = [read_notice(text.encode()) for text in rules.notices]
        calendar = apply_notices(seed_calendar(), notices).calendar
        return Law.made_of(self.name, [*self.profiles, *came], calendar)


@dataclass(frozen=True, slots=True)
class Edition:
    """Rules as routing handed them out once: how much was published, SHA-256 in hexadecimal."""

    version: int
    digest: str
    law: Law


class LawBook:
    """Holds the law in force at this node; swapped as a whole, looking it up is free."""

    def __init__(self, copy: Table, shipped: Shipped) -> None:
        self._copy = copy
        self._shipped = shipped
        self._edition = Edition(0, "", shipped.law(Rules()))
        self.news = asyncio.Event()

    def current(self) -> Law:
        """What is counted by now."""
        return self._edition.law

    @property
    def version(self) -> int:
        """How much the county had published; 0 while only the shipped ones are known."""
        return self._edition.version

    @property
    def digest(self) -> str:
        """Of what routing handed out, SHA-256 in hexadecimal; "" before."""
        return self._edition.digest

    async def read(self, content: bytes) -> Edition:
        """What it says. Raises ProfileInvalid, NoticeInvalid: no law can be made of it."""
        rules = _read(content)
        law = await asyncio.to_thread(self._shipped.law, rules)
        return Edition(rules.version, hashlib.sha256(content).hexdigest(), law)

    def is_news(self, edition: Edition) -> bool:
        """Whether it is another than the one known, and no older."""
        return edition.digest != self.digest and edition.version >= max(self.version, 1)

    def take(self, edition: Edition) -> bool:
        """Count by it from now on, if it is news. Answers whether it was."""
        if not self.is_news(edition):
            return False
        self._edition = edition
        _log.info("rules_taken", version=edition.version)
        return True

    async def take_copy(self, readers: Readers) -> None:
        """Go by the copy of an earlier day, so that a start needs nobody else."""
        content = await readers.run(self._kept)
        if content is not None:
            self.take(await self.read(content))

    def _kept(self, connection: Connection) -> bytes | None:
        content = connection.execute(newest(self._copy)).scalar()
        return None if content is None else bytes(content)

    def published(self) -> None:
        """Routing has a new version: ask at once. Call on the event loop."""
        self.news.set()


def keep_rules(uow: UnitOfWork, copy: Table, content: bytes) -> None:
    """Keep the rules for the next start in place of those before; older ones change nothing."""
    version = _read(content).version
    kept = [number for (number,) in uow.query(select(copy.c.version))]
    if any(number > version for number in kept):
        return
    for number in kept:
        uow.delete(copy, version=number)
    uow.insert(copy, {"version": version, "content": content, "at": uow.now})


def _read(content: bytes) -> Rules:
    return msgspec.json.decode(content, type=Rules)
