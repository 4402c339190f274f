"""A channel with TLS that is dialled anew when its certificate files were replaced."""

import time
from collections.abc import Callable

import grpc

from kernel import logs
from kernel.grpc_client.exchanged import ExchangedChannel, Make
from kernel.tls import ClientTls, FilesDoNotFit

_log = logs.get_logger()
LOOK_S = 2.0


class RenewedChannel(ExchangedChannel):
    """Renewed files are taken between two calls, and no call is lost."""

    def __init__(
        self, tls: ClientTls, make: Make, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__()
        self._tls = tls
        self._make = make
        self._monotonic = monotonic
        self._stamp = tls.stamp()
        self._latest = self._channel = make(tls.credentials())
        self._looked_at = monotonic()

    def current(self) -> grpc.aio.Channel:
        """The channel for the next call. Files are looked at every two seconds of use at most."""
        now = self._monotonic()
        if now - self._looked_at >= LOOK_S:
            self._looked_at = now
            self._look()
        return self._latest

    def _look(self) -> None:
        try:
            stamp = self._tls.stamp()
            if stamp == self._stamp:
                return
            fresh = self._make(self._tls.credentials())
        except (OSError, FilesDoNotFit) as error:  # half a renewal: the former goes on
            _log.warning("certificate_not_read", error=type(error).__name__)
            return
        self._stamp, self._latest = stamp, fresh
        self._exchange(fresh)
        _log.info("certificate_renewed")
