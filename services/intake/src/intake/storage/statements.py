"""Statements that handlers run inside their transaction."""

from sqlalchemy import Select, select

from intake.storage.tables import counter, directory_copy


def counters() -> Select[tuple[str, int]]:
    """Every counter of the node."""
    return select(counter.c.series, counter.c.value)


def directory_versions() -> Select[tuple[int]]:
    """The directory versions kept."""
    return select(directory_copy.c.version)
