"""The stored copy of the directory, by which a service starts without anybody else."""

from dataclasses import dataclass

from sqlalchemy import Select, Table, select

from kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class KeepDirectory:
    """A directory version to be kept for starts without routing."""

    version: int
    content: bytes


def newest(copy: Table) -> Select[bytes]:
    """The content of the version that was kept last."""
    return select(copy.c.content).order_by(copy.c.version.desc()).limit(1)


def keep_copy(uow: UnitOfWork, copy: Table, command: KeepDirectory) -> None:
    """Keep a directory version, once, and drop those before it."""
    if uow.get(copy, version=command.version) is not None:
        return
    for (version,) in uow.query(select(copy.c.version)):
        if version < command.version:
            uow.delete(copy, version=version)
    row = {"version": command.version, "content": command.content, "at": uow.now}
    uow.insert(copy, row)
