"""What a handler works with: rows, events and numbers that take effect together or not at all."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, Result, Row, Table

from kernel.errors import StaleVersion
from kernel.identity import Caller
from kernel.ids import new_id
from kernel.telemetry import in_journey
from kernel.unit_of_work.batch import Batch
from kernel.unit_of_work.layer import Slot


@dataclass(frozen=True, slots=True)
class EncodedEvent:
    """An event as it goes out: its type, subject on the bus, case, and protobuf body."""

    type: str
    subject: str
    case_id: UUID | None
    body: bytes


Encode = Callable[[Any], EncodedEvent]
"""Turns a service's domain event into what goes out."""
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AtOnce:
    """Noted with an event that shall not rest with others before it goes out on this link."""

    link: str


class UnitOfWork:
    """One command's view of the database.

    It sees what earlier commands did and what this one did itself. Nothing it writes is kept when
    the handler raises. `now` and the ids of `new_id` are the same when the handler runs again.
    """

    def __init__(
        self,
        batch: Batch,
        encode: Encode,
        *,
        now: datetime,
        ids: list[UUID],
        caller: Caller,
        request_id: UUID | None,
        traceparent: str,
    ) -> None:
        self.now = now
        self.caller = caller
        self.request_id = request_id
        self._batch = batch
        self._encode = encode
        self.traceparent = traceparent
        self.links: set[str] = set()
        self.notes: list[object] = []
        self._ids = ids
        self._given = 0

    def new_id(self) -> UUID:
        """A new UUIDv7; the n-th call of one command gives the same id in every try."""
        if self._given == len(self._ids):
            self._ids.append(new_id())
        self._given += 1
        return self._ids[self._given - 1]

    def get(self, table: Table, *, lock: bool = True, **key: object) -> Values | None:
        """The row with this primary key, or None.

        It stays as it is until this command ends, for every other writer too, unless `lock` is
        false: for rows that are only looked at, such as the directory.
        """
        row = self._slot(table, key, lock=lock).row
        return None if row is None else MappingProxyType(row)

    def find(self, table: Table, **equal: object) -> list[Values]:
        """The rows whose columns have these values, unlocked; a cheaper `query` for plain cases."""
        return [MappingProxyType(row) for row in self._batch.find(table, equal)]

    def insert(self, table: Table, row: Values) -> None:
        """Add a row; columns not given get their constant default or NULL.

        If the key exists the command is refused at its end or its next query, as DuplicateKey.
        """
        self._batch.insert(table, row)

    def insert_all(self, table: Table, rows: Iterable[Values]) -> None:
        """Add several rows, as `insert` adds each."""
        self._batch.insert_all(table, rows)

    def update(
        self, table: Table, key: Values, values: Values, *, expect: Values | None = None
    ) -> None:
        """Set columns of the row with this primary key.

        `expect` names columns that must still have these values, such as the version the caller
        saw. Raises StaleVersion when they have not, or when the row is gone.
        """
        slot = self._slot(table, key, lock=True)
        row = self._expected(slot, expect)
        changed = {**row, **values}
        if len(changed) != len(row):
            raise KeyError(f"{table.name} has no column {set(changed) - set(row)}")
        self._batch.update(table, slot, changed, _guard(slot, expect))

    def delete(self, table: Table, *, expect: Values | None = None, **key: object) -> None:
        """Remove the row with this primary key. Raises StaleVersion when it is not as expected."""
        slot = self._slot(table, key, lock=True)
        self._expected(slot, expect)
        self._batch.delete(table, slot, _guard(slot, expect))

    def query(self, select: Executable) -> Sequence[Row[*tuple[Any, ...]]]:
        """The rows of any SELECT; it sees everything written before it."""
        return self._batch.select(select).all()

    def scalar(self, select: Executable) -> Any:
        """The first column of the first row of any SELECT, or None."""
        return self._batch.select(select).scalar()

    def execute(
        self, statement: Executable, values: Values | None = None
    ) -> Result[*tuple[Any, ...]]:
        """Run any statement, such as an UPDATE of many rows; `rowcount` tells how many.

        `values` are those of its bound parameters.
        """
        return self._batch.execute(statement, values)

    def emit(
        self,
        event: object,
        *,
        links: Sequence[str] = ("local",),
        event_id: UUID | None = None,
        at_once: bool = False,
    ) -> UUID:
        """Say that something happened: it goes out on these links after the commit.

        Answers the event's id, the same on all links. `event_id`, from `new_id`, is for an event
        whose body names it. `at_once` is for one that somebody waits for: it does not rest.
        """
        encoded, event_id = self._encode(event), event_id or self.new_id()
        outbox = self._batch.schema.named("outbox")
        traceparent = in_journey(self.traceparent, encoded.case_id) or None
        self.links.update(links)
        self.notes += [AtOnce(link) for link in links if at_once]
        for link in links:
            self.insert(
                outbox,
                {
                    "link": link,
                    "event_id": event_id,
                    "type": encoded.type,
                    "subject": encoded.subject,
                    "case_id": encoded.case_id,
                    "body": encoded.body,
                    "traceparent": traceparent,
                    "at": self.now,
                },
            )
        return event_id

    def note(self, what: object) -> None:
        """Let `Writer.on_commit` have this once the command is durable; it may get lost with us."""
        self.notes.append(what)

    def next_number(self, series: str) -> int:
        """The next number of a series, from 1. A number of a refused command is given again."""
        counter = self._batch.schema.named("counter")
        row = self.get(counter, series=series)
        if row is None:
            self.insert(counter, {"series": series, "value": 1})
            return 1
        value: int = row["value"] + 1
        self.update(counter, {"series": series}, {"value": value}, expect={"value": value - 1})
        return value

    def _slot(self, table: Table, key: Values, *, lock: bool) -> Slot:
        expected = self._batch.schema[table].key
        if len(key) != len(expected):
            raise KeyError(f"the key of {table.name} is {expected}")
        return self._batch.slot(table, key, lock=lock)

    def _expected(self, slot: Slot, expect: Values | None) -> dict[str, Any]:
        if slot.row is None:
            raise StaleVersion
        if expect and any(slot.row[name] != value for name, value in expect.items()):
            raise StaleVersion(current=slot.row.get("version", ""))
        return slot.row


def _guard(slot: Slot, expect: Values | None) -> tuple[str, ...]:
    return tuple(sorted({*slot.guard, *expect})) if expect else slot.guard
