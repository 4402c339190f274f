"""The clocks that an acceptance starts, each with its explanation."""

from collections.abc import Iterator
from datetime import datetime

from intake.commands import AcceptCase
from intake.convert.instants import stamp
from intake.domain.words import Procedure
from intake.office import Office
from kernel.regulation import Clock, Due, due, explain_text
from kernel.regulation.values import Procedure as InProfile
from kernel.regulation.values import Start
from lianxin.common.v1 import case_pb2 as common


def due_messages(office: Office, command: AcceptCase, now: datetime) -> list[common.Due]:
    """What the resident may be told at once; the clocks themselves are kept by routing."""
    start = command.accepted_at or now
    return [
        _message(office, clock, due(office.profile, clock.id, start, calendar=office.calendar))
        for clock in _started(office, command.procedure)
    ]


def _started(office: Office, procedure: Procedure) -> Iterator[Clock]:
    for clock in office.profile.clocks.values():
        fits = not clock.procedures or InProfile(procedure.value) in clock.procedures
        if clock.starts is Start.ACCEPTANCE and clock.limit is not None and fits:
            yield clock


def _message(office: Office, clock: Clock, end: Due) -> common.Due:
    return common.Due(
        clock=clock.id,
        due_on=end.due.isoformat(),
        due_at=stamp(end.due_at),
        article=end.article,
        provisional=end.provisional,
        explanation=explain_text(office.profile, end),
        whose=end.whose.value,
        state="running",
        started_on=end.explanation.start.isoformat(),
    )
