"""Rows as the commands of one transaction see them, before anything of it is sent."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Table

from kernel.unit_of_work.statements import Key, Row


@dataclass(slots=True)
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

    @property
    def pending(self) -> bool:
        """Whether the database does not have it yet."""
        return self.row is not self.stored


class Layer:
    """Rows by table and key; those not yet sent are `dirty`, those without a key are `appended`."""

    __slots__ = ("appended", "dirty", "slots")

    def __init__(self) -> None:
        self.slots: dict[Table, dict[Key, Slot]] = defaultdict(dict)
        self.dirty: dict[Table, dict[Key, Slot]] = {}
        self.appended: dict[Table, list[Row]] = {}

    def put(self, table: Table, key: Key, slot: Slot) -> None:
        """Keep a slot; a pending one is to be sent."""
        self.slots[table][key] = slot
        if slot.pending:
            self.dirty.setdefault(table, {})[key] = slot
        elif table in self.dirty:
            self.dirty[table].pop(key, None)

    def append(self, table: Table, rows: Iterable[Row]) -> None:
        """Keep rows to which the database will give their key."""
        self.appended.setdefault(table, []).extend(rows)

    def unsent(self) -> set[Table]:
        """The tables of which something is still to be sent."""
        return {table for table, slots in self.dirty.items() if slots} | self.appended.keys()

    def take(self, tables: set[Table]) -> Iterator[tuple[Table, list[Slot], list[Row]]]:
        """Hand over what is to be sent for these tables; afterwards it counts as sent."""
        for table in tables:
            slots = list(self.dirty.pop(table, {}).values())
            yield table, slots, self.appended.pop(table, [])

    def forget(self, table: Table) -> None:
        """Forget what is known of a table that was changed by a statement."""
        self.slots.pop(table, None)
