"""Reads that are put on record, and parked letters tried again."""

from uuid import UUID

from kernel.unit_of_work import UnitOfWork
from routing.node import Node
from routing.storage import parked, reading
from routing.storage.reading import NoteRead


def note_read(uow: UnitOfWork, read: NoteRead, *, node: Node) -> None:  # noqa: ARG001 (a handler)
    """Put a read on record."""
    reading.note_read(uow, read)


def retry_letters(uow: UnitOfWork, only: tuple[UUID, ...], *, node: Node) -> int:  # noqa: ARG001 (a handler)
    """Let parked letters be opened again. Answers how many."""
    return parked.retry_letters(uow, only)
