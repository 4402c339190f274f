"""The line between a node and its parent, as a cable that can be pulled out."""

import asyncio
import contextlib

CHUNK = 65_536


class Cable:
    """Forwards TCP from ports of its own to the parent's; `cut` drops everything until `mend`.

    The node at the lower end knows only these ports, so gRPC and NATS are lost together.
    """

    def __init__(self, host: str = "127.0.0.1") -> None:
        self._host = host
        self._servers: list[asyncio.Server] = []
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.is_cut = False
        self.refused = 0
        """Connections that were tried while the cable was out."""

    async def lay(self, port: int, target: int) -> None:
        """Forward `port` of this machine to `target`."""

        def accepted(near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
            task = asyncio.ensure_future(self._join(near, back, target))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        self._servers.append(await asyncio.start_server(accepted, self._host, port))

    def cut(self) -> None:
        """Pull it out: open connections break, new ones are refused."""
        self.is_cut = True
        for writer in list(self._open):
            writer.transport.abort()

    def lets_pass(self, chunk: bytes, target: int, *, up: bool) -> bool:
        """Whether these bytes go through to `target` (`up`) or back from it; if not, it is cut.

        For tests that pull the cable out at one message; here everything passes.
        """
        return True

    def mend(self) -> None:
        """Put it back."""
        self.is_cut = False

    async def close(self) -> None:
        """Take it away for good."""
        self.cut()
        for server in self._servers:
            server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _join(
        self, near: asyncio.StreamReader, back: asyncio.StreamWriter, target: int
    ) -> None:
        if self.is_cut:
            self.refused += 1
            back.transport.abort()
            return
        try:
            far, onward = await asyncio.open_connection(self._host, target)
        except OSError:  # the parent is down: the child sees a broken connection and tries again
            back.transport.abort()
            return
        self._open |= {back, onward}
        try:
            await asyncio.gather(
                self._pump(near, onward, target, up=True), self._pump(far, back, target, up=False)
            )
        finally:
            self._open -= {back, onward}

    async def _pump(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, target: int, *, up: bool
    ) -> None:
        """Forward until one end closes, then close the other."""
        with contextlib.suppress(OSError):
            while chunk := await source.read(CHUNK):
                if not self.lets_pass(chunk, target, up=up):
                    self.cut()
                    break
                sink.write(chunk)
                await sink.drain()
        sink.transport.abort()
