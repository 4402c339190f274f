"""What this node knows of the county: directory, profiles, workdays; offline as well as online."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import msgspec

from kernel.calendar import Calendar, apply_notices, read_notice, seed_calendar
from kernel.directory import Directory, read_directory
from kernel.directory.search import Gazetteer, places_of
from kernel.group_commit import Readers
from kernel.regulation import Profile, parse_profile
from routing.errors import DirectoryMissing, RegulationMissing
from routing.storage import knowledge as stored
from routing.storage.knowledge import Values

DEFAULT = "cn-2022"
"""The profile of a place that loaded none of its own."""


@dataclass(frozen=True)
class Regulation:
    """One version of a profile, and the text it was read from."""

    profile: Profile
    number: int
    content: bytes


@dataclass(frozen=True)
class Snapshot:
    """Everything the county has published, as of one moment. Immutable."""

    stamp: tuple[int, ...] = ()
    directory: Directory | None = None
    regulations: Mapping[str, Regulation] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=seed_calendar)
    notices: tuple[bytes, ...] = ()

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """Places by what people call them."""
        if self.directory is None:
            raise DirectoryMissing
        return Gazetteer(places_of(self.directory, date.today()))  # noqa: DTZ011 (validity by day)

    def newest(self, name: str) -> Regulation:
        """The newest version of a profile. Raises RegulationMissing."""
        versions = [r for r in self.regulations.values() if r.profile.id == name]
        if not versions:
            raise RegulationMissing(profile=name[:64])
        return max(versions, key=lambda regulation: regulation.number)


class Knowledge:
    """The newest snapshot; swapped as a whole, so that readers on any thread see one state."""

    def __init__(self, readers: Readers, default_profile: str = DEFAULT) -> None:
        self._readers = readers
        self.default_profile = default_profile
        self.snapshot = Snapshot()

    def directory(self) -> Directory:
        """The directory in force. Raises DirectoryMissing before the first one has come."""
        if self.snapshot.directory is None:
            raise DirectoryMissing
        return self.snapshot.directory

    @property
    def version(self) -> int:
        """Version of the directory; 0 before the first one has come."""
        directory = self.snapshot.directory
        return 0 if directory is None else directory.version

    def profile(self, pinned: str) -> Profile:
        """The profile a case is pinned to, `name@version`; a bare name means its newest version.

        Raises RegulationMissing: this node has not got that version yet; it will come.
        """
        name, _, version = (pinned or self.default_profile).partition("@")
        if not version:
            return self.snapshot.newest(name).profile
        known = self.snapshot.regulations.get(pinned)
        if known is None:
            raise RegulationMissing(profile=pinned[:100])
        return known.profile

    def workdays(self) -> Calendar:
        """The calendar with every notice loaded so far."""
        return self.snapshot.calendar

    def regulation(self, name: str, number: int = 0) -> Regulation:
        """A profile by name and number; empty name = the default, 0 = the newest."""
        newest = self.snapshot.newest(name or self.default_profile)
        if not number:
            return newest
        for found in self.snapshot.regulations.values():
            if found.profile.id == newest.profile.id and found.number == number:
                return found
        raise RegulationMissing(profile=name[:64], number=number)

    def rules(self) -> bytes:
        """All profiles and notices as one document, for a child node."""
        return msgspec.json.encode(
            {
                "profiles": [r.content.decode() for r in self.snapshot.regulations.values()],
                "notices": [notice.decode() for notice in self.snapshot.notices],
            },
        )

    async def refresh(self) -> bool:
        """Look at the database; True when something new was published."""
        stamp = await self._readers.run(stored.stamp)
        if stamp == self.snapshot.stamp:
            return False
        directory = await self._readers.run(stored.newest_directory)
        regulations = await self._readers.run(stored.regulations)
        notices = await self._readers.run(stored.notices)
        known = self.snapshot.regulations
        self.snapshot = Snapshot(
            stamp=stamp,
            directory=self._directory_of(directory),
            regulations=dict(_regulation(row, known) for row in regulations),
            calendar=_calendar(notices),
            notices=tuple(bytes(row["content"]) for row in notices),
        )
        return True

    def _directory_of(self, content: bytes | None) -> Directory | None:
        if content is None:
            return None
        came = read_directory(content)
        now = self.snapshot.directory
        return now if now is not None and now.version == came.version else came


def _regulation(row: Values, known: Mapping[str, Regulation]) -> tuple[str, Regulation]:
    pinned = f"{row['name']}@{row['version']}"
    before = known.get(pinned)
    if before is not None and before.profile.digest == row["digest"]:
        return pinned, before
    content = bytes(row["content"])
    return pinned, Regulation(parse_profile(content.decode(), row["name"]), row["number"], content)


def _calendar(rows: list[Values]) -> Calendar:
    if not rows:
        return seed_calendar()
    notices = [read_notice(bytes(row["content"])) for row in rows]
    return apply_notices(seed_calendar(), notices).calendar
