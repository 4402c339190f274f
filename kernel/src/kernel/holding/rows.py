"""The part of a case as rows: opened for the way, sealed again where it comes to.

For a service whose part is nothing but rows. A table that is named in its `PortableRows` travels
by itself. Each has `case_id` in its key; a column named `sealed…` is opened for the way and sealed
again by the receiver, under the name that `field_name` gives it.
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Table

from kernel.holding.commands import ImportPart
from kernel.holding.errors import PartUnreadable
from kernel.sealing import FieldVault, Sealed
from kernel.unit_of_work import UnitOfWork

Row = Mapping[str, Any]
SEALED = "sealed"
OF_THE_NODE = frozenset({"case_id", "holder_unit", "holder_path", "epoch"})
"""Columns that each node knows by itself."""
_READ: Mapping[type[Any], Callable[[Any], Any]] = {
    UUID: UUID,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    bytes: base64.b64decode,
}


@dataclass(frozen=True, slots=True)
class Part:
    """Rows by the name of their table, opened: what is personal is in clear with its salt.

    It leaves the node only over an encrypted line to the node that takes the case.
    """

    rows: Mapping[str, tuple[Row, ...]]


def field_name(table: Table, column: str, row: Row) -> str:
    """The name under which a sealed column of a row is sealed; the same on every node."""
    keys = [str(row[key.name]) for key in table.primary_key if key.name != "case_id"]
    return ":".join([f"{table.name}.{column}", *keys])


def sealed_columns(table: Table) -> list[str]:
    """The columns of a table that hold what is personal."""
    return [
        column.name
        for column in table.columns
        if column.name.startswith(SEALED) and column.type.python_type is bytes
    ]


@dataclass(frozen=True, slots=True)
class Words:
    """What people say on a case: sealed under the case's key before it is kept."""

    vault: FieldVault

    def seal(self, table: Table, row: Row, said: Row, column: str = SEALED) -> Sealed:
        """Seal what was said for a column of a row."""
        return self.vault.seal(field_name(table, column, row), said)

    def open(self, table: Table, row: Row, column: str = SEALED) -> dict[str, Any]:
        """What was said in a row."""
        return self.vault.open(field_name(table, column, row), row[column])


@dataclass(frozen=True, slots=True)
class PortableRows:
    """The tables whose rows of a case travel with it, in the order they are stored.

    The first has one row a case: without it there is no part. `format` is a name and a version; a
    column is added, never renamed, and a reader leaves out what it does not know. Columns in
    `stays` do not travel.
    """

    tables: tuple[Table, ...]
    format: str
    stays: frozenset[str] = OF_THE_NODE

    def opened(self, uow: UnitOfWork, case_id: UUID, vault: FieldVault) -> Part:
        """Every row of the case, opened."""
        return Part(
            {
                table.name: tuple(
                    self._opened(table, row, vault) for row in uow.find(table, case_id=case_id)
                )
                for table in self.tables
            }
        )

    def _opened(self, table: Table, row: Row, vault: FieldVault) -> dict[str, Any]:
        opened = {
            name: vault.open_raw(field_name(table, name, row), row[name])
            for name in sealed_columns(table)
            if row[name]
        }
        return {name: value for name, value in row.items() if name not in self.stays} | opened

    def store(
        self, uow: UnitOfWork, command: ImportPart[Part], part: Part, vault: FieldVault
    ) -> None:
        """All rows of the case become those of the part, sealed again; the holder is the new one.

        Columns that are not known here are left out.
        """
        for table in self.tables:
            rows = [_stored(table, row, command, vault) for row in part.rows.get(table.name, ())]
            _replace(uow, table, command.case_id, rows)

    def written(self, part: Part) -> bytes:
        """The part as it travels: JSON whose values get their kind back from their column."""
        return msgspec.json.encode({"tables": part.rows})

    def read(self, format_name: str, data: bytes) -> Part | None:
        """The part; None for an empty one.

        Raises:
            PartUnreadable: another format, or not well formed.
        """
        if not data:
            return None
        if format_name != self.format:
            raise PartUnreadable(format=format_name[:40])
        try:
            tables = msgspec.json.decode(data)["tables"]
            rows = {
                table.name: tuple(_row(table, row) for row in tables.get(table.name, ()))
                for table in self.tables
            }
        except (msgspec.DecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise PartUnreadable from error
        if not rows[self.tables[0].name]:
            raise PartUnreadable
        return Part(rows)


def _row(table: Table, row: Row) -> dict[str, Any]:
    """The columns this version knows; a newer sender may know more."""
    return {
        name: _value(table.columns[name].type.python_type, value)
        for name, value in row.items()
        if name in table.columns
    }


def _value(kind: type[Any], value: Any) -> Any:
    return value if value is None or kind not in _READ else _READ[kind](value)


def _stored(table: Table, row: Row, command: ImportPart[Part], vault: FieldVault) -> dict[str, Any]:
    own = {
        "case_id": command.case_id,
        "holder_unit": command.unit,
        "holder_path": command.path,
        "epoch": command.epoch,
    }
    fit = {name: value for name, value in {**row, **own}.items() if name in table.columns}
    sealed = {
        name: vault.seal_raw(field_name(table, name, fit), fit[name]).data
        for name in sealed_columns(table)
        if fit.get(name)
    }
    return fit | sealed


def _replace(uow: UnitOfWork, table: Table, case_id: UUID, rows: list[dict[str, Any]]) -> None:
    keys = [column.name for column in table.primary_key]
    wanted = {tuple(row[name] for name in keys): row for row in rows}
    for row in uow.find(table, case_id=case_id):
        key = tuple(row[name] for name in keys)
        if key in wanted:
            uow.update(table, dict(zip(keys, key, strict=True)), wanted.pop(key))
        else:
            uow.delete(table, **dict(zip(keys, key, strict=True)))
    uow.insert_all(table, wanted.values())
