"""When people may be called together: time, place, mediator, and who may not sit face to face."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

from mediation.domain.words import Joining, SessionKind

LONGEST = timedelta(hours=12)
"""A session that seems longer is a slip of the pen."""
OLDEST = timedelta(days=60)
"""Before a mediation was opened: so long may what was held on paper wait to be entered."""
FURTHEST = timedelta(days=730)
"""Nobody is called together later than that."""
NEED_PLACE = frozenset(SessionKind) - {SessionKind.ONLINE}


class Fault(Enum):
    """Why a session cannot be held so; the value is the key of its text in the catalogue."""

    TIMES_WRONG = "SESSION_TIMES_WRONG"
    TOO_LONG = "SESSION_TOO_LONG"
    PLACE_NEEDED = "SESSION_PLACE_NEEDED"
    LINK_NEEDED = "SESSION_LINK_NEEDED"
    MEDIATOR_NEEDED = "SESSION_MEDIATOR_NEEDED"
    DEPARTMENT_NEEDED = "SESSION_DEPARTMENT_NEEDED"
    NOT_TOGETHER = "SESSION_NOT_TOGETHER"
    MEDIATOR_TAKEN = "SESSION_MEDIATOR_TAKEN"
    MEDIATOR_ON_LEAVE = "SESSION_MEDIATOR_ON_LEAVE"
    TOO_EARLY = "SESSION_TOO_EARLY"
    TOO_FAR = "SESSION_TOO_FAR"
    NOBODY_CALLED = "SESSION_NOBODY_CALLED"


FIELDS = {
    Fault.TIMES_WRONG: "ends_at",
    Fault.TOO_LONG: "ends_at",
    Fault.PLACE_NEEDED: "place",
    Fault.LINK_NEEDED: "link",
    Fault.MEDIATOR_NEEDED: "mediator_ids",
    Fault.DEPARTMENT_NEEDED: "department_ids",
    Fault.NOT_TOGETHER: "joining",
    Fault.MEDIATOR_TAKEN: "starts_at",
    Fault.MEDIATOR_ON_LEAVE: "starts_at",
    Fault.TOO_EARLY: "starts_at",
    Fault.TOO_FAR: "starts_at",
    Fault.NOBODY_CALLED: "party_ids",
}
"""What is to be said otherwise."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A session as it is to be. It ends before `ends_at`, so that the next may begin then."""

    session_id: UUID
    kind: SessionKind
    starts_at: datetime
    ends_at: datetime
    mediators: frozenset[UUID]
    has_place: bool = False
    has_link: bool = False
    joining: Joining = Joining.JOINT
    departments: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Booked:
    """A time that a mediator is taken up by another session, of whichever case."""

    session_id: UUID
    mediator_id: UUID
    starts_at: datetime
    ends_at: datetime

    def overlaps(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether who is there misses some of that span; one may end as the other begins."""
        return self.starts_at < ends_at and starts_at < self.ends_at


def faults(
    draft: Draft,
    booked: Iterable[Booked],
    *,
    family_violence: bool = False,
    victim_asks: bool = False,
) -> tuple[Fault, ...]:
    """Everything that is wrong with a session as drafted.

    After family violence the sides do not sit together, online either, unless the victim asks
    for it (反家庭暴力法; regulation, People's mediation).
    """
    found = [*_of_time(draft), *_of_kind(draft)]
    if not draft.mediators:
        found.append(Fault.MEDIATOR_NEEDED)
    if family_violence and draft.joining is Joining.JOINT and not victim_asks:
        found.append(Fault.NOT_TOGETHER)
    if taken(draft, booked):
        found.append(Fault.MEDIATOR_TAKEN)
    return tuple(found)


def out_of_reach(draft: Draft, opened_at: datetime, now: datetime) -> Fault | None:
    """Whether a session would have been long before there was a mediation, or be years ahead."""
    if draft.starts_at < opened_at - OLDEST:
        return Fault.TOO_EARLY
    return Fault.TOO_FAR if draft.starts_at > now + FURTHEST else None


def _of_time(draft: Draft) -> Iterator[Fault]:
    if draft.ends_at <= draft.starts_at:
        yield Fault.TIMES_WRONG
    elif draft.ends_at - draft.starts_at > LONGEST:
        yield Fault.TOO_LONG


def _of_kind(draft: Draft) -> Iterator[Fault]:
    if draft.kind in NEED_PLACE and not draft.has_place:
        yield Fault.PLACE_NEEDED
    if draft.kind is SessionKind.ONLINE and not draft.has_link:
        yield Fault.LINK_NEEDED
    if draft.kind is SessionKind.CONSULTATION and not draft.departments:
        yield Fault.DEPARTMENT_NEEDED


def taken(draft: Draft, booked: Iterable[Booked]) -> tuple[UUID, ...]:
    """Mediators of the draft who are in another session at that time, in order of their ids."""
    busy = {one.mediator_id for one in booked if _clashes(draft, one)}
    return tuple(sorted(busy))


def _clashes(draft: Draft, one: Booked) -> bool:
    return (
        one.session_id != draft.session_id
        and one.mediator_id in draft.mediators
        and one.overlaps(draft.starts_at, draft.ends_at)
    )


def double_booked(booked: Collection[Booked]) -> tuple[UUID, ...]:
    """Mediators who are in two sessions at once: none, ever."""
    ordered = sorted(booked, key=lambda one: (one.mediator_id, one.starts_at))
    found: set[UUID] = set()
    ends: dict[UUID, datetime] = {}
    for one in ordered:
        if one.mediator_id in ends and one.starts_at < ends[one.mediator_id]:
            found.add(one.mediator_id)
        ends[one.mediator_id] = max(ends.get(one.mediator_id, one.ends_at), one.ends_at)
    return tuple(sorted(found))
