"""The keys an issuer signs with: kept, asked for again when they age or an unknown one is named."""

import asyncio
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import jwt

from kernel import logs
from kernel.errors import TokenInvalid
from kernel.oidc.errors import IssuerAway
from kernel.oidc.fetching import key_documents

FRESH_S = 600.0
"""Seconds after which the keys are asked for again: a key the issuer withdrew is refused then."""
PAUSE_S = 30.0
"""Seconds between two questions: tokens with invented key ids make nobody ask more often."""
MOST_KEYS = 32
SHORTEST_RSA = 2048
_log = logs.get_logger()


class IssuerKeys:
    """The keys of one issuer, by key id. Used from one event loop.

    While the issuer is away what was fetched last goes on for `kept_s` seconds.
    """

    def __init__(
        self,
        issuer: str,
        *,
        kept_s: float,
        ca: Path | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._issuer = issuer
        self._ca = ca
        self._kept_s = kept_s
        self._monotonic = monotonic
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched_at = float("-inf")
        self._asked_at = float("-inf")
        self._asking = asyncio.Lock()

    async def key(self, kid: str) -> jwt.PyJWK:
        """The key of this id.

        Raises:
            TokenInvalid: the issuer has no such key.
            IssuerAway: it does not answer, and its keys are not kept here any more.
        """
        if kid not in self._keys or self._age > FRESH_S:
            await self._ask()
        if self._age > self._kept_s:
            raise IssuerAway
        if kid not in self._keys:
            raise TokenInvalid
        return self._keys[kid]

    @property
    def _age(self) -> float:
        return self._monotonic() - self._fetched_at

    async def _ask(self) -> None:
        """Ask once for all who wait, and not again for a while, whatever the answer."""
        async with self._asking:
            if self._monotonic() - self._asked_at < PAUSE_S:
                return
            self._asked_at = self._monotonic()
            try:
                documents = await asyncio.to_thread(key_documents, self._issuer, self._ca)
            except IssuerAway:
                _log.warning("issuer_unanswered", count=len(self._keys))
                return
            self._keys = _usable(documents)
            self._fetched_at = self._monotonic()


def _usable(documents: Iterable[dict[str, Any]]) -> dict[str, jwt.PyJWK]:
    """Public signing keys with an id; others are left out, as are those past `MOST_KEYS`."""
    keys: dict[str, jwt.PyJWK] = {}
    for document in documents:
        kid = document.get("kid")
        if isinstance(kid, str) and document.get("use", "sig") == "sig" and len(keys) < MOST_KEYS:
            key = _parsed(document)
            if key is not None:
                keys[kid] = key
    return keys


def _parsed(document: dict[str, Any]) -> jwt.PyJWK | None:
    if document.get("kty") not in {"RSA", "EC", "OKP"}:
        return None
    try:
        key = jwt.PyJWK(document)
    except jwt.PyJWTError:  # of a curve or kind that is not known here
        return None
    if document["kty"] == "RSA" and key.key.key_size < SHORTEST_RSA:
        return None
    return key
