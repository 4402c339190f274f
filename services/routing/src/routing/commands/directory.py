"""What the county publishes, and what a child node takes over from its parent."""

from dataclasses import dataclass
from datetime import date

from kernel.calendar import Notice
from kernel.directory import Directory
from kernel.regulation import Profile


@dataclass(frozen=True, slots=True)
class LoadDirectory:
    """Put a directory in force; `dry_run` only says what is odd about it."""

    directory: Directory
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class DelegateSite:
    """Host a site with its subtree on a node of its own; an empty node takes it back."""

    site: str
    node: str
    public_key: str = ""
    nats_key: str = ""


@dataclass(frozen=True, slots=True)
class CloseUnit:
    """End a unit; its successor takes over from the next day."""

    unit: str
    successor: str
    valid_to: date


@dataclass(frozen=True, slots=True)
class LoadNotice:
    """A year's holiday notice."""

    notice: Notice
    content: bytes
    changed: tuple[date, ...]
    days: int


@dataclass(frozen=True, slots=True)
class LoadProfile:
    """A version of a regulation profile."""

    profile: Profile
    content: bytes


@dataclass(frozen=True, slots=True)
class AdoptDirectory:
    """The parent's directory; taken when newer."""

    directory: Directory


@dataclass(frozen=True, slots=True)
class Adopted:
    """Profiles and notices that came from above or with the installation; known ones are left."""

    profiles: tuple[LoadProfile, ...] = ()
    notices: tuple[LoadNotice, ...] = ()
