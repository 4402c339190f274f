"""A channel that stubs keep while the connection behind it is exchanged between two calls."""

import asyncio
from abc import abstractmethod
from collections.abc import Callable
from typing import Any, Self

import grpc

GRACE_S = 60.0
"""How long calls under way may go on over the former connection."""
Make = Callable[[grpc.ChannelCredentials], grpc.aio.Channel]
Bind = Callable[[grpc.aio.Channel], Callable[..., Any]]


class ExchangedChannel(grpc.aio.Channel):
    """A call goes over the connection of the moment; what a former one carries ends there."""

    def __init__(self) -> None:
        self._channel: grpc.aio.Channel | None = None
        self._former: dict[asyncio.Task[None], grpc.aio.Channel] = {}

    @abstractmethod
    def current(self) -> grpc.aio.Channel:
        """The connection for the next call."""

    async def ready(self) -> grpc.aio.Channel:
        """The same, for one who can wait for it."""
        return self.current()

    def _exchange(self, fresh: grpc.aio.Channel) -> None:
        """Calls under way end over the former connection."""
        former, self._channel = self._channel, fresh
        if former is not None:
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
            if channel is not None:
                await channel.close(grace)

    def get_state(self, try_to_connect: bool = False) -> grpc.ChannelConnectivity:
        """The state of the connection."""
        if self._channel is None:
            return grpc.ChannelConnectivity.IDLE
        return self._channel.get_state(try_to_connect)

    async def wait_for_state_change(self, last_observed_state: grpc.ChannelConnectivity) -> None:
        """Return once the state is another one."""
        await (await self.ready()).wait_for_state_change(last_observed_state)

    async def channel_ready(self) -> None:
        """Return once connected."""
        await (await self.ready()).channel_ready()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


class _Method:
    """One method on the connection of the moment; bound when that is another one."""

    def __init__(self, line: ExchangedChannel, bind: Bind) -> None:
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
