"""A channel with TLS that is dialled anew when its certificate files were replaced."""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Self

import grpc

from kernel import logs
from kernel.tls import ClientTls, FilesDoNotFit

_log = logs.get_logger()
LOOK_S = 2.0
GRACE_S = 60.0
"""How long calls under way may go on over the former connection."""


class RenewedChannel(grpc.aio.Channel):
    """Stubs keep this one; what is behind it is exchanged between two calls, and none is lost."""

    def __init__(
        self,
        tls: ClientTls,
        make: Callable[[grpc.ChannelCredentials], grpc.aio.Channel],
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tls = tls
        self._make = make
        self._monotonic = monotonic
        self._stamp = tls.stamp()
        self._channel = make(tls.credentials())
        self._looked_at = monotonic()
        self._former: dict[asyncio.Task[None], grpc.aio.Channel] = {}

    def current(self) -> grpc.aio.Channel:
        """The channel for the next call. Files are looked at every two seconds of use at most."""
        now = self._monotonic()
        if now - self._looked_at >= LOOK_S:
            self._looked_at = now
            self._look()
        return self._channel

    def _look(self) -> None:
        try:
            stamp = self._tls.stamp()
            if stamp == self._stamp:
                return
            fresh = self._make(self._tls.credentials())
        except (OSError, FilesDoNotFit) as error:  # half a renewal: the former goes on
            _log.warning("certificate_not_read", error=type(error).__name__)
            return
        self._stamp, former, self._channel = stamp, self._channel, fresh
        _log.info("certificate_renewed")
        task = asyncio.ensure_future(former.close(GRACE_S))
        self._former[task] = former
        task.add_done_callback(self._former.pop)

    def unary_unary(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """A method with one request and one answer."""
        return _Method(self, lambda channel: channel.unary_unary(method, *args, **kwargs))

    def unary_stream(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """A method with a stream of answers."""
        return _Method(self, lambda channel: channel.unary_stream(method, *args, **kwargs))

    def stream_unary(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """A method with a stream of requests."""
        return _Method(self, lambda channel: channel.stream_unary(method, *args, **kwargs))

    def stream_stream(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """A method with streams both ways."""
        return _Method(self, lambda channel: channel.stream_stream(method, *args, **kwargs))

    async def close(self, grace: float | None = None) -> None:
        """Hang up, on the former connections too."""
        former = dict(self._former)
        for task in former:
            task.cancel()
        await asyncio.gather(*former, return_exceptions=True)
        for channel in (*former.values(), self._channel):
            await channel.close(grace)

    def get_state(self, try_to_connect: bool = False) -> grpc.ChannelConnectivity:
        """The state of the connection."""
        return self._channel.get_state(try_to_connect)

    async def wait_for_state_change(self, last_observed_state: grpc.ChannelConnectivity) -> None:
        """Return once the state is another one."""
        await self._channel.wait_for_state_change(last_observed_state)

    async def channel_ready(self) -> None:
        """Return once connected."""
        await self.current().channel_ready()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


class _Method:
    """One method on the channel of the moment."""

    def __init__(
        self, line: RenewedChannel, bind: Callable[[grpc.aio.Channel], Callable[..., Any]]
    ) -> None:
        self._line = line
        self._bind = bind
        self._on: grpc.aio.Channel | None = None
        self._call: Callable[..., Any] = _unbound

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        channel = self._line.current()
        if channel is not self._on:
            self._on, self._call = channel, self._bind(channel)
        return self._call(*args, **kwargs)


def _unbound(*_: object, **__: object) -> None:
    """Never called: a method is bound before its first call."""
