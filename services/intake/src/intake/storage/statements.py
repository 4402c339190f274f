"""Statements that handlers run inside their transaction."""

from typing import Any

from sqlalchemy import Select, select

from intake.storage.tables import counter, directory_copy, numbering


def counters() -> Select[tuple[str, int]]:
    """Every counter of the node."""
    return select(counter.c.series, counter.c.value)


def numbering_rows() -> Select[Any]:
    """Every site whose numbering is not plainly this node's: what moves it."""
    columns = numbering.c
    return select(columns.site, columns.state, columns.host, columns.peer, columns.version)


def newest_directory() -> Select[tuple[bytes]]:
    """The directory that was kept last."""
    newest = directory_copy.c.version.desc()
    return select(directory_copy.c.content).order_by(newest).limit(1)


def directory_versions() -> Select[tuple[int]]:
    """The directory versions kept."""
    return select(directory_copy.c.version)
