"""Who may come in: routing keeps the accounts and keys of the node, intake asks it.

Tokens are proven here, without asking. What routing is asked for is which of them have ended before
their time, on its word and every few seconds, and whose the key of a system is.
"""

import asyncio
from datetime import UTC
from typing import TYPE_CHECKING

import grpc

from kernel import logs
from kernel.clock import Clock
from kernel.errors import NotReady
from kernel.grpc_client import Line
from kernel.identity import Caller, Kind, Role
from kernel.tokens import Authenticator, KeyRing, StoredKey
from lianxin.routing.v1 import staff_pb2, staff_pb2_grpc

if TYPE_CHECKING:
    from lianxin.routing.v1.staff_pb2_grpc import StaffServiceAsyncStub

_log = logs.get_logger()
EVERY_S, ANSWER_S = 5.0, 3.0


class Accounts:
    """The node's accounts as intake knows them. Run `follow` beside the server.

    While routing is away nobody is kept out: tokens hold until their end, 15 minutes at most, and
    keys that were seen before go on.
    """

    def __init__(self, node: str, ring: KeyRing, routing: Line, clock: Clock) -> None:
        self._stub: StaffServiceAsyncStub = staff_pb2_grpc.StaffServiceStub(routing)
        self._keys: dict[str, StoredKey] = {}
        self._news = asyncio.Event()
        self.authenticator = Authenticator(
            node, ring, system_key=self._key, seconds=lambda: clock.now().timestamp()
        )

    def changed(self) -> None:
        """Routing has changed an account: ask at once. Call on the event loop."""
        self._news.set()

    async def follow(self) -> None:
        """Ask on routing's word and from time to time, until cancelled."""
        while True:
            self._news.clear()
            try:
                await self._ask()
            except grpc.aio.AioRpcError as error:
                _log.info("accounts_unanswered", code=error.code().name)
            try:
                await asyncio.wait_for(self._news.wait(), EVERY_S)
            except TimeoutError:
                continue

    async def _ask(self) -> None:
        request = staff_pb2.ListAccountChangesRequest()
        answer = await self._stub.ListAccountChanges(request, timeout=ANSWER_S)
        changes = ((one.staff_id, one.at.ToDatetime(tzinfo=UTC)) for one in answer.changes)
        self.authenticator.take_changes({who: at.timestamp() for who, at in changes})

    async def _key(self, key_id: str) -> StoredKey | None:
        """What routing keeps of a key; while it is away, what it kept when it was asked last."""
        request = staff_pb2.FindSystemKeyRequest(key_id=key_id)
        try:
            found = await self._stub.FindSystemKey(request, timeout=ANSWER_S)
        except grpc.aio.AioRpcError as error:
            _log.info("accounts_unanswered", code=error.code().name)
            if key_id not in self._keys:
                raise NotReady from None
            return self._keys[key_id]
        if not found.digest:
            self._keys.pop(key_id, None)
            return None
        self._keys[key_id] = _stored(key_id, found)
        return self._keys[key_id]


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
