"""A channel to a server whose certificate may be revoked while it is still in its span.

grpc in Python takes no revocation list for servers. So the certificate is fetched and judged first,
and grpc is then given that one certificate to trust instead of the CA: it accepts that server and
no other. After a lost connection the certificate is fetched again: it may have been renewed.
"""

import asyncio
import time
from typing import Any

import grpc

from kernel import logs
from kernel.grpc_client.exchanged import Bind, ExchangedChannel, Make
from kernel.server_guard import ServerGuard, ServerRevoked
from kernel.tls import ClientTls, FilesDoNotFit

_log = logs.get_logger()
LOOK_S = 1.0


class PinnedChannel(ExchangedChannel):
    """Each unary call sees that the server may still be trusted; a stream uses what one found."""

    def __init__(self, target: str, tls: ClientTls, guard: ServerGuard, make: Make) -> None:
        super().__init__()
        self._target = target
        self._tls = tls
        self._guard = guard
        self._make = make
        self._looking = asyncio.Lock()
        self._looked_at = -LOOK_S
        self._stamp = tls.stamp()
        self._pin = b""
        self._doubted = True

    def doubt(self) -> None:
        """The server did not answer: look at its certificate again before the next call."""
        self._doubted = True

    def current(self) -> grpc.aio.Channel:
        """The channel that was found last. Raises AioRpcError (UNAVAILABLE) where there is none."""
        if self._channel is None or self._guard.refuses_now:
            raise _unavailable("the server's certificate has not been seen, or was revoked")
        return self._channel

    async def ready(self) -> grpc.aio.Channel:
        """The channel for the next call. Raises AioRpcError (UNAVAILABLE) as `current`."""
        async with self._looking:
            if self._channel is not None and self._guard.refuses_now:
                _log.error("server_certificate_revoked", target=self._target)
                await self._hang_up()
            if time.monotonic() - self._looked_at >= LOOK_S:
                await self._look()
        return self.current()

    async def _look(self) -> None:
        """Fetch the certificate where it is in doubt; dial anew where any file is another."""
        try:
            stamp = self._tls.stamp()
            if stamp == self._stamp and not self._doubted:
                return
            pin = await asyncio.to_thread(self._guard.shown_by, self._target, self._tls.pair)
            if (pin, stamp) != (self._pin, self._stamp) or self._channel is None:
                self._exchange(self._make(self._tls.credentials(trusted=pin)))
                self._pin, self._stamp = pin, stamp
            self._doubted = False
        except ServerRevoked:
            _log.error("server_certificate_revoked", target=self._target)
            await self._hang_up()
        except (OSError, FilesDoNotFit) as error:  # away, or half a renewal: the former goes on
            _log.warning("server_certificate_not_seen", error=type(error).__name__)
        finally:
            self._looked_at = time.monotonic()

    async def _hang_up(self) -> None:
        former, self._channel, self._doubted = self._channel, None, True
        if former is not None:
            await former.close()

    def unary_unary(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """A method with one request and one answer, which waits for a look at the certificate."""
        return _Unary(self, lambda channel: channel.unary_unary(method, *args, **kwargs))


class _Unary:
    """One method on the channel of the moment."""

    def __init__(self, line: PinnedChannel, bind: Bind) -> None:
        self._line = line
        self._bind = bind

    async def __call__(self, *args: Any, **kwargs: Any) -> Any:
        call = self._bind(await self._line.ready())
        try:
            return await call(*args, **kwargs)
        except grpc.aio.AioRpcError as error:
            if error.code() is grpc.StatusCode.UNAVAILABLE:
                self._line.doubt()
            raise


def _unavailable(details: str) -> grpc.aio.AioRpcError:
    nothing = grpc.aio.Metadata()
    return grpc.aio.AioRpcError(grpc.StatusCode.UNAVAILABLE, nothing, nothing, details)
