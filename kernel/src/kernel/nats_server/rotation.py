"""Newer keys of the services at their nats-server, while everything runs.

Beside a service's key lies the public half, `.pub`: one line a key that the server lets in, the
newest first. A rotation adds a line; the server lets both in as soon as it sees the file, and the
service takes its new key with the next connection. Ending the former one takes its line away, and
the server hangs up on who still comes with it.
"""

from collections.abc import Sequence
from pathlib import Path

from kernel.nats_server.keys import NatsKey
from kernel.nats_server.permissions import HUB, LEAVES
from kernel.pki.files import write

SECRET, PUBLIC = ".nk", ".pub"


def services_in(keys: Path) -> Path:
    """Where the keys of the services lie among those of their node."""
    return keys / "nats"


def rotate(folder: Path) -> list[str]:
    """A newer key for each service with one in this folder; the public halves of the new ones.

    The server is told before the service can come with it. Whoever rotates twice has the key before
    the last shut out.
    """
    made = []
    for file in sorted(folder.glob(f"*{SECRET}")):
        former, newer = NatsKey.load_or_make(file), NatsKey.make()
        _publish(file, (newer.public, former.public))
        write(file, newer.seed.encode(), secret=True)
        made.append(newer.public)
    return made


def retire(folder: Path) -> list[str]:
    """Let the newest key of each service in alone; the public halves of those that ended."""
    ended: list[str] = []
    for file in sorted(folder.glob(f"*{SECRET}")):
        newest = NatsKey.load_or_make(file).public
        ended += [public for public in let_in(file.with_suffix(PUBLIC)) if public != newest]
        _publish(file, (newest,))
    return ended


def let_in(file: Path) -> list[str]:
    """The public keys in a `.pub` file, the newest first; none where there is no file."""
    return file.read_text(encoding="ascii").split() if file.exists() else []


def services_let_in(folder: Path) -> dict[str, str]:
    """Each service with a public half in this folder: its keys, with blanks between."""
    files = {name: folder / f"{name}{PUBLIC}" for name in (HUB, *LEAVES)}
    return {name: " ".join(let_in(file)) for name, file in files.items() if file.exists()}


def _publish(key: Path, public: Sequence[str]) -> None:
    write(key.with_suffix(PUBLIC), "\n".join(public).encode())
