"""What becomes of case keys over the years: destroyed, or wrapped under a newer node key."""

from uuid import UUID

from sqlalchemy import Table, select

from kernel.sealing.node_key import NodeKey
from kernel.unit_of_work import UnitOfWork


def destroy(uow: UnitOfWork, case_key: Table, case_id: UUID) -> bool:
    """Erase: nothing that this case's key sealed can be read any more.

    False when there is no key or it was destroyed before. Backups hold the wrapped key until they
    expire: how long is the operator's retention (ADR 0041).
    """
    row = uow.get(case_key, case_id=case_id)
    if row is None or row["wrapped"] is None:
        return False
    uow.update(case_key, {"case_id": case_id}, {"wrapped": None, "destroyed_at": uow.now})
    return True


def rewrap(uow: UnitOfWork, case_key: Table, node_key: NodeKey, limit: int = 500) -> int:
    """Wrap up to `limit` keys under the newest node key; 0 when none is left to do.

    Afterwards former node keys open nothing in this table; the oldest file stays, since the blinded
    values hang on it.
    """
    former = case_key.c.key_id != node_key.key_id
    found = uow.query(
        select(case_key.c.case_id, case_key.c.key_id, case_key.c.wrapped)
        .where(former, case_key.c.wrapped.is_not(None))
        .limit(limit)
    )
    for row in found:
        kept = {"case_id": row.case_id, "key_id": row.key_id, "wrapped": row.wrapped}
        renewed = node_key.rewrapped(kept)
        expected = {"key_id": row.key_id}
        uow.update(case_key, {"case_id": row.case_id}, renewed, expect=expected)
    return len(found)
