"""What is sent for one table, worked out once: inserts, guarded changes, look-ups by key."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from operator import add, itemgetter
from typing import Any

from sqlalchemy import Column, Dialect, Table, Uuid

from kernel.unit_of_work.driver import Driver
from kernel.unit_of_work.values import Binding, Reading, Row

Key = Hashable
"""What rows are known by: the primary key in a form that is cheap to hash."""
Given = Mapping[str, Any]
"""Values by column, not necessarily of all columns."""
Change = tuple[Row, Row]
"""The stored row and the one that replaces it."""
LOOKED_UP = 256
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
        self.key_of = _key_maker(table)
        """The key of a row, or of a mapping that holds just the primary key."""
        self.blank: Row = {column.name: _default(column) for column in table.columns}
        self.counted = _counted(table)
        self._width = len(self.blank)
        self.unique = _unique_columns(table)
        self._quoted = {column.name: quote.quote(column.name) for column in table.columns}
        self._dialect = dialect
        self._bindings: dict[tuple[str, ...], Binding] = {}
        self._read = Reading(table, dialect)
        self._columns = ", ".join(self._quoted.values())
        self._uncounted = [name for name in self.blank if name != self.counted]

    def complete(self, given: Given) -> Row:
        """The whole row: what is given, the defaults, None. Raises KeyError for a wrong name."""
        row = {**self.blank, **given}
        if len(row) != self._width:
            raise KeyError(f"{self.name} has no column {set(row) - set(self.blank)}")
        return row

    def uncounted(self, given: Given) -> Row:
        """`complete`, for a row to which the database gives its number. Raises KeyError with one.

        Of a counted table rows are many and small.
        """
        row = self.complete(given)
        if row[str(self.counted)] is not None:
            raise KeyError(f"{self.name} counts {self.counted} itself")
        return row

    def insert(self, driver: Driver, rows: Iterable[Row]) -> None:
        """Insert complete rows whose key is known, in order."""
        self._insert(driver, list(self.blank), rows)

    def append(self, driver: Driver, rows: Iterable[Row]) -> None:
        """Insert complete rows to which the database gives their number, in order."""
        self._insert(driver, self._uncounted, rows)

    def _insert(self, driver: Driver, names: list[str], rows: Iterable[Row]) -> None:
        bound = self._binding(names)(rows)
        driver.insert(self.name, [self._quoted[name] for name in names], bound)

    def update(
        self, driver: Driver, columns: Sequence[str], guard: Sequence[str], rows: Iterable[Change]
    ) -> int:
        """Set `columns` to the new row's where key and `guard` columns are the stored row's."""
        mark = driver.placeholder
        sets = ", ".join(f"{self._quoted[name]} = {mark}" for name in columns)
        statement = f"UPDATE {self.name} SET {sets} WHERE {self._guarded(driver, guard)}"  # noqa: S608  # names are the code's own, values are bound
        changes = list(rows)
        values = self._binding(columns)([new for _old, new in changes])
        where = self._binding([*self.key, *guard])([old for old, _new in changes])
        return driver.change(statement, list(map(add, values, where)))

    def delete(self, driver: Driver, guard: Sequence[str], rows: Iterable[Row]) -> int:
        """Delete the stored rows."""
        statement = f"DELETE FROM {self.name} WHERE {self._guarded(driver, guard)}"  # noqa: S608  # names are the code's own, values are bound
        return driver.change(statement, self._binding([*self.key, *guard])(rows))

    def look_up(
        self,
        driver: Driver,
        columns: Sequence[str],
        wanted: Sequence[Mapping[str, Any]],
        *,
        lock: bool,
    ) -> list[Row]:
        """The rows with the wanted values of `columns`; locked in the order of the key."""
        rows: list[Row] = []
        ending = self._ordered() + driver.lock if lock and driver.lock else ""
        for start in range(0, len(wanted), LOOKED_UP):
            bound = self._binding(columns)(wanted[start : start + LOOKED_UP])
            bound += bound[-1:] * (_power_of_two(len(bound)) - len(bound))  # few forms, prepared
            where, values = self._among(driver, columns, bound)
            statement = f"SELECT {self._columns} FROM {self.name} WHERE {where}{ending}"  # noqa: S608  # names are the code's own, values are bound
            rows += self._read(driver.select(statement, values))
        return rows

    def _among(
        self, driver: Driver, columns: Sequence[str], bound: list[list[Any]]
    ) -> tuple[str, list[Any]]:
        if len(columns) == 1:
            kind = self.table.columns[columns[0]].type.compile(self._dialect)
            among, values = driver.among(kind, [value for (value,) in bound])
            return f"{self._quoted[columns[0]]} {among}", values
        one = " AND ".join(f"{self._quoted[name]} = {driver.placeholder}" for name in columns)
        return " OR ".join([f"({one})"] * len(bound)), [value for row in bound for value in row]

    def _ordered(self) -> str:
        return " ORDER BY " + ", ".join(self._quoted[name] for name in self.key)

    def _guarded(self, driver: Driver, guard: Sequence[str]) -> str:
        keys = [f"{self._quoted[name]} = {driver.placeholder}" for name in self.key]
        kept = [f"{self._quoted[name]} {driver.same} {driver.placeholder}" for name in guard]
        return " AND ".join(keys + kept)

    def _binding(self, names: Sequence[str]) -> Binding:
        wanted = tuple(names)
        binding = self._bindings.get(wanted)
        if binding is None:
            binding = self._bindings[wanted] = Binding(self.table, wanted, self._dialect)
        return binding


def _key_maker(table: Table) -> Callable[[Mapping[str, Any]], Key]:
    """A UUID hashes in Python code, its number does not: this is done some ten times a row."""
    names = [column.name for column in table.primary_key]
    numbers = [isinstance(column.type, Uuid) for column in table.primary_key]
    if numbers == [True, False]:
        case, n = names
        return lambda row: (row[case].int, row[n])
    if len(names) > 1:
        parts = list(zip(names, numbers, strict=True))
        return lambda row: tuple([row[name].int if uuid else row[name] for name, uuid in parts])
    (name,) = names
    return (lambda row: row[name].int) if numbers[0] else itemgetter(name)


def _power_of_two(count: int) -> int:
    return 1 << (count - 1).bit_length()


def _default(column: Column[Any]) -> object:
    default = column.default
    if default is None:
        return None
    if not default.is_scalar:
        raise ValueError(f"{column}: only a constant default; a handler gives ids and times")
    return default.arg  # type: ignore[attr-defined]  # is_scalar says it is there


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
            # Only some constraints have columns; this kind does.
            columns |= {column.name for column in constraint.columns}  # type: ignore[attr-defined]
    for index in table.indexes:
        if index.unique:
            partial = any(
                index.dialect_options[name].get("where") is not None
                for name in ("sqlite", "postgresql")
            )
            columns |= set(table.columns.keys()) if partial else set(index.columns.keys())
    return frozenset(columns)
