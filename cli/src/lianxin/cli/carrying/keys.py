"""The key of a machine that takes worklists: made there, its private half stays there."""

import base64
import stat
from pathlib import Path

from kernel.sealing import new_private_key, public_key_of
from kernel.tokens import write_secret

BYTES = 32


class KeyUnusable(Exception):
    """The file is no such key, or others can read it."""


def make_key(file: Path) -> str:
    """Make a key; answers its public half. Raises FileExistsError."""
    private = new_private_key()
    write_secret(file, base64.b64encode(private) + b"\n")
    return public_key_of(private)


def read_key(file: Path) -> bytes:
    """The private half. Raises KeyUnusable."""
    try:
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise KeyUnusable
        found = base64.b64decode(file.read_bytes().strip(), validate=True)
    except (OSError, ValueError):
        raise KeyUnusable from None
    if len(found) != BYTES:
        raise KeyUnusable
    return found
