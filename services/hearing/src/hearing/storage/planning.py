"""Reads what a plan is made of: hearings that wait, those that stand, wishes, proposals."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Select, and_, exists, select

from hearing.domain.states import State
from hearing.domain.words import MemberState, Part
from hearing.planning.clashes import RECORDER
from hearing.planning.gather import Waiting, Wish
from hearing.scheduling.plan.problem import Fixed, Forbidden, Planned, Span
from hearing.storage.tables import hearing, hearing_file, hearing_member, hearing_party
from hearing.storage.tables_planning import proposal, proposal_part, setting_wish
from kernel.clock import SHANGHAI

Row = Mapping[str, Any]
WAITS = (State.GRANTED.value, State.ADJOURNED.value)
BOOKED = tuple(state.value for state in State if state.booked)
OVER = tuple(state.value for state in State if state.over)
SITS = tuple(state.value for state in MemberState if state.sits)
BIASED = frozenset({"recused", "objected"})
"""Why somebody is gone who must not be named for this hearing again."""
_current = and_(
    hearing.c.case_id == hearing_file.c.case_id, hearing.c.number == hearing_file.c.current
)


def current(connection: Connection, case_ids: Collection[UUID]) -> list[tuple[Row, Row]]:
    """File and current hearing of these cases, in the order of their ids."""
    found = []
    for case_id in sorted(set(case_ids)):
        file = _first(connection, select(hearing_file).where(hearing_file.c.case_id == case_id))
        of_file = select(hearing).select_from(hearing).join(hearing_file, _current)
        row = _first(connection, of_file.where(hearing.c.case_id == case_id))
        if file is not None and row is not None:
            found.append((file, row))
    return found


def to_be_set(connection: Connection, case_ids: Collection[UUID]) -> list[tuple[Row, Row, Waiting]]:
    """The same with everything that each hearing asks of a time and a place."""
    found = current(connection, case_ids)
    return [(file, row, waiting(connection, file, row)) for file, row in found]


def _first(connection: Connection, query: Select[Any]) -> Row | None:
    row = connection.execute(query).mappings().first()
    return None if row is None else dict(row)


def in_hand(connection: Connection, unit: str, states: Collection[str]) -> list[UUID]:
    """Cases of a unit whose current hearing is in one of these states and leads itself."""
    leader = hearing.alias("leader")
    led = exists().where(leader.c.hearing_id == hearing.c.led_by, leader.c.state.not_in(OVER))
    query = (
        select(hearing_file.c.case_id)
        .join(hearing, _current)
        .where(hearing_file.c.holder_unit == unit, hearing.c.state.in_(states))
        .where(~led)
        .order_by(hearing_file.c.case_id)
    )
    return list(connection.execute(query).scalars())


def waiting(connection: Connection, file: Row, row: Row) -> Waiting:
    """A hearing with everything that it asks of a time and a place; its clocks are asked for."""
    with_it = _heard_with(connection, row)
    parties = _parties(connection, row)
    members = _members(connection, row)
    units = {one["unit_id"] for one in parties if one["unit_id"]}
    files = [file, *(_file(connection, one) for one in with_it)]
    about = units | _of_all(files, "about_units") | _of_all(files, "earlier_units")
    departments = dict.fromkeys(
        unit for one in (row, *with_it) for unit in one["departments"].split()
    )
    return Waiting(
        hearing_id=str(row["hearing_id"]),
        case_id=str(row["case_id"]),
        minutes=row["minutes"],
        panel_size=row["panel_size"],
        colour=file["colour"],
        public=row["public_seats"] if row["public"] else 0,
        online=row["online"],
        equipment=frozenset(row["equipment"].split()),
        departments=tuple(departments),
        parties=tuple(
            str(one["party_id"]) for one in parties if one["invited"] and not one["unit_id"]
        ),
        about=frozenset({*about, *(str(one["case_id"]) for one in with_it)}),
        handlers=frozenset(_of_all(files, "handlers")),
        hold_by=row["hold_by"] or dt.date.max,
        recused=frozenset(str(one["person_id"]) for one in members if one["why"] in BIASED),
        optional=_of_part(members, Part.OPTIONAL),
        wish=wish_of(connection, row),
        stands=_stands(row, members),
        told=row["state"] == State.NOTICED.value,
        not_before=row["earliest"],
    )


def _heard_with(connection: Connection, row: Row) -> list[Row]:
    """Hearings of other cases that are heard together with this one."""
    query = select(hearing).where(hearing.c.led_by == row["hearing_id"])
    return [dict(one) for one in connection.execute(query).mappings()]


def _file(connection: Connection, row: Row) -> Row:
    query = select(hearing_file).where(hearing_file.c.case_id == row["case_id"])
    return dict(connection.execute(query).mappings().one())


def _of_all(files: Collection[Row], column: str) -> set[str]:
    """What any of these cases has there: who judges one judges all."""
    return {word for one in files for word in one[column].split()}


def _parties(connection: Connection, row: Row) -> list[Row]:
    """Those of hearings that are held together are lent to the one that leads."""
    of_hearing = (hearing_party.c.case_id == row["case_id"]) & (
        hearing_party.c.number == row["number"]
    )
    query = select(hearing_party).where(of_hearing).order_by(hearing_party.c.party_id)
    return [dict(one) for one in connection.execute(query).mappings()]


def _members(connection: Connection, row: Row) -> list[Row]:
    of_hearing = (hearing_member.c.case_id == row["case_id"]) & (
        hearing_member.c.number == row["number"]
    )
    query = select(hearing_member).where(of_hearing).order_by(hearing_member.c.member_no)
    return [dict(one) for one in connection.execute(query).mappings()]


def _of_part(members: Collection[Row], part: Part) -> tuple[str, ...]:
    return tuple(
        str(one["person_id"])
        for one in members
        if one["part"] == part.value and one["state"] in SITS
    )


def _stands(row: Row, members: Collection[Row]) -> Planned | None:
    """How a hearing is set now; None when it is not."""
    if row["state"] not in BOOKED or row["begins"] is None:
        return None
    begins, ends = (row[name].astimezone(SHANGHAI) for name in ("begins", "ends"))
    sitting = [one for one in members if one["state"] in SITS]
    sent = {
        one["department"]: str(one["person_id"])
        for one in sitting
        if one["part"] == Part.REPRESENTATIVE.value
    }
    recorder = _of_part(members, Part.RECORDER)
    return Planned(
        hearing=str(row["hearing_id"]),
        day=begins.date(),
        begins=begins.time(),
        ends=ends.time(),
        room=str(row["room_id"]),
        chair="".join(_of_part(members, Part.CHAIR)[:1]),
        panel=tuple(sorted(_of_part(members, Part.PANELIST))),
        representatives=sent | dict(zip((RECORDER,), recorder, strict=False)),
        attending=tuple(sorted(_of_part(members, Part.OPTIONAL))),
    )


def wish_of(connection: Connection, row: Row) -> Wish:
    """What people pinned and forbade for a hearing."""
    of_hearing = (setting_wish.c.case_id == row["case_id"]) & (
        setting_wish.c.number == row["number"]
    )
    said = _first(connection, select(setting_wish).where(of_hearing))
    if said is None:
        return Wish()
    away: dict[str, list[Span]] = defaultdict(list)
    away.update(msgspec.json.decode(said["away"], type=dict[str, list[Span]]))
    return Wish(
        msgspec.json.decode(said["pinned"], type=Fixed),
        msgspec.json.decode(said["forbidden"], type=Forbidden),
        tuple((party, span) for party, spans in away.items() for span in spans),
    )


def proposal_of(connection: Connection, proposal_id: UUID) -> tuple[Row, list[Row]] | None:
    """A proposal and its hearings."""
    row = _first(connection, select(proposal).where(proposal.c.proposal_id == proposal_id))
    if row is None:
        return None
    query = select(proposal_part).where(proposal_part.c.proposal_id == proposal_id)
    parts = connection.execute(query.order_by(proposal_part.c.case_id)).mappings()
    return row, [dict(one) for one in parts]
