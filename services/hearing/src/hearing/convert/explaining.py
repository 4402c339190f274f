"""Why nothing fits, in words: demands that cannot hold together, and who would have to be there."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from hearing.planning.clashes import RECORDER
from hearing.scheduling.plan.problem import Absence, Answer, Demand
from lianxin.hearing.v1 import scheduling_pb2 as pb

Row = Mapping[str, Any]


class Say(Protocol):
    """The text of a kind about a subject and another, in the caller's language."""

    def __call__(self, key: str, one: str, other: str, **more: str) -> str:
        """The text of a key; `one` is the hearing, `other` the subject."""
        ...


def explained(answer: Answer, cases: Mapping[str, Row], say: Say) -> list[pb.PlanDemand]:
    """Each demand and each absence, with the number of the case in place of the hearing's id.

    `cases` are parts of a proposal by the id of their hearing. Of an absence days are told, never
    what somebody is away for.
    """
    demands = [_demand(one, cases, say) for one in answer.demands]
    return [*demands, *(_absence(one, cases, say) for one in answer.absences)]


def _demand(one: Demand, cases: Mapping[str, Row], say: Say) -> pb.PlanDemand:
    kind = "RECORDER" if one.subject == RECORDER else one.kind
    text = say(f"demand.{kind}", _called(one.hearing, cases), one.subject)
    return pb.PlanDemand(
        kind=one.kind, case_id=_case(one.hearing, cases), subject=one.subject, text=text
    )


def _absence(one: Absence, cases: Mapping[str, Row], say: Say) -> pb.PlanDemand:
    """Whose absence it is, as what, on which days."""
    part = "recorder" if one.department == RECORDER else one.part
    kind = f"{one.why}.room" if one.part == "room" else one.why
    called = _called(one.hearing, cases)
    more = {"part": say(f"part.{part}", "", one.department), "days": days_text(one.days)}
    return pb.PlanDemand(
        kind=one.why.upper(),
        case_id=_case(one.hearing, cases),
        subject=one.owner,
        text=say(f"absent.{kind}", called, one.owner, **more),
    )


def _called(hearing: str, cases: Mapping[str, Row]) -> str:
    part = cases.get(hearing)
    return str(part["case_no"]) if part else hearing


def _case(hearing: str, cases: Mapping[str, Row]) -> str:
    part = cases.get(hearing)
    return str(part["case_id"]) if part else ""


def days_text(days: Sequence[date]) -> str:
    """Days one after the other as from and until: `2026-03-03/2026-03-07, 2026-03-11`."""
    runs = (f"{first}/{last}" if last > first else f"{first}" for first, last in _runs(days))
    return ", ".join(runs)


def _runs(days: Sequence[date]) -> Iterator[tuple[date, date]]:
    first = last = None
    for day in sorted(days):
        if last is not None and first is not None and (day - last).days > 1:
            yield first, last
            first = None
        first, last = first or day, day
    if first is not None and last is not None:
        yield first, last
