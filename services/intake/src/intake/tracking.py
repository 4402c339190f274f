"""TrackCase: a resident asks with number and code, and is told nothing of anybody else."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from intake.domain import numbering
from intake.domain.tracking import Step, timeline
from intake.errors import TrackingRefused, TrackingTooOften
from intake.office import Office
from intake.storage import reading
from kernel.rate_limit import RateLimit

PER_MINUTE = 10

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


class Tracker:
    """Answers residents. Guessing is slowed down per number; per peer the gate does it."""

    def __init__(self, office: Office, *, per_minute: int = PER_MINUTE) -> None:
        self._office = office
        self._limit = RateLimit.per_minute(per_minute)

    def admit(self, number: str) -> None:
        """Count a question about this number. Raises TrackingTooOften."""
        wait = self._limit.take(number)
        if wait:
            raise TrackingTooOften(retry_after_s=math.ceil(wait))

    def track(self, connection: reading.Reader, number: str, code: str) -> Tracked:
        """Where the case is.

        Raises:
            TrackingRefused: number or code is wrong; it is not told which.
        """
        row = reading.tracked(connection, number)
        if row is None or not code or not self._belongs(connection, row, code):
            raise TrackingRefused
        going_on = reading.merged_into(connection, row)
        facts, told = reading.steps_of(connection, row["case_id"])
        if going_on["case_id"] != row["case_id"]:
            more = reading.steps_of(connection, going_on["case_id"])
            facts, told = [*facts, *more[0]], [*told, *more[1]]
        return _tracked(going_on, timeline(facts, told))

    def _belongs(self, connection: reading.Reader, row: Row, code: str) -> bool:
        content = reading.content_of(connection, row["case_id"])
        vault = self._office.vault.of_case(content.key, row["sealed_code_key"])
        hits = [vault.is_code(code, party["code_hash"]) for party in content.parties]
        return any(hits)  # all are compared, so that the time tells nothing


def _tracked(row: Row, steps: Sequence[Step]) -> Tracked:
    ended = row["ending"] is not None
    return Tracked(
        case_no=row["case_no"],
        state=row["state"],
        holder_unit=row["holder_unit"],
        until=None if ended else row["next_due_on"],
        steps=steps,
        as_of=max(filter(None, (row["told_at"], row["recorded_at"], *(s.at for s in steps)))),
        ended=ended,
    )


def plain(number: str, code: str) -> tuple[str, str]:
    """Number and code as typed, in the form they are kept in."""
    return numbering.plain_number(number), numbering.plain_code(code)
