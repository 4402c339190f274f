"""TrackCase: a resident asks with number and code, and is told nothing of anybody else."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from intake.domain import numbering
from intake.domain.sides import OTHER_SIDE, Invitation, for_other_side, invitations
from intake.domain.tracking import Step, may_be_reviewed, timeline
from intake.domain.words import PartyRole
from intake.errors import TrackingRefused, TrackingTooOften
from intake.office import Office, day_of
from intake.storage import follow_up, reading
from kernel.group_commit import Readers
from kernel.holding import CaseErased
from kernel.rate_limit import RateLimit

Row = Mapping[Any, Any]


@dataclass(frozen=True, slots=True)
class Tracked:
    """What there is to tell."""

    case_no: str
    state: str
    holder_unit: str
    until: date | None
    steps: Sequence[Step]
    as_of: datetime
    ended: bool
    notices: Sequence[str] = ()
    """What the resident may do now, by kind; the words are in the catalogue."""
    sessions: Sequence[Invitation] = ()
    other_side: bool = False
    """Whoever asks is not of the side that brought the matter, and is told the stages only."""


@dataclass(frozen=True, slots=True)
class Identified:
    """Whoever asks, by number and code: the case of the number, the one that goes on, the role."""

    numbered: Row
    row: Row
    role: PartyRole
    party_id: UUID

    @property
    def asks(self) -> bool:
        """Whether it is one of those whose matter it is, not the other party."""
        return self.role in {PartyRole.APPLICANT, PartyRole.REPRESENTATIVE}


class Typed(NamedTuple):
    """Number and code in the form they are kept in; empty what cannot be one."""

    number: str
    code: str


class Tracker:
    """Answers residents. Guessing is slowed down per number; per peer the gate does it."""

    def __init__(self, office: Office, limit: RateLimit) -> None:
        self._office = office
        self._limit = limit

    async def track(self, readers: Readers, number: str, code: str, now: datetime) -> Tracked:
        """Where the case is, for whoever has number and code, as they were typed.

        Raises:
            TrackingRefused: number or code is wrong; it is not told which.
            TrackingTooOften: of this number.
        """
        return await readers.run(partial(self._track, typed=self._admit(number, code), now=now))

    async def who_asks(self, readers: Readers, number: str, code: str) -> Identified:
        """Who has number and code, as they were typed. Raises as `track`."""
        return await readers.run(partial(self._identify, typed=self._admit(number, code)))

    def _admit(self, number: str, code: str) -> Typed:
        """Count a question about this number, however it was typed."""
        typed = Typed(numbering.plain_number(number), numbering.plain_code(code))
        if not typed.number:
            raise TrackingRefused
        wait = self._limit.take(typed.number)
        if wait:
            raise TrackingTooOften(retry_after_s=math.ceil(wait))
        return typed

    def _track(self, connection: reading.Reader, typed: Typed, now: datetime) -> Tracked:
        asking = self._identify(connection, typed)
        row, going_on = asking.numbered, asking.row
        facts, told = reading.steps_of(connection, row["case_id"])
        if going_on["case_id"] != row["case_id"]:
            more = reading.steps_of(connection, going_on["case_id"])
            facts, told = [*facts, *more[0]], [*told, *more[1]]
        steps = timeline(facts, told)
        called = invitations(told, asking.party_id, now)
        if asking.role in OTHER_SIDE:
            return _for_other_side(going_on, steps, called)
        may = {
            "evaluate": follow_up.may_evaluate(connection, going_on["case_id"]),
            "review": may_be_reviewed(steps, day_of(now).isoformat()),
        }
        notices = [kind for kind, so in may.items() if so and asking.asks]
        return replace(_tracked(going_on, steps, notices), sessions=called)

    def _identify(self, connection: reading.Reader, typed: Typed) -> Identified:
        row = reading.tracked(connection, typed.number)
        whose = self._whose(connection, row, typed.code) if row is not None and typed.code else None
        if row is None or whose is None:
            raise TrackingRefused
        role, party_id = PartyRole(whose["role"]), whose["party_id"]
        return Identified(row, reading.merged_into(connection, row), role, party_id)

    def _whose(self, connection: reading.Reader, row: Row, code: str) -> Row | None:
        content = reading.content_of(connection, row["case_id"])
        try:
            vault = self._office.vault.of_case(content.key, row["sealed_code_key"])
        except CaseErased:  # its time is over: as if there had never been such a code
            return None
        hits = [vault.is_code(code, party["code_hash"]) for party in content.parties]
        found = [party for party, hit in zip(content.parties, hits, strict=True) if hit]
        return found[0] if found else None  # all were compared: the time tells nothing


def _for_other_side(row: Row, steps: Sequence[Step], called: Sequence[Invitation]) -> Tracked:
    """Stages, units and sessions; the dates that are owed to the applicant are not among them."""
    ended = row["ending"] is not None
    tracked = _tracked(row, for_other_side(steps), () if ended else ("respondent",))
    return replace(tracked, until=None, sessions=called, other_side=True)


def _tracked(row: Row, steps: Sequence[Step], notices: Sequence[str]) -> Tracked:
    ended = row["ending"] is not None
    return Tracked(
        case_no=row["case_no"],
        state=row["state"],
        holder_unit=row["holder_unit"],
        until=None if ended else row["next_due_on"],
        steps=steps,
        as_of=max(filter(None, (row["told_at"], row["recorded_at"], *(s.at for s in steps)))),
        ended=ended,
        notices=notices,
    )
