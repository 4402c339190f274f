"""The clocks that an acceptance starts, each with its explanation."""

from collections.abc import Iterator

from intake.handlers.acceptance import Accepted
from kernel.calendar import Calendar
from kernel.instants import stamp
from kernel.regulation import Clock, Due, Profile, applies, conditions, due, explain_text
from kernel.regulation.values import Start
from lianxin.common.v1 import case_pb2 as common


def due_messages(calendar: Calendar, accepted: Accepted) -> list[common.Due]:
    """What the resident may be told at once; the clocks themselves are kept by routing."""
    profile = accepted.profile
    return [
        _message(profile, clock, due(profile, clock.id, accepted.at, calendar=calendar))
        for clock in _started(accepted)
    ]


def _started(accepted: Accepted) -> Iterator[Clock]:
    procedure = accepted.procedure
    holding = conditions(
        procedure=procedure, purpose=accepted.purpose, litigation=accepted.litigation
    )
    for clock in accepted.profile.clocks.values():
        fits = applies(clock, procedure, holding)
        if clock.starts is Start.ACCEPTANCE and clock.limit is not None and fits:
            yield clock


def _message(profile: Profile, clock: Clock, end: Due) -> common.Due:
    return common.Due(
        clock=clock.id,
        due_on=end.due.isoformat(),
        due_at=stamp(end.due_at),
        article=end.article,
        provisional=end.provisional,
        explanation=explain_text(profile, end),
        whose=end.whose.value,
        state="running",
        started_on=end.explanation.start.isoformat(),
    )
