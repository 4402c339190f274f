"""Statements that handlers run inside their transaction."""

from typing import Any

from sqlalchemy import Select, select

from intake.storage.tables import counter, numbering


def counters() -> Select[tuple[str, int]]:
    """Every counter of the node."""
    return select(counter.c.series, counter.c.value)


def counters_from(first: str) -> Select[tuple[str, int]]:
    """The counters of every series whose name begins so."""
    return counters().where(counter.c.series.startswith(first, autoescape=True))


def numbering_rows() -> Select[Any]:
    """Every site whose numbering is not plainly this node's: what moves it."""
    columns = numbering.c
    return select(columns.site, columns.state, columns.host, columns.peer, columns.version)
