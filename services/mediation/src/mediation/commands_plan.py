"""What can be done with the plan of a mediation, as plain values."""

from dataclasses import dataclass
from datetime import date

from mediation.commands_casework import OnCase
from mediation.domain.measures import NOBODY, Measure, MeasureOutcome, Team


@dataclass(frozen=True, slots=True)
class PlanCase(OnCase):
    """The plan is counted back from this day.

    Without a lead or a team the ones on file stay; measures come to those on file.
    """

    due_on: date
    lead: str = ""
    team: Team = NOBODY
    measures: tuple[Measure, ...] = ()


@dataclass(frozen=True, slots=True)
class MeetMeasure(OnCase):
    """What came of a measure."""

    no: int
    outcome: MeasureOutcome
