"""What routing tells the services of its node and the neighbouring nodes; no personal data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the resident's timeline."""

    case_id: UUID
    epoch: int
    n: int
    kind: str
    unit: str
    at: datetime
    body: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class HeaderChanged:
    """The header of a case changed; `row` is its row, `clocks` maps clock to `day|state|unit`."""

    row: Mapping[str, Any]
    clocks: Mapping[str, str]
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class CustodyChanged:
    """Who may write and read a case, for the services of this node."""

    row: Mapping[str, Any]
    readers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseStepped:
    """A step of the timeline, for the services of this node."""

    row: Mapping[str, Any]
    step: Step


@dataclass(frozen=True, slots=True)
class DuesChanged:
    """The date until which the holder owes the next act."""

    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class HandoverOffered:
    """A case waits for a child node to claim it."""

    row: Mapping[str, Any]
    handoff_id: UUID


@dataclass(frozen=True, slots=True)
class DirectoryPublished:
    """A new version of the directory is in force."""

    version: int
    path: str
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AccountsChanged:
    """Somebody was disabled, or has another password, other roles or another key."""

    at: datetime
