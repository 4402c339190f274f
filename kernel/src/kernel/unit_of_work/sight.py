"""Rows as the command under way sees them: from memory where they are known, else read."""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Table

from kernel.errors import StaleVersion
from kernel.unit_of_work.driver import Driver
from kernel.unit_of_work.flush import Schema
from kernel.unit_of_work.layer import Frame, Lookup, Merged, Slot
from kernel.unit_of_work.statements import Key, Statements
from kernel.unit_of_work.values import Columns, Row

Wanted = tuple[Table, Mapping[str, Any]]
"""Rows a command will ask for: by primary key, or by the values of other columns."""


class Sight(ABC):
    """What a command sees: its own rows (`frame`) over those of the commands before (`merged`)."""

    def __init__(self, schema: Schema, driver: Driver) -> None:
        self.schema = schema
        self.driver = driver
        self.merged = Merged()
        self.frame = Frame()
        self._lookups: dict[Table, dict[Columns, Lookup]] = defaultdict(dict)

    @abstractmethod
    def send_appended(self, table: Table) -> None:
        """Send pending rows of a table that have no key yet."""

    def slot(self, table: Table, values: Mapping[str, Any], *, lock: bool) -> Slot:
        """What is known of the row with this primary key, read from the database if need be."""
        statements = self.schema[table]
        key = statements.key_of(values)
        known = self.known(table, key)
        if known is not None and (known.locked or not lock):
            return known
        self._load(statements, [values], lock=lock)
        slot = self.merged.slots[table][key]
        if known is not None and slot.row != known.row:
            raise StaleVersion  # changed by another writer between the two looks
        return slot

    def known(self, table: Table, key: Key) -> Slot | None:
        """What is known of a row without asking the database."""
        return self.frame.slots[table].get(key) or self.merged.slots[table].get(key)

    def find(self, table: Table, equal: Mapping[str, Any]) -> list[Row]:
        """The rows that have these values, in the order of their keys' first being seen."""
        lookup = self._lookup(table, tuple(equal))
        values = lookup.of(equal)
        if self.schema[table].counted:  # pending rows have no key yet
            self.send_appended(table)
            lookup.found.pop(values, None)
        if values not in lookup.found:
            self._search(table, lookup, [equal])
        written = self.frame.slots[table]
        keys = [*lookup.found[values], *lookup.added.get(values, ()), *written]
        if not keys:
            return []
        merged = self.merged.slots[table]
        slots = [written.get(key) or merged[key] for key in dict.fromkeys(keys)]
        return [slot.row for slot in slots if slot.row and lookup.of(slot.row) == values]

    def prefetch(self, wanted: Iterable[Wanted]) -> None:
        """Read what several commands will ask for, each table once."""
        by_columns: dict[tuple[Table, Columns], list[Mapping[str, Any]]] = defaultdict(list)
        for table, values in wanted:
            by_columns[table, tuple(values)].append(values)
        for table in self.schema.in_order({table for table, _columns in by_columns}):
            statements = self.schema[table]
            for (owner, columns), rows in by_columns.items():
                if owner is table and set(columns) == set(statements.key):
                    self._load(statements, rows, lock=True)
                elif owner is table:
                    self._search(table, self._lookup(table, columns), rows)

    def _load(
        self, statements: Statements, wanted: Iterable[Mapping[str, Any]], *, lock: bool
    ) -> None:
        asked = {statements.key_of(row): row for row in wanted}
        rows = statements.look_up(self.driver, statements.key, list(asked.values()), lock=lock)
        found = {statements.key_of(row): row for row in rows}
        for key in asked:
            self._know(statements.table, key, found.get(key), locked=lock)

    def _search(self, table: Table, lookup: Lookup, wanted: list[Mapping[str, Any]]) -> None:
        statements = self.schema[table]
        asked = {lookup.of(row): row for row in wanted}
        found = statements.look_up(self.driver, lookup.columns, list(asked.values()), lock=False)
        lookup.found |= dict.fromkeys(asked, ())
        for row in found:
            key = statements.key_of(row)
            lookup.found[lookup.of(row)] += (key,)
            if key not in self.merged.slots[table]:
                self._know(table, key, row, locked=False)

    def _know(self, table: Table, key: Key, row: Row | None, *, locked: bool) -> None:
        known = self.merged.slots[table].get(key)
        if known is not None and known.pending:
            return
        sure = locked or not self.driver.lock
        self.merged.slots[table][key] = Slot(row, row, locked=sure)

    def _lookup(self, table: Table, columns: Columns) -> Lookup:
        lookup = self._lookups[table].get(columns)
        if lookup is None:
            lookup = self._lookups[table][columns] = Lookup(columns)
            lookup.add(self.merged.slots[table])
        return lookup
