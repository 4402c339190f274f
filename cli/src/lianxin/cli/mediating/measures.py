"""Measures of a plan as they are typed: `KIND:DAY:WORDS`, and who takes them."""

import re
from dataclasses import dataclass
from typing import Any

from lianxin.cli.dates import iso_day
from lianxin.cli.errors import BadInput
from lianxin.cli.mediating.reading import file_of, only
from lianxin.cli.plain import enum_number
from lianxin.cli.session import Session
from lianxin.mediation.v1 import plan_pb2 as pb

FIELD = "--measure"
FORM = ("kind", "day", "words")
COLON = re.compile("[:：]")
WIDE = str.maketrans("＠＝", "@=")
"""Signs as they come from a Chinese keyboard."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A measure as it was typed; neither unit nor staff is the unit that holds the case."""

    kind: Any
    due_on: str
    words: str
    unit: str = ""
    staff: str = ""

    def to_plan(self, holder: str) -> pb.PlanMeasure:
        """The measure with who takes it."""
        unit = "" if self.staff else self.unit or holder
        return pb.PlanMeasure(
            kind=self.kind, unit_id=unit, staff=self.staff, due_on=self.due_on, words=self.words
        )


def measure_from(text: str) -> Typed:
    """`KIND:DAY:WORDS`; `KIND@UNIT` or `KIND=ACCOUNT` names who takes it.

    Raises:
        BadInput: it is not written so, or kind or day are none.
    """
    parts = [one.strip() for one in COLON.split(text, maxsplit=2)]
    if len(parts) < len(FORM) or not all(parts):
        raise BadInput("MEASURE_INVALID", field=FIELD)
    head, day, words = parts
    kind, unit, staff = _who(head.translate(WIDE))
    number = enum_number(pb.MeasureKind.DESCRIPTOR, kind, FIELD)
    return Typed(number, iso_day(day, FIELD), words, unit, staff)


def _who(head: str) -> tuple[str, str, str]:
    if "@" in head:
        kind, _, unit = head.partition("@")
        return kind.strip(), unit.strip(), ""
    kind, _, staff = head.partition("=")
    return kind.strip(), "", staff.strip()


def open_measure(session: Session, case_id: str) -> int:
    """The only measure that is open. Raises BadInput naming those there are."""
    measures = file_of(session, case_id).plan.measures
    return only([one.no for one in measures if one.outcome == pb.MEASURE_OUTCOME_OPEN], "--no")
