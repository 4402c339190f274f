"""The keys of cases in the database: made, read, wrapped again, destroyed."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Connection, Table, select

from kernel.errors import Missing, WrongState
from kernel.sealing.case_key import CaseKey
from kernel.sealing.node_keys import NodeKeys
from kernel.unit_of_work import UnitOfWork


class Erased(WrongState):
    """The personal fields of this case were erased: its key is destroyed."""

    reason = "ERASED"


class CaseKeyMissing(Missing):
    """This node has no key for this case."""

    reason = "CASE_KEY_MISSING"


class CaseKeys:
    """The `case_key` table of one service (`kernel.tables.add_case_keys_to`)."""

    def __init__(self, node_keys: NodeKeys, table: Table) -> None:
        self._node_keys = node_keys
        self._table = table

    def new(self, uow: UnitOfWork, case_id: UUID) -> CaseKey:
        """Make the key of a new case, or of one that comes from another node."""
        key, wrapped = self._node_keys.new_case_key(case_id)
        key_id = self._node_keys.current
        uow.insert(self._table, {"case_id": case_id, "wrapped": wrapped, "key_id": key_id})
        return key

    def of(self, uow: UnitOfWork, case_id: UUID) -> CaseKey:
        """The key of a case, in a handler. Raises Erased or CaseKeyMissing."""
        row = uow.get(self._table, lock=False, case_id=case_id)
        if row is None:
            raise CaseKeyMissing(case_id=case_id)
        if row["wrapped"] is None:
            raise Erased(case_id=case_id)
        return self._node_keys.unwrap(case_id, row["key_id"], row["wrapped"])

    def read(self, connection: Connection, case_ids: Collection[UUID]) -> dict[UUID, CaseKey]:
        """The keys of many cases, in a read; those erased or unknown are left out."""
        table = self._table
        found = connection.execute(
            select(table.c.case_id, table.c.key_id, table.c.wrapped).where(
                table.c.case_id.in_(case_ids), table.c.wrapped.is_not(None)
            )
        )
        return {
            row.case_id: self._node_keys.unwrap(row.case_id, row.key_id, row.wrapped)
            for row in found
        }

    def destroy(self, uow: UnitOfWork, case_id: UUID) -> None:
        """Erase: nothing this key sealed can be read any more. Doing it twice changes nothing.

        Backups hold the key until they expire; the operator's retention decides (ADR 0041).
        """
        row = uow.get(self._table, case_id=case_id)
        if row is None:
            raise CaseKeyMissing(case_id=case_id)
        if row["destroyed_at"] is None:
            gone = {"wrapped": None, "destroyed_at": uow.now}
            uow.update(self._table, {"case_id": case_id}, gone)

    def rewrap(self, uow: UnitOfWork, limit: int = 500) -> int:
        """Wrap up to `limit` keys under the current node key; 0 when none is left to do."""
        table, current = self._table, self._node_keys.current
        left = (
            select(table.c.case_id, table.c.key_id, table.c.wrapped)
            .where(table.c.key_id != current, table.c.wrapped.is_not(None))
            .limit(limit)
        )
        found = uow.query(left)
        for case_id, key_id, wrapped in found:
            renewed = {
                "wrapped": self._node_keys.rewrap(case_id, key_id, wrapped),
                "key_id": current,
            }
            uow.update(table, {"case_id": case_id}, renewed, expect={"key_id": key_id})
        return len(found)
