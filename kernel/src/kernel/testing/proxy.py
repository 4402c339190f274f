"""A line to a server that a test can cut at a chosen moment."""

import contextlib
import selectors
import socket
import threading
from typing import Self

CHUNK = 65_536


class CutLine:
    """Forwards TCP to `port` on 127.0.0.1 from a port of its own.

    `cut_at` cuts every connection when the client sends these bytes: after the server has answered
    them, so that only the answer is lost, or before the server has seen them. It happens once.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._marker = b""
        self._deliver = False
        self._down = False
        self.cuts = 0
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, name="cut-line", daemon=True).start()

    def cut_at(self, marker: bytes, *, deliver: bool) -> None:
        """Cut at the next `marker`; with `deliver` the server still gets it and acts on it."""
        self._marker, self._deliver = marker, deliver

    def go_down(self) -> None:
        """Take no more connections, until `come_up`; those that exist live on until cut."""
        self._down = True

    def come_up(self) -> None:
        """Take connections again."""
        self._down = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                if self._down:
                    client.close()
                    continue
                server = socket.create_connection(("127.0.0.1", self._target))
                threading.Thread(target=self._forward, args=(client, server), daemon=True).start()

    def _forward(self, client: socket.socket, server: socket.socket) -> None:
        with client, server, selectors.DefaultSelector() as ready, contextlib.suppress(OSError):
            ready.register(client, selectors.EVENT_READ, server)
            ready.register(server, selectors.EVENT_READ, client)
            while True:
                for key, _events in ready.select():
                    source = client if key.data is server else server
                    chunk = source.recv(CHUNK)
                    if not chunk or (source is client and self._cuts(chunk, server)):
                        return
                    key.data.sendall(chunk)

    def _cuts(self, chunk: bytes, server: socket.socket) -> bool:
        if not self._marker or self._marker not in chunk:
            return False
        self._marker = b""
        self.cuts += 1
        if self._deliver:
            server.sendall(chunk)
            server.recv(CHUNK)
        return True
