"""Values on their way to the driver and back, converted as SQLAlchemy's types would."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Dialect, LargeBinary, Table, Uuid

from kernel.database import UtcDateTime, iso_utc

Row = dict[str, Any]
Columns = tuple[str, ...]
Convert = Callable[[Any], Any]


class Binding:
    """Some columns of a table as the driver wants them.

    Column after column instead of value after value, so that a column that needs nothing costs
    nothing.
    """

    def __init__(self, table: Table, names: Sequence[str], dialect: Dialect) -> None:
        self._get: Callable[[Mapping[str, Any]], Any] = (
            itemgetter(*names) if len(names) > 1 else _one(names)
        )
        converts = [_outward(table.columns[name], dialect) for name in names]
        self._converts = [(at, convert) for at, convert in enumerate(converts) if convert]

    def __call__(self, rows: Iterable[Mapping[str, Any]]) -> list[list[Any]]:
        """The values of each row, in the order of the columns."""
        get = self._get
        bound = [list(get(row)) for row in rows]
        for at, convert in self._converts:
            for values in bound:
                value = values[at]
                if value is not None:
                    values[at] = convert(value)
        return bound


class Reading:
    """Rows of the driver as dicts of Python values."""

    def __init__(self, table: Table, dialect: Dialect) -> None:
        self._names = tuple(table.columns.keys())
        converts = [_inward(column, dialect) for column in table.columns]
        self._converts = [(at, convert) for at, convert in enumerate(converts) if convert]

    def __call__(self, rows: Iterable[Sequence[Any]]) -> list[Row]:
        """One dict a row."""
        read = []
        for row in rows:
            values = list(row)
            for at, convert in self._converts:
                values[at] = convert(values[at])
            read.append(dict(zip(self._names, values, strict=True)))
        return read


def _one(names: Sequence[str]) -> Callable[[Any], Any]:
    (name,) = names
    return lambda row: (row[name],)


def _outward(column: Column[Any], dialect: Dialect) -> Convert | None:
    on_sqlite = dialect.name == "sqlite"
    if isinstance(column.type, LargeBinary):
        return None  # both drivers take bytes as they are
    if isinstance(column.type, Uuid):
        return _hex if on_sqlite else None
    if isinstance(column.type, UtcDateTime):
        return iso_utc
    return column.type.dialect_impl(dialect).bind_processor(dialect)


def _inward(column: Column[Any], dialect: Dialect) -> Convert | None:
    if isinstance(column.type, LargeBinary):
        return None
    return column.type.dialect_impl(dialect).result_processor(dialect, None)


def _hex(value: UUID) -> str:
    return value.hex
