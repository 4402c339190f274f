"""Rows that belong to a case: readers, steps, and everything that travels with it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from kernel.identity import Kind
from kernel.scope import Level, readable
from kernel.unit_of_work import UnitOfWork
from routing.domain.events import Step
from routing.storage.tables import case_access, case_row, case_scope, step


def grant(uow: UnitOfWork, case_id: UUID, unit: str, why: str, level: Level) -> None:
    """Let a unit read a case up to a level, for a reason, from now on."""
    row = {"level": int(level), "since": uow.now, "until": None}
    if uow.get(case_access, case_id=case_id, unit=unit, why=why) is None:
        uow.insert(case_access, {"case_id": case_id, "unit": unit, "why": why} | row)
    else:
        uow.update(case_access, {"case_id": case_id, "unit": unit, "why": why}, row)


def end_grant(uow: UnitOfWork, case_id: UUID, unit: str, why: str) -> None:
    """End a grant now; nothing happens when there is none."""
    if uow.get(case_access, case_id=case_id, unit=unit, why=why) is not None:
        key = {"case_id": case_id, "unit": unit, "why": why}
        uow.update(case_access, key, {"until": uow.now})


def readers(uow: UnitOfWork, case_id: UUID) -> tuple[str, ...]:
    """Units that may read the content besides the holder, now."""
    return _readers(uow.find(case_access, case_id=case_id), uow.now)


def readers_now(connection: Connection, case_id: UUID, now: datetime) -> tuple[str, ...]:
    """As `readers`, beside the writer."""
    query = select(case_access).where(case_access.c.case_id == case_id)
    return _readers([dict(row) for row in connection.execute(query).mappings()], now)


def _readers(rows: Iterable[Mapping[str, Any]], now: datetime) -> tuple[str, ...]:
    return tuple(sorted({row["unit"] for row in rows if _reads(row, now)}))


def _reads(row: Any, now: datetime) -> bool:
    open_still = row["until"] is None or row["until"] > now
    return bool(open_still and row["level"] >= int(Level.CONTENT))


def steps(uow: UnitOfWork, case_id: UUID) -> list[Mapping[str, Any]]:
    """The steps of a case that this node knows, in the order of its log."""
    rows = uow.find(step, case_id=case_id)
    return sorted(rows, key=lambda row: (row["epoch"], row["n"]))


def is_readable(uow: UnitOfWork, case_id: UUID) -> bool:
    """Whether the caller may know of a case at all; asked when a refusal would tell of it."""
    if uow.caller.kind is Kind.SERVICE:
        return True
    may_know = readable(uow.caller, case_scope, Level.HEADER, now=uow.now)
    query = select(case_row.c.case_id).where(case_row.c.case_id == case_id, may_know)
    return uow.scalar(query) is not None


def add_step(uow: UnitOfWork, new: Step) -> bool:
    """Keep a step of the timeline; one that is known already is left as it is: then False."""
    if uow.get(step, case_id=new.case_id, epoch=new.epoch, n=new.n) is not None:
        return False
    key = {"case_id": new.case_id, "epoch": new.epoch, "n": new.n}
    told = {"kind": new.kind, "unit": new.unit, "at": new.at, "body": dict(new.body)}
    uow.insert(step, key | told)
    return True
