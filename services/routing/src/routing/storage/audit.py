"""What breaks the custody invariant on this node, found from its rows alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, exists, func, select

from routing.domain.chain import broken_at
from routing.domain.protocol import OPEN_ROWS
from routing.domain.words import EITHER_WAY, Custody, Row, State
from routing.storage import log
from routing.storage.tables import case_row, handoff, intent, log_entry

Values = Mapping[str, Any]
case = case_row.c
OWN = (*EITHER_WAY, Custody.RECEIVED, Custody.OUT)
SENT = (Row.OFFERED, Row.CLAIMED, Row.DELIVERED, Row.AGAIN, Row.RECALLING)


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a case breaks, with codes and numbers that say where."""

    case_id: UUID
    case_no: str
    rule: str
    detail: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Cases this node has custody of in one way or another, and what is broken."""

    cases: int
    held: int
    in_transit: int
    broken: list[Broken]


def custody(connection: Connection) -> Standing:
    """Check every case of this node; headers of cases elsewhere are counted, not judged."""
    counts = {
        row.custody: row.n
        for row in connection.execute(
            select(case.custody, func.count().label("n")).group_by(case.custody)
        )
    }
    going = select(func.count()).select_from(case_row).where(case.custody == Custody.OUT, _open())
    return Standing(
        cases=sum(counts.values()),
        held=sum(counts.get(word, 0) for word in (*EITHER_WAY, Custody.RECEIVED)),
        in_transit=int(connection.scalar(going) or 0),
        broken=[
            broken for rule, where in RULES.items() for broken in _broken(connection, rule, where)
        ],
    )


def _broken(connection: Connection, rule: str, where: ColumnElement[bool]) -> Iterator[Broken]:
    columns = (case.case_id, case.case_no, case.custody, case.epoch, case.holder_unit)
    for row in connection.execute(select(*columns).where(where)):
        yield Broken(
            row.case_id, row.case_no, rule, f"{row.custody} epoch {row.epoch} {row.holder_unit}"
        )


def _row(*where: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(handoff.c.case_id == case.case_id, *where)


def _open() -> ColumnElement[bool]:
    return _row(handoff.c.epoch == case.epoch, handoff.c.state.in_(OPEN_ROWS))


def _entry(*where: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(log_entry.c.case_id == case.case_id, *where)


RULES: Mapping[str, ColumnElement[bool]] = {
    # Held here although a header from elsewhere tells of the same or a later holding.
    "HELD_TWICE": and_(case.custody.in_(EITHER_WAY), case.told_epoch >= case.epoch),
    # Held here although it was sent away at this very epoch.
    "HELD_AND_SENT": and_(
        case.custody.in_(EITHER_WAY),
        _row(
            handoff.c.epoch == case.epoch, handoff.c.side != "receiver", handoff.c.state.in_(SENT)
        ),
    ),
    # Out, and no hand-over says where to: nobody holds it.
    "OUT_TO_NOBODY": and_(
        case.custody == Custody.OUT,
        case.state != State.ENDED,
        ~_row(
            handoff.c.epoch == case.epoch, handoff.c.side != "receiver", handoff.c.state.in_(SENT)
        ),
    ),
    "RELEASING_WITHOUT_ROW": and_(
        case.custody == Custody.RELEASING,
        ~_row(handoff.c.epoch == case.epoch, handoff.c.state == Row.RELEASING),
    ),
    "RECEIVED_WITHOUT_ROW": and_(
        case.custody == Custody.RECEIVED, ~_row(handoff.c.took == case.epoch)
    ),
    # The row and the log disagree about the last entry.
    "LOG_BEHIND": and_(
        case.custody.in_(OWN),
        case.log_n > 0,
        ~_entry(
            log_entry.c.epoch == case.epoch,
            log_entry.c.n == case.log_n,
            log_entry.c.hash == case.log_hash,
        ),
    ),
    "LOG_AHEAD": and_(
        case.custody.in_(EITHER_WAY),
        _entry(log_entry.c.epoch == case.epoch, log_entry.c.n > case.log_n),
    ),
}
"""Rule → what a case looks like that breaks it."""


def chains(connection: Connection, case_id: UUID | None = None) -> tuple[int, list[Broken]]:
    """Check the hash chain of one log or of all. Answers entries looked at and what is broken."""
    entries = log.all_entries(connection) if case_id is None else log.read(connection, case_id)
    looked, broken = 0, []
    for which, group in groupby(entries, key=lambda entry: entry.case_id):
        chain = list(group)
        looked += len(chain)
        where = broken_at(chain)
        if where is not None:
            epoch, n, rule = where
            broken.append(Broken(which, _number(connection, which), rule, f"entry {epoch}/{n}"))
    return looked, broken


def _number(connection: Connection, case_id: UUID) -> str:
    return str(connection.scalar(select(case.case_no).where(case.case_id == case_id)) or "")


def holders(connection: Connection) -> list[Values]:
    """Cases held here with their holder, and whether a hand-over is ordered for them."""
    ordered = exists().where(intent.c.case_id == case.case_id, intent.c.state == "pending")
    columns = (case.case_id, case.case_no, case.holder_unit, ordered.label("moving"))
    held = select(*columns).where(case.custody.in_(EITHER_WAY), case.state != State.ENDED)
    return [dict(row) for row in connection.execute(held).mappings()]
