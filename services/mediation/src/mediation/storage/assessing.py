"""Closed files that may be drawn, and those that were."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, or_, select

from kernel.identity import Caller
from kernel.scope import within
from kernel.unit_of_work import UnitOfWork
from mediation.commands_assessing import DrawSample, OnAssessment
from mediation.domain.sampling import Closed
from mediation.domain.states import State
from mediation.domain.words import Ending
from mediation.storage.tables import mediation
from mediation.storage.tables_assessing import assessment
from mediation.storage.tables_closing import casework
from mediation.storage.tables_people import assignment, participant

Row = Mapping[Any, Any]
MOST = 500


def candidates(uow: UnitOfWork, command: DrawSample) -> list[Closed]:
    """Files closed in the period below the caller's site, of other units, that may be drawn.

    Sealed matters and those of family violence are not: who reads them is not widened by a draw.
    """
    caller = uow.caller
    drawn = select(assessment.c.case_id).where(assessment.c.sample == command.sample)
    query = (
        select(
            *(mediation.c[name] for name in ("case_id", "colour", "ending", "holder_unit")),
            casework.c.about_units,
        )
        .outerjoin(casework, casework.c.case_id == mediation.c.case_id)
        .where(
            mediation.c.state == State.CLOSED.value,
            mediation.c.closed_at >= command.begin,
            mediation.c.closed_at < command.end,
            mediation.c.sealed_for.is_(None),
            or_(casework.c.family_violence.is_(None), casework.c.family_violence.is_(False)),
            mediation.c.holder_unit != caller.unit,
            within(mediation.c.holder_path, caller.path),
            mediation.c.case_id.not_in(drawn),
        )
    )
    rows = uow.query(query)
    case_ids = {row.case_id for row in rows}
    staff, units = _staff_of(uow, case_ids), _units_of(uow, case_ids)
    return [
        Closed(
            r.case_id,
            r.colour,
            Ending(r.ending),
            r.holder_unit,
            frozenset(staff[r.case_id]),
            frozenset({*units[r.case_id], *(r.about_units or "").split()}),
        )
        for r in rows
    ]


def _staff_of(uow: UnitOfWork, case_ids: set[Any]) -> dict[Any, set[str]]:
    found: dict[Any, set[str]] = defaultdict(set)
    query = select(assignment.c.case_id, assignment.c.staff)
    for row in uow.query(query.where(assignment.c.case_id.in_(sorted(case_ids)))):
        found[row.case_id].add(row.staff)
    return found


def _units_of(uow: UnitOfWork, case_ids: set[Any]) -> dict[Any, set[str]]:
    found: dict[Any, set[str]] = defaultdict(set)
    query = select(participant.c.case_id, participant.c.unit_id).where(participant.c.unit_id != "")
    for row in uow.query(query.where(participant.c.case_id.in_(sorted(case_ids)))):
        found[row.case_id].add(row.unit_id)
    return found


def shown(caller: Caller, sample: str, state: str) -> Select[Any]:
    """Assessments of the caller's unit, on either side."""
    query = _joined(or_(assessment.c.assessor_unit == caller.unit, _handled_by(caller)))
    if sample:
        query = query.where(assessment.c.sample == sample)
    if state:
        query = query.where(assessment.c.state == state)
    return query.order_by(assessment.c.sample, assessment.c.case_id).limit(MOST)


def _handled_by(caller: Caller) -> ColumnElement[bool]:
    """The handling unit learns of it with the result, not before: nothing can be tidied up."""
    return (assessment.c.unit == caller.unit) & assessment.c.recorded_at.is_not(None)


def _joined(*where: ColumnElement[bool]) -> Select[Any]:
    on = mediation.c.case_id == assessment.c.case_id
    columns = (assessment, mediation.c.case_no, mediation.c.ending)
    return select(*columns).join(mediation, on).where(*where)


def rows(connection: Connection, query: Select[Any]) -> list[Row]:
    """The rows of a query."""
    return list(connection.execute(query).mappings())


def one(connection: Connection, command: OnAssessment) -> Row | None:
    """One assessment with the number of its case."""
    query = _joined(assessment.c.case_id == command.case_id, assessment.c.sample == command.sample)
    return connection.execute(query).mappings().first()
