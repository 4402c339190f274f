"""Suggestions and the state of the work as they are shown: codes, ids, days."""

from collections.abc import Iterable
from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from lianxin.mediation.v1 import casework_pb2 as pb
from mediation.convert import casework_words as words
from mediation.convert.planning import plan_message
from mediation.domain import confirmation, guards, terms
from mediation.domain.assignment import Mediator, Suggestion, stayed_behind
from mediation.domain.states import State
from mediation.domain.words import Confirmation, Performance
from mediation.storage.mediators import Row, Work

SUGGESTED, BARRED = 30, 50


def suggestion_message(
    found: Suggestion, mediators: Iterable[Mediator]
) -> pb.SuggestMediatorsResponse:
    """Who may mediate, best first, and who may not."""
    units = {one.mediator_id: one.unit for one in mediators}
    message = pb.SuggestMediatorsResponse()
    for mediator_id, score, reasons in found.ranked[:SUGGESTED]:
        message.suggested.add(
            mediator_id=str(mediator_id),
            unit_id=units[mediator_id],
            score=score,
            reasons=[ground for ground, _ in reasons],
        )
    for mediator_id, bar in found.barred[:BARRED]:
        message.barred.add(
            mediator_id=str(mediator_id), unit_id=units[mediator_id], barred=bar.value
        )
    return message


def work_message(row: Row, work: Work, missing: Iterable[guards.Lack]) -> pb.GetCaseworkResponse:
    """Where the work stands. In default, what the sides may do next is named."""
    hand = [one for one in work.agreements if one["dropped_at"] is None][-1:]
    version = hand[0]["version"] if hand else 0
    message = pb.GetCaseworkResponse(
        mediator_ids=[str(o["mediator_id"]) for o in work.assignments if o["ended_at"] is None],
        milestones=[milestone_message(one) for one in sorted(work.milestones, key=_by_day)],
        agreement_version=version,
        warnings=confirmation.warnings(row["category"], ()),
        terms=[term_message(one) for one in work.terms if one["version"] == version],
        missing=dict.fromkeys(lack.gap.value for lack in missing),
        to_assign_anew_ids=[str(o["mediator_id"]) for o in work.assignments if stayed_behind(o)],
    )
    for plan in work.plans:
        message.plan.CopyFrom(plan_message(plan, work.measures))
    for one in hand:
        message.confirmation = words.CONFIRMATION.number(Confirmation(one["confirmation"]))
        _set(message.in_force_from, one["in_force_from"])
        _set(message.confirm_by, one["confirm_by"])
        if row["state"] == State.DEFAULTED.value:
            message.next_steps.extend(_ways(Confirmation(one["confirmation"])))
    return message


def _ways(confirmation: Confirmation) -> list[str]:
    """Keys of the catalogue."""
    steps = terms.next_steps(Performance.DEFAULTED, confirmation)
    return [f"DEFAULT_{step.name}" for step in steps]


def limitation_message(row: Row, now: datetime) -> pb.LimitationStanding:
    """Until when the right can be claimed."""
    return pb.LimitationStanding(
        clock=row["clock"],
        known_on=row["known_on"].isoformat(),
        due_on=row["due_on"].isoformat(),
        past=row["due_at"] <= now,
    )


def _by_day(row: Row) -> tuple[str, str]:
    return row["due_on"].isoformat(), row["step"]


def milestone_message(row: Row) -> pb.MilestoneStanding:
    """A milestone of the plan."""
    message = pb.MilestoneStanding(
        step=row["step"], due_on=row["due_on"].isoformat(), tight=row["tight"]
    )
    _set(message.met_at, row["met_at"])
    return message


def term_message(row: Row) -> pb.TermStanding:
    """A term of an agreement."""
    return pb.TermStanding(
        no=row["no"],
        performer_id=str(row["performer"]),
        due_on=row["due_on"].isoformat(),
        amount_fen=row["amount"] or 0,
        standing=row["standing"],
    )


def _set(moment: Timestamp, at: datetime | None) -> None:
    if at is not None:
        moment.FromDatetime(at.astimezone(UTC))
