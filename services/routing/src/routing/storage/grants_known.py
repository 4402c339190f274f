"""What routing's rows say about the grants that a service of the node ought to have."""

from uuid import UUID

from sqlalchemy import Connection, select

from routing.domain.grant_rules import Known
from routing.domain.protocol import next_epoch
from routing.domain.words import Custody, Row, Side, State
from routing.storage import grant_starts
from routing.storage.floors import case_floor
from routing.storage.grant_ends import grant_end
from routing.storage.tables import case_row, handoff, handoff_part


def cases(connection: Connection, service: str) -> list[Known]:
    """Every case this node has a row of, headers included."""
    owed, taking = _owed(connection, service), _taking(connection)
    columns = case_row.c
    wanted = (
        columns.case_id,
        columns.case_no,
        columns.custody,
        columns.epoch,
        columns.state,
        columns.holder_unit,
        columns.applied,
    )
    return [
        Known(
            row.case_id,
            row.case_no,
            Custody(row.custody),
            row.epoch,
            row.state == State.ENDED,
            row.holder_unit,
            row.applied.get(service, 0),
            row.case_id in owed,
            taking.get(row.case_id, 0),
        )
        for row in connection.execute(select(*wanted))
    ]


def _owed(connection: Connection, service: str) -> set[UUID]:
    """Cases of which the service has still to be told: its grant, that it goes on, their end."""
    keeps = handoff_part.c
    kept = select(keeps.case_id).where(keeps.service == service, keeps.keep == "owed")
    ends = grant_end.c
    ended = select(ends.case_id).where(ends.service == service, ends.state == "owed")
    started = grant_starts.owed_to(connection, service)
    return {*connection.scalars(kept), *connection.scalars(ended), *started}


def _taking(connection: Connection) -> dict[UUID, int]:
    """Cases that are handed over within the node now, and the epoch the services are granted."""
    offered = (
        select(handoff.c.case_id, handoff.c.epoch, case_floor.c.epoch.label("floor"))
        .outerjoin(case_floor, case_floor.c.case_id == handoff.c.case_id)
        .where(handoff.c.side == Side.BOTH, handoff.c.state == Row.OFFERED)
    )
    return {
        row.case_id: next_epoch(row.epoch, row.floor or 0) for row in connection.execute(offered)
    }
