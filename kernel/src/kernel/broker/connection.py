"""One connection that is tried for ever; it counts as up when what we declared is in place."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import nats.errors
import structlog
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.js import JetStreamContext

from kernel.broker.address import BrokerAddress
from kernel.broker.client import BulkClient
from kernel.broker.publisher import WINDOW, Message, Publisher
from kernel.broker.standing import until_over
from kernel.broker.topology import ConfigMismatch, Declared, ensure
from kernel.links.backoff import Backoff

ACK_LIMIT = 10.0
API_LIMIT = 5.0
CONNECT_LIMIT = 5
RETRY_PAUSE = 1.0
"""Seconds, shortened at random by up to a half: children of one parent must not dial in step."""
DENIED = "permissions violation for publish"

Handler = Callable[[Msg], Coroutine[Any, Any, None]]

log = structlog.get_logger(__name__)


class BrokerDown(ConnectionError):
    """There is no connection now, or the server did not store a message; say it again later."""


@dataclass(slots=True)
class _Ear:
    """A core subscription that moves from client to client."""

    subject: str
    queue: str
    handler: Handler
    subscription: Subscription | None = None

    async def attach(self, client: BulkClient) -> None:
        self.subscription = await client.subscribe(self.subject, self.queue, cb=self.handler)

    async def detach(self) -> None:
        if self.subscription is not None:
            with contextlib.suppress(nats.errors.Error, OSError):  # gone with the connection
                await self.subscription.unsubscribe()


class Broker:
    """A connection to one server, kept until `stop`.

    `declared` streams and durables are put in place at each connect, also after the server lost
    its store; `up` is set only then. Nothing is published while it is down, since what the client
    would buffer then could arrive long after its sender gave it up.
    """

    def __init__(
        self, address: BrokerAddress, name: str, declared: Sequence[Declared] = ()
    ) -> None:
        self.address = address
        self.name = name
        self.declared = tuple(declared)
        self.last_error = ""
        self.up = asyncio.Event()
        self.on_up: list[Callable[[], None]] = []
        self.on_down: list[Callable[[], None]] = []
        self._client = BulkClient()
        self._tls: ssl.SSLContext | None = None
        self._secret = ""
        self._publisher = Publisher(self._client)
        self._lost = asyncio.Event()
        self._found = asyncio.Event()
        self._ears: list[_Ear] = []
        self._keeper: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        """Whether messages can be published now."""
        return self.up.is_set()

    @property
    def client(self) -> BulkClient:
        """The client of the moment."""
        return self._client

    @property
    def jetstream(self) -> JetStreamContext:
        """JetStream over the client of the moment."""
        return self._client.jetstream(timeout=API_LIMIT)

    async def start(self) -> None:
        """Begin to connect; returns at once, since the server may be down for days."""
        self._keeper = asyncio.create_task(self._keep(), name=f"broker {self.name}")

    async def wait_up(self, limit: float | None = None) -> None:
        """Wait until connected. Raises `TimeoutError`, or `ConfigMismatch` if it never will be."""
        if self._keeper is None:
            raise BrokerDown("not started")
        waiter = asyncio.create_task(self.up.wait())
        try:
            ends = {waiter, self._keeper}
            done, _ = await asyncio.wait(ends, timeout=limit, return_when="FIRST_COMPLETED")
        finally:
            waiter.cancel()
        if self._keeper in done:
            self._keeper.result()
        if waiter not in done:
            raise TimeoutError(f"{self.name}: {self.last_error or 'not connected'}")

    async def stop(self) -> None:
        """Close the connection. Whoever waits for an acknowledgement gets `BrokerDown`."""
        self._fall()
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.wait([self._keeper])
        await self._close()

    @contextlib.asynccontextmanager
    async def listening(
        self, subject: str, handler: Handler, *, queue: str = ""
    ) -> AsyncIterator[None]:
        """Have `handler` called for each core message on `subject`, over all reconnects.

        Of listeners with the same `queue` only one is called.
        """
        ear = _Ear(subject, queue, handler)
        self._ears.append(ear)
        if self._client.is_connected:
            await ear.attach(self._client)
        try:
            yield
        finally:
            self._ears.remove(ear)
            await ear.detach()

    async def tell(self, subject: str, body: bytes) -> None:
        """Publish a core message that may get lost. Raises `BrokerDown`."""
        self._require_up()
        with _as_down():
            await self._client.publish(subject, body)

    async def ask(self, subject: str, body: bytes, limit: float = API_LIMIT) -> bytes:
        """Ask whoever listens on `subject`. Raises `BrokerDown` when nobody answers in time."""
        self._require_up()
        asking = asyncio.create_task(self._client.request(subject, body, timeout=limit))
        try:
            # Not awaited itself: the client may swallow a cancellation that meets its answer.
            await asyncio.wait((asking,))
            with _as_down():
                return asking.result().data
        finally:
            asking.cancel()

    async def publish(self, messages: Sequence[Message], limit: float = ACK_LIMIT) -> int:
        """Publish to streams and wait for the acknowledgements, `limit` seconds each window.

        Returns how many from the first on are stored; fewer than all when the connection fell or
        the server refused one, with the reason in `last_error`.
        """
        stored = 0
        while stored < len(messages) and self.connected:
            window = messages[stored : stored + WINDOW]
            try:
                landed, why = await self._publisher.publish(window, limit)
            except nats.errors.Error as error:
                landed, why = 0, type(error).__name__
            stored += landed
            if why is not None:
                self.last_error = why
                log.warning("broker_publish_failed", broker=self.name, why=why)
                break
        return stored

    def _require_up(self) -> None:
        if not self.connected:
            raise BrokerDown(self.last_error or "not connected")

    async def _keep(self) -> None:
        while True:
            try:
                await self._connect()
                await self._stay()
            except (OSError, nats.errors.Error, TimeoutError) as error:
                self.last_error = f"{type(error).__name__}"
                await asyncio.sleep(Backoff(RETRY_PAUSE).next())  # jitter, no secret
            finally:
                self._fall()
            await self._close()

    async def _connect(self) -> None:
        self._client, self._tls = BulkClient(), self.address.tls()
        self._secret = self.address.secret()
        self._lost, self._found = asyncio.Event(), asyncio.Event()
        await self._client.connect(
            servers=list(self.address.servers),
            name=self.name,
            nkeys_seed_str=self._secret,
            inbox_prefix=self.address.inbox_prefix,
            tls=self._tls,
            error_cb=self._noticed,
            disconnected_cb=self._disconnected,
            closed_cb=self._disconnected,
            reconnected_cb=self._reconnected,
            allow_reconnect=True,
            max_reconnect_attempts=-1,
            reconnect_time_wait=Backoff(RETRY_PAUSE).next(),  # type: ignore[arg-type]  # typed int, used as float
            connect_timeout=CONNECT_LIMIT,
            ping_interval=20,
        )
        self._publisher = Publisher(self._client)
        await self._publisher.open()
        for ear in self._ears:
            await ear.attach(self._client)

    async def _stay(self) -> None:
        """Be up while the client is connected; declare again after each reconnect."""
        while not self._client.is_closed:
            self._lost.clear()
            for wanted in self.declared:
                await self._declare(wanted)
            if self._client.is_connected and not self._lost.is_set():
                self._rise()
            await until_over(self._lost, self.address, self._secret)
            if not self._lost.is_set():
                await self._client.close()
            self._fall()
            while not (self._client.is_connected or self._client.is_closed):
                await self._found.wait()
                self._found.clear()

    async def _declare(self, wanted: Declared) -> None:
        try:
            await ensure(self.jetstream, wanted)
        except ConfigMismatch as mismatch:
            self.last_error = str(mismatch)
            log.critical("broker_config_mismatch", broker=self.name, why=self.last_error)
            raise

    def _rise(self) -> None:
        log.info("broker_up", broker=self.name)
        self.up.set()
        for listener in self.on_up:
            listener()

    def _fall(self) -> None:
        if self.up.is_set():
            log.warning("broker_down", broker=self.name, why=self.last_error)
        self.up.clear()
        for listener in self.on_down:
            listener()
        self._publisher.abort("connection lost")

    async def _close(self) -> None:
        with contextlib.suppress(nats.errors.Error, OSError, TimeoutError):
            await self._client.close()

    async def _noticed(self, error: Exception) -> None:
        """The only place where NATS tells why: permissions, authorization, a lost socket."""
        self.last_error = f"{type(error).__name__}: {error}"
        log.warning("broker_error", broker=self.name, why=self.last_error)
        if DENIED in self.last_error:  # no acknowledgement will come
            self._publisher.abort(self.last_error)

    async def _disconnected(self) -> None:
        self._fall()
        self._trust_anew()
        self._lost.set()
        self._found.set()

    def _trust_anew(self) -> None:
        """A CA that was added to the file counts from the next connection on."""
        if self._tls is not None and self.address.ca is not None:
            with contextlib.suppress(OSError):  # half written: the former ones go on
                self._tls.load_verify_locations(self.address.ca)

    async def _reconnected(self) -> None:
        self._found.set()


@contextlib.contextmanager
def _as_down() -> Iterator[None]:
    try:
        yield
    except (nats.errors.Error, TimeoutError) as error:
        raise BrokerDown(type(error).__name__) from error
