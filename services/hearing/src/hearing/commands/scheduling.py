"""What people ask of the setting of a hearing, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from uuid import UUID

import msgspec

from hearing.commands.base import Seen
from hearing.planning.clashes import RECORDER, Clash
from hearing.scheduling.plan.problem import Fixed, Forbidden, Planned, Span


@dataclass(frozen=True, slots=True)
class Setting:
    """When, where and with whom a hearing is held; times are local."""

    day: date
    begins: time
    minutes: int  # 0: as long as was asked for
    room: UUID
    chair: UUID
    recorder: UUID
    panel: tuple[UUID, ...]
    representatives: Mapping[str, UUID] = field(default_factory=dict)
    optional: tuple[UUID, ...] = ()

    def planned(self, hearing_id: str, minutes: int) -> Planned:
        """The same as a plan says it; the recorder stands as a department."""
        length = self.minutes or minutes
        at = self.begins.hour * 60 + self.begins.minute + length
        sent = {unit: str(person) for unit, person in self.representatives.items()}
        return Planned(
            hearing=hearing_id,
            day=self.day,
            begins=self.begins,
            ends=time(*divmod(min(at, 24 * 60 - 1), 60)),
            room=str(self.room),
            chair=str(self.chair),
            panel=tuple(sorted(map(str, self.panel))),
            representatives={**sent, RECORDER: str(self.recorder)},
            attending=tuple(sorted(map(str, self.optional))),
        )


@dataclass(frozen=True, slots=True)
class SetHearing:
    """Set a hearing, or move one that was set; `despite` are clashes that are known of."""

    case_id: UUID
    seen: Seen
    setting: Setting
    despite: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found out about a wanted hearing before it is set."""

    planned: Planned
    clashes: tuple[Clash, ...]
    found: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class OnHearing:
    """An act that says nothing more: take the time back, or confirm it."""

    case_id: UUID
    seen: Seen


@dataclass(frozen=True, slots=True)
class PinParts:
    """What a proposal leaves as said here."""

    case_id: UUID
    seen: Seen
    pinned: Fixed


@dataclass(frozen=True, slots=True)
class ForbidParts:
    """What a proposal does not choose, and when parties cannot come."""

    case_id: UUID
    seen: Seen
    forbidden: Forbidden
    away: Mapping[str, tuple[Span, ...]]


@dataclass(frozen=True, slots=True)
class Planning:
    """A hearing of a proposal, as it stood when it was planned."""

    case_id: UUID
    hearing_id: UUID
    case_no: str
    seen: Seen


class LeftOut(msgspec.Struct, frozen=True):
    """A hearing that is not planned, by the procedure that its matter went into."""

    case_id: UUID
    case_no: str
    barred: str


@dataclass(frozen=True, slots=True)
class BeginProposal:
    """Work on a proposal begins; without an answer by `lost_at` none will come."""

    proposal_id: UUID
    problem: bytes = field(repr=False)
    parts: tuple[Planning, ...]
    kept: tuple[UUID, ...]
    left_out: tuple[LeftOut, ...]
    seconds: int
    seed: int
    lost_at: datetime


@dataclass(frozen=True, slots=True)
class EndProposal:
    """What it came to: the answer, or None when the work broke off."""

    proposal_id: UUID
    state: str
    answer: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class MarkAccepted:
    """A hearing of a proposal was set by it."""

    proposal_id: UUID
    case_id: UUID


@dataclass(frozen=True, slots=True)
class ForgetProposal:
    """A proposal has outlived its time."""

    proposal_id: UUID
