"""What is sent for one table, worked out once: inserts, guarded changes, look-ups by key."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Dialect, Table

from kernel.unit_of_work.driver import Driver, Values

Row = dict[str, Any]
Key = tuple[Any, ...]
Convert = Callable[[Any], Any] | None
Change = tuple[Row, Row]
"""The stored row and the one that replaces it."""
LOOKED_UP = 200
"""Keys asked for in one SELECT."""


class Statements:
    """The SQL of one table in one dialect, with values converted as SQLAlchemy's types say.

    It sends plain driver calls: an `execute` of SQLAlchemy costs more than a small batch's rows.
    """

    def __init__(self, table: Table, dialect: Dialect) -> None:
        quote = dialect.identifier_preparer
        self.table = table
        self.name = quote.format_table(table)
        self.key = tuple(column.name for column in table.primary_key)
        self.blank: Row = {column.name: _default(column) for column in table.columns}
        self.counted = _counted(table)
        self.unique = _unique_columns(table)
        self._quoted = {column.name: quote.quote(column.name) for column in table.columns}
        self._bind = {c.name: _binder(c, dialect) for c in table.columns}
        self._result: list[Convert] = [_reader(c, dialect) for c in table.columns]
        self._columns = ", ".join(self._quoted.values())
        self._uncounted = [name for name in self.blank if name != self.counted]

    def complete(self, given: Mapping[str, Any]) -> Row:
        """The whole row: what is given, the defaults, None. Raises KeyError for a wrong name."""
        row = {**self.blank, **given}
        if len(row) != len(self.blank):
            raise KeyError(f"{self.name} has no column {set(row) - set(self.blank)}")
        return row

    def key_of(self, row: Mapping[str, Any]) -> Key:
        """The primary key of a row, or of a mapping that holds just the key."""
        return tuple([row[name] for name in self.key])

    def insert(self, driver: Driver, rows: Iterable[Row]) -> None:
        """Insert complete rows whose key is known, in order."""
        self._insert(driver, list(self.blank), rows)

    def append(self, driver: Driver, rows: Iterable[Row]) -> None:
        """Insert complete rows to which the database gives their number, in order."""
        self._insert(driver, self._uncounted, rows)

    def _insert(self, driver: Driver, names: list[str], rows: Iterable[Row]) -> None:
        binds = [(name, self._bind[name]) for name in names]
        driver.insert(
            self.name,
            [self._quoted[name] for name in names],
            [[bind(row[name]) if bind else row[name] for name, bind in binds] for row in rows],
        )

    def update(
        self, driver: Driver, columns: Sequence[str], guard: Sequence[str], rows: Iterable[Change]
    ) -> int:
        """Set `columns` to the new row's where key and `guard` columns are the stored row's."""
        mark = driver.placeholder
        sets = ", ".join(f"{self._quoted[name]} = {mark}" for name in columns)
        statement = f"UPDATE {self.name} SET {sets} WHERE {self._guarded(driver, guard)}"  # noqa: S608
        named = (*self.key, *guard)
        values = [[*self._bound(new, columns), *self._bound(old, named)] for old, new in rows]
        return driver.change(statement, values)

    def delete(self, driver: Driver, guard: Sequence[str], rows: Iterable[Row]) -> int:
        """Delete the stored rows."""
        statement = f"DELETE FROM {self.name} WHERE {self._guarded(driver, guard)}"  # noqa: S608
        named = (*self.key, *guard)
        return driver.change(statement, [self._bound(row, named) for row in rows])

    def look_up(
        self, driver: Driver, columns: Sequence[str], wanted: Collection[Key], *, lock: bool
    ) -> list[Row]:
        """The rows whose `columns` have a wanted value; locked in the order of the key."""
        keys = list(wanted)
        rows: list[Row] = []
        for start in range(0, len(keys), LOOKED_UP):
            rows += self._look_up(driver, columns, keys[start : start + LOOKED_UP], lock=lock)
        return rows

    def _look_up(
        self, driver: Driver, columns: Sequence[str], keys: list[Key], *, lock: bool
    ) -> list[Row]:
        keys += keys[-1:] * (_power_of_two(len(keys)) - len(keys))  # few forms, all prepared
        where = self._among(driver.placeholder, columns, len(keys))
        ending = self._ordered() + driver.lock if lock and driver.lock else ""
        binds = [self._bind[name] for name in columns]
        values = [
            bind(value) if bind else value
            for key in keys
            for bind, value in zip(binds, key, strict=True)
        ]
        statement = f"SELECT {self._columns} FROM {self.name} WHERE {where}{ending}"  # noqa: S608
        return [self._read(row) for row in driver.select(statement, values)]

    def _among(self, mark: str, columns: Sequence[str], count: int) -> str:
        if len(columns) == 1:
            return f"{self._quoted[columns[0]]} IN ({', '.join([mark] * count)})"
        one = " AND ".join(f"{self._quoted[name]} = {mark}" for name in columns)
        return " OR ".join([f"({one})"] * count)

    def _ordered(self) -> str:
        return " ORDER BY " + ", ".join(self._quoted[name] for name in self.key)

    def _guarded(self, driver: Driver, guard: Sequence[str]) -> str:
        keys = [f"{self._quoted[name]} = {driver.placeholder}" for name in self.key]
        kept = [f"{self._quoted[name]} {driver.same} {driver.placeholder}" for name in guard]
        return " AND ".join(keys + kept)

    def _bound(self, row: Row, columns: Sequence[str]) -> list[Any]:
        binds = self._bind
        return [bind(row[name]) if (bind := binds[name]) else row[name] for name in columns]

    def _read(self, values: Values) -> Row:
        converted = [
            convert(value) if convert else value
            for convert, value in zip(self._result, values, strict=True)
        ]
        return dict(zip(self.blank, converted, strict=True))


def _power_of_two(count: int) -> int:
    return 1 << (count - 1).bit_length()


def _binder(column: Column[Any], dialect: Dialect) -> Convert:
    return column.type.dialect_impl(dialect).bind_processor(dialect)


def _reader(column: Column[Any], dialect: Dialect) -> Convert:
    return column.type.dialect_impl(dialect).result_processor(dialect, None)


def _default(column: Column[Any]) -> object:
    default = column.default
    if default is None:
        return None
    if not default.is_scalar:
        raise ValueError(f"{column}: only a constant default; a handler gives ids and times")
    return default.arg  # type: ignore[attr-defined]


def _counted(table: Table) -> str | None:
    column = table.autoincrement_column
    return column.name if column is not None else None


def _unique_columns(table: Table) -> frozenset[str]:
    """Columns whose change can free or take a unique value, the primary key apart.

    A partial unique index depends on more columns than it names: then all of them.
    """
    columns: set[str] = set()
    for constraint in table.constraints:
        if type(constraint).__visit_name__ == "unique_constraint":
            columns |= {column.name for column in constraint.columns}  # type: ignore[attr-defined]
    for index in table.indexes:
        if index.unique:
            partial = any(
                index.dialect_options[name].get("where") is not None
                for name in ("sqlite", "postgresql")
            )
            columns |= set(table.columns.keys()) if partial else set(index.columns.keys())
    return frozenset(columns)
