"""Where nats-servers are, who we are there, and by which CA they are known."""

import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from kernel.server_guard import ServerGuard

LOCKED = "tls://"


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """Servers of one node, tried in turn. A user has an inbox prefix that only it may listen to.

    A server named `tls://` is checked by the CA file `ca`, or by the machine's own list of CAs.
    """

    servers: tuple[str, ...]
    seed: str = field(repr=False)
    inbox_prefix: str = "_INBOX"
    ca: Path | None = None
    guard: ServerGuard | None = None
    key: Path | None = None

    @classmethod
    def of(
        cls,
        urls: str,
        seed: str,
        inbox_prefix: str,
        ca: Path | None = None,
        *,
        guard: ServerGuard | None = None,
        key: Path | None = None,
    ) -> Self:
        """The address that settings name: servers with commas between them.

        `guard` refuses a server whose certificate was revoked. `key` is a file with the seed that
        is to be read at each connection, so that a newer one is taken by itself.
        """
        servers = tuple(url.strip() for url in urls.split(",") if url.strip())
        return cls(servers, seed, inbox_prefix, ca, guard, key)

    def secret(self) -> str:
        """The seed as it is now. Raises OSError where its file cannot be read."""
        return self.seed if self.key is None else self.key.read_text(encoding="ascii").strip()

    @property
    def refused_now(self) -> bool:
        """Whether the server that was reached last has been revoked since."""
        return self.guard is not None and self.guard.refuses_now

    def tls(self) -> ssl.SSLContext | None:
        """How to lock the connection; None = plain. The CA file is read now.

        Raises:
            OSError: it cannot be read, or is no PEM (ssl.SSLError is one).
        """
        if not any(server.startswith(LOCKED) for server in self.servers):
            return None
        if self.guard is not None:
            return self.guard.context()
        context = ssl.create_default_context(cafile=self.ca)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context
