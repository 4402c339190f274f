"""What the commands of one transaction have read and changed: they see each other through it."""

from collections.abc import Iterable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ClauseElement, Executable, Result, Table, TextClause
from sqlalchemy.sql import visitors

from kernel.errors import AlreadyThere, StaleVersion
from kernel.unit_of_work.driver import Driver, FlushFailed, TransactionLost
from kernel.unit_of_work.flush import Schema, flush
from kernel.unit_of_work.layer import Frame, Merged, Slot
from kernel.unit_of_work.sight import Sight
from kernel.unit_of_work.values import Row


class DuplicateKey(AlreadyThere):
    """A row with this unique key exists; `table` names where, when that is known."""

    reason = "DUPLICATE_KEY"


class Batch(Sight):
    """The transaction of one or more commands, one after the other.

    `merged` holds the rows of the commands that succeeded; `frame` those of the command under way,
    which are merged when it returns and dropped when it is refused.
    """

    def __init__(self, schema: Schema, driver: Driver) -> None:
        super().__init__(schema, driver)
        self._broken = False
        self._savepoint = False
        self._frees = False
        self._deletes = False

    # Writing: into the frame.

    def insert(self, table: Table, given: Mapping[str, Any]) -> None:
        """Let the command under way add a row.

        One that is known to exist fails the command later, where the database would find it.
        """
        statements = self.schema[table]
        row = statements.complete(given)
        if statements.counted and row[statements.counted] is None:
            self.frame.append(table, [row])
            return
        key = statements.key_of(row)
        written = self.frame.slots[table]
        known = written.get(key) or self.merged.slots[table].get(key)
        if known is not None and known.row is not None:
            self.frame.duplicate = table.name
        written[key] = Slot(row, known.stored if known else None)

    def insert_all(self, table: Table, given: Iterable[Mapping[str, Any]]) -> None:
        """Let the command under way add several rows."""
        statements = self.schema[table]
        if statements.counted is None:
            for row in given:
                self.insert(table, row)
        else:
            self.frame.append(table, [statements.uncounted(row) for row in given])

    def update(self, table: Table, slot: Slot, row: Row, guard: tuple[str, ...]) -> None:
        """Let the command under way replace a row that `slot` has shown."""
        statements = self.schema[table]
        key = statements.key_of(row)
        old = self._replaced(slot)
        if any(old[name] != row[name] for name in statements.key):
            raise ValueError(f"the key of {table.name} does not change")
        self._frees = self._frees or any(old[name] != row[name] for name in statements.unique)
        self.frame.slots[table][key] = Slot(row, slot.stored, guard=guard)

    def delete(self, table: Table, slot: Slot, guard: tuple[str, ...]) -> None:
        """Let the command under way remove a row that `slot` has shown."""
        statements = self.schema[table]
        old = self._replaced(slot)
        key = statements.key_of(old)
        self._frees = self._deletes = True
        blind = slot.stored is None and key not in self.merged.slots[table]
        # Added and removed again, a row is never sent: the database would not object.
        if blind and statements.look_up(self.driver, statements.key, [old], lock=False):
            self.frame.duplicate = table.name
        self.frame.slots[table][key] = Slot(None, slot.stored, guard=guard)

    @staticmethod
    def _replaced(slot: Slot) -> Row:
        if slot.row is None:
            raise StaleVersion
        return slot.row

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
            if table in self._lookups:
                for lookup in self._lookups[table].values():
                    lookup.add(slots)
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
        self._lookups.clear()

    # Statements of the command's own: what is pending is sent first.

    def select(self, statement: Executable) -> Result[*tuple[Any, ...]]:
        """Run a SELECT that sees every earlier row, of this command and of those before it."""
        tables = _tables_of(statement)
        if tables is None or self._deletes or tables & self.frame.unsent():
            self.flush_all()
        elif not self._savepoint:
            self._send(self.merged, self._with_parents(tables & self.merged.unsent()))
        return self.driver.connection.execute(statement)

    def execute(
        self, statement: Executable, values: Mapping[str, Any] | None = None
    ) -> Result[*tuple[Any, ...]]:
        """Run any statement; what was known of the tables it names is read again when asked for."""
        self.flush_all()
        result = self.driver.connection.execute(statement, values)
        for table in _tables_of(statement) or {*self.merged.slots, *self.frame.slots}:
            self.frame.forget(table)
            self.merged.forget(table)
        self._lookups.clear()
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
        """Send what the commands left and commit."""
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
            try:
                flush(self.schema, self.driver, layer.take(tables))
            except Exception as error:
                self._broken = True
                raise FlushFailed from error

    def send_appended(self, table: Table) -> None:
        """Send pending rows of a table that have no key yet."""
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


_known: "WeakKeyDictionary[ClauseElement, set[Table] | None]" = WeakKeyDictionary()
"""What `_tables_of` found: a statement made once is looked through once."""


def _tables_of(statement: Executable) -> set[Table] | None:
    """The tables a statement names; None when it is text and nobody knows."""
    if not isinstance(statement, ClauseElement):
        return None
    if statement not in _known:
        _known[statement] = _looked_through(statement)
    return _known[statement]


def _looked_through(statement: ClauseElement) -> set[Table] | None:
    parts = list(visitors.iterate(statement))
    if any(isinstance(part, TextClause) for part in parts):
        return None
    return {part for part in parts if isinstance(part, Table)}
