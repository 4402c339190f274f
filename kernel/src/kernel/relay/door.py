"""The local link's side talk on core NATS: heads out, wishes and confirmations in.

All of it may get lost: heads are told again every second, wishes and confirmations are repeated.
"""

import asyncio
import contextlib
import json
import secrets
from typing import Any

import structlog
from nats.aio.msg import Msg
from sqlalchemy.exc import DBAPIError

from kernel.broker import BrokerDown
from kernel.errors import Refusal
from kernel.group_commit import InternalFault
from kernel.relay.relay import Relay
from kernel.relay.retention import PeerAhead, Retention

HEAD_INTERVAL = 1.0

log = structlog.get_logger(__name__)


class LocalDoor:
    """Answers the services of the node that receive this service's events.

    `head.<node>.<service>` tells the last number; `resend.<node>.<service>` takes a wish and
    publishes again; `cursor.<node>.<service>` takes what a receiver has.
    """

    def __init__(self, relay: Relay, retention: Retention) -> None:
        self._relay = relay
        self._retention = retention
        self._token = f"{relay.end.node}.{relay.end.service}"
        self.peer_ahead: PeerAhead | None = None

    async def run(self) -> None:
        """Serve until cancelled. Raises `PeerAhead` once a receiver has seen more than we have."""
        broker = self._relay.broker
        async with (
            broker.listening(f"resend.{self._token}", self._resend, queue=self._token),
            broker.listening(f"cursor.{self._token}", self._confirm, queue=self._token),
        ):
            await self._tell_heads()

    async def _tell_heads(self) -> None:
        while self.peer_ahead is None:
            await self._tell_head()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(HEAD_INTERVAL):
                    await self._relay.moved.wait()
            self._relay.moved.clear()
        raise self.peer_ahead

    async def _tell_head(self) -> None:
        head = self._relay.head
        body = json.dumps({"incarnation": head.incarnation, "head": head.no})
        with contextlib.suppress(BrokerDown):  # told again in a second
            await self._relay.broker.tell(f"head.{self._token}", body.encode())

    async def _resend(self, wish: Msg) -> None:
        asked = _numbers(wish, "incarnation", "from_no", "to_no")
        if asked is None:
            return
        incarnation, first, last = asked
        head, sent = self._relay.head, 0
        try:
            if incarnation == head.incarnation:
                sent = await self._relay.resend(first, last, repeat=secrets.token_hex(4))
            earliest = await self._relay.earliest()
        except (Refusal, InternalFault, DBAPIError) as error:  # the wish is repeated
            log.warning("resend_failed", why=type(error).__name__)
            return
        answer = {
            "incarnation": head.incarnation,
            "head": head.no,
            "earliest": earliest or 0,
            "sent": sent,
        }
        await wish.respond(json.dumps(answer).encode())

    async def _confirm(self, told: Msg) -> None:
        said = _numbers(told, "incarnation", "no")
        receiver = _text(told, "receiver")
        if said is None or receiver is None:
            return
        try:
            await self._retention.confirm(receiver, *said)
        except PeerAhead as ahead:
            self.peer_ahead = ahead
            self._relay.moved.set()
        except (Refusal, InternalFault) as error:  # the receiver says it again
            log.warning("confirm_failed", why=type(error).__name__)


def _fields(message: Msg) -> dict[str, Any]:
    try:
        fields = json.loads(message.data)
    except ValueError:
        fields = None
    return fields if isinstance(fields, dict) else {}


def _numbers(message: Msg, *names: str) -> tuple[int, ...] | None:
    """The named whole numbers of a message of ours, or None for anything else."""
    fields = _fields(message)
    values = [fields.get(name) for name in names]
    if any(not isinstance(value, int) for value in values):
        log.warning("malformed_side_talk", subject=message.subject)
        return None
    return tuple(int(str(value)) for value in values)


def _text(message: Msg, name: str) -> str | None:
    value = _fields(message).get(name)
    return value if isinstance(value, str) else None
