"""Routing keeps the accounts and keys of the node; every other service asks it."""

from collections.abc import Mapping
from datetime import UTC
from typing import TYPE_CHECKING

from kernel.grpc_client import Line
from kernel.identity import Caller, Kind, Role
from kernel.tokens import StoredKey
from lianxin.routing.v1 import staff_pb2, staff_pb2_grpc

if TYPE_CHECKING:
    from lianxin.routing.v1.staff_pb2_grpc import StaffServiceAsyncStub

ANSWER_S = 3.0


class AccountsAtRouting:
    """Asks routing about accounts and keys (`kernel.service.AccountsDoor`)."""

    def __init__(self, routing: Line) -> None:
        self._stub: StaffServiceAsyncStub = staff_pb2_grpc.StaffServiceStub(routing)

    async def changes(self) -> Mapping[str, float]:
        """Accounts changed of late."""
        request = staff_pb2.ListAccountChangesRequest()
        answer = await self._stub.ListAccountChanges(request, timeout=ANSWER_S)
        changes = ((one.staff_id, one.at.ToDatetime(tzinfo=UTC)) for one in answer.changes)
        return {who: at.timestamp() for who, at in changes}

    async def key(self, key_id: str) -> StoredKey | None:
        """What routing keeps of a key."""
        request = staff_pb2.FindSystemKeyRequest(key_id=key_id)
        found = await self._stub.FindSystemKey(request, timeout=ANSWER_S)
        return _stored(key_id, found) if found.digest else None


def _stored(key_id: str, found: staff_pb2.FindSystemKeyResponse) -> StoredKey:
    caller = Caller(
        Kind.SYSTEM,
        found.system_id,
        found.site_id,
        found.unit_id,
        found.path,
        frozenset(Role(role) for role in found.roles),
        frozenset(found.sealed_bodies),
    )
    return StoredKey(key_id, found.digest, caller, found.disabled)
