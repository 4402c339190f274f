"""Sending the pending rows of a layer: each table once, parents before children, outbox last."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Dialect, MetaData, Table

from kernel.unit_of_work.driver import Driver, RowChanged
from kernel.unit_of_work.layer import Slot, Unsent
from kernel.unit_of_work.statements import Change, Statements
from kernel.unit_of_work.values import Row

LAST = "outbox"
"""Its rows are inserted last: the order of its numbers is the order of the commits of a case."""


class Schema(dict[Table, Statements]):
    """The statements of each table of a service, and the order in which rows of them are sent."""

    def __init__(self, metadata: MetaData, dialect: Dialect) -> None:
        super().__init__()
        self._metadata = metadata
        self._dialect = dialect
        self._places: dict[Table, int] = {}

    def __missing__(self, table: Table) -> Statements:
        self[table] = Statements(table, self._dialect)
        return self[table]

    def named(self, name: str) -> Table:
        """A table of the kernel in this service's metadata. Raises KeyError without it."""
        return self._metadata.tables[name]

    def in_order(self, tables: Iterable[Table]) -> list[Table]:
        """Parents before the tables that refer to them, the outbox after all."""
        return sorted(tables, key=self._place)

    def _place(self, table: Table) -> int:
        if table not in self._places:
            tables = [known for known in table.metadata.sorted_tables if known.name != LAST]
            self._places |= {known: place for place, known in enumerate(tables)}
            self._places.setdefault(table, len(tables))
        return self._places[table]


def flush(schema: Schema, driver: Driver, taken: dict[Table, Unsent]) -> None:
    """Send rows.

    Deletes go first and updates before inserts, so that a unique value that was freed can be taken
    again. Raises RowChanged when a guarded row is not as it was, or an error of the driver.
    """
    order = schema.in_order(taken)
    for table in reversed(order):
        _delete(schema[table], driver, taken[table].slots)
    for table in order:
        statements, unsent = schema[table], taken[table]
        _update(statements, driver, unsent.slots)
        _insert(statements, driver, unsent)
        for slot in unsent.slots:
            slot.stored, slot.guard, slot.listed = slot.row, (), False


def _delete(statements: Statements, driver: Driver, slots: list[Slot]) -> None:
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for slot in slots:
        if slot.row is None and slot.stored is not None:
            groups[slot.guard].append(slot.stored)
    for guard, rows in groups.items():
        if statements.delete(driver, guard, rows) != len(rows):
            raise RowChanged


def _update(statements: Statements, driver: Driver, slots: list[Slot]) -> None:
    groups: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Change]] = defaultdict(list)
    for slot in slots:
        old, new = slot.stored, slot.row
        if old is None or new is None:
            continue
        changed = tuple([name for name, value in new.items() if old[name] != value])
        if changed or slot.guard:
            groups[changed or statements.key, slot.guard].append((old, new))
    for (columns, guard), changes in groups.items():
        if statements.update(driver, columns, guard, changes) != len(changes):
            raise RowChanged


def _insert(statements: Statements, driver: Driver, unsent: Unsent) -> None:
    new = [slot.row for slot in unsent.slots if slot.stored is None and slot.row is not None]
    if new:
        statements.insert(driver, new)
    if unsent.appended:
        statements.append(driver, unsent.appended)
