"""Who may come in: one service keeps the accounts and keys of the node, the others ask it.

Tokens are proven here, without asking. What is asked for is which of them have ended before their
time, on its word and every few seconds, and whose the key of a system is.
"""

import asyncio
from collections.abc import Mapping
from typing import Protocol

import grpc

from kernel import logs
from kernel.clock import Clock
from kernel.errors import NotReady
from kernel.tokens import Authenticator, KeyRing, StoredKey

_log = logs.get_logger()
EVERY_S = 5.0


class AccountsDoor(Protocol):
    """How the keeper of the accounts is asked; raises AioRpcError while it does not answer."""

    async def changes(self) -> Mapping[str, float]:
        """Accounts changed within the life of a token, with the second (UTC) of the change."""
        ...

    async def key(self, key_id: str) -> StoredKey | None:
        """What is kept of a system's key; None when there is none."""
        ...


class Accounts:
    """The node's accounts as this service knows them. Run `follow` beside the server.

    While the keeper is away nobody is kept out: tokens hold until their end, 15 minutes at most,
    and keys that were seen before go on.
    """

    def __init__(self, node: str, ring: KeyRing, door: AccountsDoor, clock: Clock) -> None:
        self._door = door
        self._keys: dict[str, StoredKey] = {}
        self._news = asyncio.Event()
        self.authenticator = Authenticator(
            node, ring, system_key=self._key, seconds=lambda: clock.now().timestamp()
        )

    def changed(self) -> None:
        """An account was changed: ask at once. Call on the event loop."""
        self._news.set()

    async def follow(self) -> None:
        """Ask when told of a change and from time to time, until cancelled."""
        while True:
            self._news.clear()
            try:
                self.authenticator.take_changes(await self._door.changes())
            except grpc.aio.AioRpcError as error:
                _log.info("accounts_unanswered", code=error.code().name)
            try:
                await asyncio.wait_for(self._news.wait(), EVERY_S)
            except TimeoutError:
                continue

    async def _key(self, key_id: str) -> StoredKey | None:
        """What is kept of a key; while the keeper is away, what it kept when it was asked last."""
        try:
            found = await self._door.key(key_id)
        except grpc.aio.AioRpcError as error:
            _log.info("accounts_unanswered", code=error.code().name)
            if key_id not in self._keys:
                raise NotReady from None
            return self._keys[key_id]
        if found is None:
            self._keys.pop(key_id, None)
        else:
            self._keys[key_id] = found
        return found
