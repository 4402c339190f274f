"""Rows as the commands of one transaction see them, before anything of it is sent."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import Table

from kernel.unit_of_work.statements import Key
from kernel.unit_of_work.values import Columns, Row


@dataclass(slots=True, eq=False)
class Slot:
    """One row: what a command sees (`row`), what the database has in this transaction (`stored`).

    Neither dict is changed in place. The difference is what must be sent: an insert, an update of
    the columns that differ, a delete, or nothing. `guard` names columns that the stored row must
    still have when it is changed.
    """

    row: Row | None
    stored: Row | None
    locked: bool = True
    guard: tuple[str, ...] = ()
    listed: bool = False
    """Whether it is in the list of slots to be sent."""

    @property
    def pending(self) -> bool:
        """Whether the database does not have it yet."""
        return self.row is not self.stored


@dataclass(slots=True)
class Unsent:
    """What is to be sent for one table. Appended rows get their key from the database."""

    slots: list[Slot]
    appended: list[Row]


class Layer:
    """Rows by table and key, and beside them rows to which the database will give a key."""

    __slots__ = ("appended", "slots")

    def __init__(self) -> None:
        self.slots: dict[Table, dict[Key, Slot]] = defaultdict(dict)
        self.appended: dict[Table, list[Row]] = {}

    def append(self, table: Table, rows: Iterable[Row]) -> None:
        """Keep rows without a key."""
        self.appended.setdefault(table, []).extend(rows)

    def forget(self, table: Table) -> None:
        """Forget what is known of a table that was changed by a statement."""
        self.slots.pop(table, None)


class Frame(Layer):
    """What the command under way has written."""

    __slots__ = ("duplicate",)

    def __init__(self) -> None:
        super().__init__()
        self.duplicate = ""
        """The table in which it added a row that exists."""

    def unsent(self) -> set[Table]:
        """The tables of which something is still to be sent."""
        dirty = {t for t, slots in self.slots.items() if any(s.pending for s in slots.values())}
        return dirty | self.appended.keys()

    def take(self, tables: set[Table]) -> dict[Table, Unsent]:
        """What is to be sent for these tables; afterwards it counts as sent."""
        return {
            table: Unsent(
                [slot for slot in self.slots[table].values() if slot.pending],
                self.appended.pop(table, []),
            )
            for table in tables
        }


class Merged(Layer):
    """What is known of the database, with all that the commands before have written."""

    __slots__ = ("dirty",)

    def __init__(self) -> None:
        super().__init__()
        self.dirty: dict[Table, list[Slot]] = defaultdict(list)

    def unsent(self) -> set[Table]:
        """The tables of which something is still to be sent."""
        return {table for table, slots in self.dirty.items() if slots} | self.appended.keys()

    def take(self, tables: set[Table]) -> dict[Table, Unsent]:
        """What is to be sent for these tables; afterwards it counts as sent."""
        return {
            table: Unsent(self.dirty.pop(table, []), self.appended.pop(table, []))
            for table in tables
        }

    def absorb(self, table: Table, slots: dict[Key, Slot], *, sent: bool) -> None:
        """Take over what a command has written; `sent` if the database has it already."""
        mine, dirty = self.slots[table], self.dirty[table]
        for key, slot in slots.items():
            known = mine.get(key)
            if known is None:
                mine[key] = known = slot
            else:
                known.row, known.guard, known.locked = slot.row, slot.guard, True
                if sent:
                    known.stored = slot.stored
            if not known.listed and known.row is not known.stored:
                known.listed = True
                dirty.append(known)


class Lookup:
    """The rows that were looked up by the values of some columns.

    `found` are the keys the database gave, for each values asked for; `added` those that commands
    have written since. What a row has now must be looked at: it may have been changed again.
    """

    __slots__ = ("added", "columns", "found", "of")

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.of: Callable[[Mapping[str, Any]], Hashable] = itemgetter(*columns)
        """The values of a row, in a form that is cheap to hash."""
        self.found: dict[Hashable, tuple[Key, ...]] = {}
        self.added: dict[Hashable, set[Key]] = {}

    def add(self, slots: Mapping[Key, Slot]) -> None:
        """Note rows that are known or were written."""
        of, added = self.of, self.added
        for key, slot in slots.items():
            if slot.row is not None:
                added.setdefault(of(slot.row), set()).add(key)
