"""What the commands of one transaction have read and changed: they see each other through it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import ClauseElement, Executable, Result, Table, TextClause
from sqlalchemy.sql import visitors

from kernel.errors import AlreadyThere, StaleVersion
from kernel.unit_of_work.driver import Driver, FlushFailed, TransactionLost
from kernel.unit_of_work.flush import LAST, Schema, flush
from kernel.unit_of_work.layer import Frame, Merged, Slot
from kernel.unit_of_work.statements import Key, Statements
from kernel.unit_of_work.values import Row

Columns = tuple[str, ...]
Wanted = tuple[Table, Mapping[str, Any]]
"""Rows a command will ask for: by primary key, or by the values of other columns."""


class DuplicateKey(AlreadyThere):
    """A row with this unique key exists; `table` names where, when that is known."""

    reason = "DUPLICATE_KEY"


class Batch:
    """The transaction of one or more commands, one after the other.

    `merged` holds the rows of the commands that succeeded; `frame` those of the command under way,
    which are merged when it returns and dropped when it is refused.
    """

    def __init__(self, schema: Schema, driver: Driver) -> None:
        self.schema = schema
        self.driver = driver
        self.merged = Merged()
        self.frame = Frame()
        self.emitted = False
        self._broken = False
        self._savepoint = False
        self._frees = False
        self._deletes = False
        self._found: dict[tuple[Table, Columns], dict[Key, set[Key]]] = defaultdict(dict)
        self._indexed: dict[Table, dict[Columns, dict[Key, set[Key]]]] = defaultdict(dict)

    # Reading by key or value: from what is known, else from the database.

    def slot(self, table: Table, key: Key, *, lock: bool) -> Slot:
        """What is known of a row, read from the database if need be."""
        known = self.known(table, key)
        if known is not None and (known.locked or not lock):
            return known
        self._load(self.schema.of(table), [key], lock=lock)
        slot = self.merged.slots[table][key]
        if known is not None and slot.row != known.row:
            raise StaleVersion  # changed by another writer between the two looks
        return slot

    def known(self, table: Table, key: Key) -> Slot | None:
        """What is known of a row without asking the database."""
        return self.frame.slots[table].get(key) or self.merged.slots[table].get(key)

    def find(self, table: Table, columns: Columns, values: Key) -> list[Row]:
        """The rows that have these values, in the order of their keys' first being seen."""
        found = self._found[table, columns]
        if self.schema.of(table).counted:  # pending rows have no key yet
            self._send_appended(table)
            found.pop(values, None)
        if values not in found:
            self._search(table, columns, [values])
        keys = dict.fromkeys(found[values])
        keys |= dict.fromkeys(self._index(table, columns).get(values, ()))
        keys |= dict.fromkeys(self.frame.slots[table])
        rows = (self.slot(table, key, lock=False).row for key in keys)
        return [row for row in rows if row and _values(row, columns) == values]

    def prefetch(self, wanted: Iterable[Wanted]) -> None:
        """Read what several commands will ask for, each table once."""
        by_columns: dict[tuple[Table, Columns], dict[Key, None]] = defaultdict(dict)
        for table, values in wanted:
            by_columns[table, tuple(values)][tuple(values.values())] = None
        for table in self.schema.in_order({table for table, _columns in by_columns}):
            for (owner, columns), keys in by_columns.items():
                if owner is table:
                    self._prefetch(table, columns, list(keys))

    def _prefetch(self, table: Table, columns: Columns, keys: list[Key]) -> None:
        statements = self.schema.of(table)
        if set(columns) == set(statements.key):
            order = [columns.index(name) for name in statements.key]
            self._load(statements, [tuple([key[i] for i in order]) for key in keys], lock=True)
        else:
            self._search(table, columns, keys)

    def _load(self, statements: Statements, keys: Collection[Key], *, lock: bool) -> None:
        rows = statements.look_up(self.driver, statements.key, keys, lock=lock)
        found = {statements.key_of(row): row for row in rows}
        for key in keys:
            self._know(statements.table, key, found.get(key), locked=lock)

    def _search(self, table: Table, columns: Columns, keys: list[Key]) -> None:
        statements = self.schema.of(table)
        found = self._found[table, columns]
        found.update({key: set() for key in keys})
        for row in statements.look_up(self.driver, columns, keys, lock=False):
            key = statements.key_of(row)
            found[_values(row, columns)].add(key)
            if key not in self.merged.slots[table]:
                self._know(table, key, row, locked=False)

    def _know(self, table: Table, key: Key, row: Row | None, *, locked: bool) -> None:
        known = self.merged.slots[table].get(key)
        if known is not None and known.pending:
            return
        sure = locked or not self.driver.lock
        self.merged.slots[table][key] = Slot(row, row, locked=sure)

    def _index(self, table: Table, columns: Columns) -> dict[Key, set[Key]]:
        index = self._indexed[table].get(columns)
        if index is None:
            index = self._indexed[table][columns] = defaultdict(set)
            _add_to(index, columns, self.merged.slots[table])
        return index

    # Writing: into the frame.

    def insert(self, table: Table, key: Key, row: Row) -> None:
        """Let the command under way add a row.

        One that is known to exist fails the command later, where the database would find it.
        """
        known = self.known(table, key)
        if known is not None and known.row is not None:
            self.frame.duplicate = table.name
        self.frame.slots[table][key] = Slot(row, known.stored if known else None)

    def change(self, table: Table, key: Key, row: Row | None, guard: tuple[str, ...]) -> None:
        """Let the command under way replace a row that `slot` has shown; None removes it."""
        known = self.known(table, key)
        if known is None or known.row is None:
            raise KeyError(table.name)
        if _frees(known.row, row, self.schema.of(table).unique):
            self._frees = True
        if row is None:
            self._deletes = True
            if known.stored is None:
                self._look_for_duplicate(table, key)
        self.frame.slots[table][key] = Slot(row, known.stored, guard=guard)

    def _look_for_duplicate(self, table: Table, key: Key) -> None:
        """A row that is added and removed again is never sent: the database would not object."""
        statements = self.schema.of(table)
        known = self.merged.slots[table].get(key)
        if known is None and statements.look_up(self.driver, statements.key, [key], lock=False):
            self.frame.duplicate = table.name

    def merge(self) -> None:
        """The command under way has succeeded: the next ones see what it did.

        Raises DuplicateKey when it added a row that exists.
        """
        self._check()
        self._refuse_duplicate()
        sent = self._savepoint
        if sent:
            self.driver.keep()
            self._savepoint = False
        elif self._frees:
            # An earlier command may have wanted the unique value that is given up only now.
            self._send(self.merged, self.merged.unsent())
        for table, slots in self.frame.slots.items():
            self.merged.absorb(table, slots, sent=sent)
            for columns, index in self._indexed.get(table, {}).items():
                _add_to(index, columns, slots)
        for table, rows in self.frame.appended.items():
            self.merged.append(table, rows)
        self._frees = False
        self.frame = Frame()

    def drop(self) -> None:
        """The command under way is refused: nothing of it remains."""
        self._check()
        self._frees = False
        self.frame = Frame()
        if self._savepoint:
            self._savepoint = False
            self.driver.undo()
            self._forget_clean()  # locks taken since the savepoint are gone with it

    def _rebase(self) -> None:
        """Say what the database has now of the rows that the command under way has changed."""
        for table, slots in self.frame.slots.items():
            below = self.merged.slots[table]
            for key, slot in slots.items():
                if key in below:
                    slot.stored = below[key].stored

    def _forget_clean(self) -> None:
        for slots in self.merged.slots.values():
            for key in [key for key, slot in slots.items() if not slot.pending]:
                del slots[key]
        self._found.clear()
        self._indexed.clear()

    # Statements of the command's own: what is pending is sent first.

    def select(self, statement: Executable) -> Result[*tuple[Any, ...]]:
        """Run a SELECT that sees every earlier row, of this command and of those before it."""
        tables = _tables_of(statement)
        if tables is None or self._deletes or tables & self.frame.unsent():
            self.flush_all()
        elif not self._savepoint:
            self._send(self.merged, self._with_parents(tables & self.merged.unsent()))
        return self.driver.connection.execute(statement)

    def execute(self, statement: Executable) -> Result[*tuple[Any, ...]]:
        """Run any statement; what was known of the tables it names is read again when asked for."""
        self.flush_all()
        result = self.driver.connection.execute(statement)
        for table in _tables_of(statement) or {*self.merged.slots, *self.frame.slots}:
            self.frame.forget(table)
            self.merged.forget(table)
        self._found.clear()
        self._indexed.clear()
        return result

    def flush_all(self) -> None:
        """Send what is pending: of earlier commands first, then this one's under a savepoint."""
        self._refuse_duplicate()
        if not self._savepoint:
            self._send(self.merged, self.merged.unsent())
            self._rebase()
            self.driver.savepoint()
            self._savepoint = True
        self._send(self.frame, self.frame.unsent())
        self._deletes = False

    def finish(self) -> None:
        """Send what the commands left and commit. `emitted` tells whether an event was in it."""
        self._send(self.merged, self.merged.unsent())
        self._check()
        self.driver.commit()

    def _refuse_duplicate(self) -> None:
        if self.frame.duplicate:
            raise DuplicateKey(table=self.frame.duplicate)

    def _check(self) -> None:
        if self._broken:  # a handler went on after an error of the database
            raise TransactionLost

    def _send(self, layer: Frame | Merged, tables: set[Table]) -> None:
        if tables:
            self.emitted = self.emitted or any(table.name == LAST for table in tables)
            try:
                flush(self.schema, self.driver, layer.take(tables))
            except Exception as error:
                self._broken = True
                raise FlushFailed from error

    def _send_appended(self, table: Table) -> None:
        if table in self.frame.unsent():
            self.flush_all()
        elif not self._savepoint:
            self._send(self.merged, self._with_parents({table} & self.merged.unsent()))

    def _with_parents(self, tables: set[Table]) -> set[Table]:
        wanted, unsent = set(tables), self.merged.unsent()
        todo = list(tables)
        while todo:
            parents = {key.column.table for key in todo.pop().foreign_keys}
            todo += (parents & unsent) - wanted
            wanted |= parents & unsent
        return wanted


def _values(row: Row, columns: Columns) -> Key:
    return tuple([row[name] for name in columns])


def _add_to(index: dict[Key, set[Key]], columns: Columns, slots: Mapping[Key, Slot]) -> None:
    for key, slot in slots.items():
        if slot.row is not None:
            index[_values(slot.row, columns)].add(key)


def _frees(stored: Row, row: Row | None, unique: frozenset[str]) -> bool:
    return row is None or any(stored[name] != row[name] for name in unique)


def _tables_of(statement: Executable) -> set[Table] | None:
    """The tables a statement names; None when it is text and nobody knows."""
    if not isinstance(statement, ClauseElement):
        return None
    parts = list(visitors.iterate(statement))
    if any(isinstance(part, TextClause) for part in parts):
        return None
    return {part for part in parts if isinstance(part, Table)}
