"""Facts of a service, kept beside the events that carry them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Table, select

from kernel.facts import Fact
from kernel.unit_of_work import UnitOfWork


def keep_fact(uow: UnitOfWork, table: Table, entry: Fact) -> None:
    """Keep a fact, so that a log that missed its event can ask for it."""
    uow.insert(
        table,
        {
            "case_id": entry.case_id,
            "fact_no": entry.fact_no,
            "event_id": entry.event_id,
            "kind": entry.kind,
            "epoch": entry.epoch,
            "unit": entry.unit,
            "actor": entry.actor,
            "at": entry.at,
            "body": _text(entry.body),
            "commitments": _text(entry.commitments),
        },
    )


def _text(said: Mapping[str, str]) -> str:
    return msgspec.json.encode(said).decode()


def facts_after(
    connection: Connection, table: Table, case_id: UUID, number: int, *, most: int
) -> Sequence[Fact]:
    """Facts of a case after a number, in order, `most` at a time."""
    later = (table.c.case_id == case_id) & (table.c.fact_no > number)
    query = select(table).where(later).order_by(table.c.fact_no).limit(most)
    return [_fact(row) for row in connection.execute(query).mappings()]


def _fact(row: Mapping[Any, Any]) -> Fact:
    return Fact(
        event_id=row["event_id"],
        fact_no=row["fact_no"],
        kind=row["kind"],
        case_id=row["case_id"],
        epoch=row["epoch"],
        unit=row["unit"],
        actor=row["actor"],
        at=row["at"],
        body=msgspec.json.decode(row["body"]),
        commitments=msgspec.json.decode(row["commitments"]),
    )
