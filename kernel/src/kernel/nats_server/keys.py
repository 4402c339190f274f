"""Ed25519 keys as NATS writes them: the server knows public keys only, so it can leak none."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import nkeys

SECRET_FILE_MODE = 0o600
SEED_BYTES = 32


@dataclass(frozen=True, slots=True)
class NatsKey:
    """A user's key pair. `seed` is the secret; it stays out of `repr` and so out of logs."""

    public: str
    seed: str = field(repr=False)

    @classmethod
    def make(cls) -> Self:
        """A new key pair."""
        seed: bytes = nkeys.encode_seed(os.urandom(SEED_BYTES), nkeys.PREFIX_BYTE_USER)
        return cls.of_seed(seed.decode())

    @classmethod
    def of_seed(cls, seed: str) -> Self:
        """The key pair whose secret is `seed`. Raises `nkeys.NkeysError` when it is none."""
        pair = nkeys.from_seed(bytearray(seed.encode()))
        return cls(pair.public_key.decode(), seed)

    @classmethod
    def load_or_make(cls, path: Path) -> Self:
        """The key kept in `path`, made on first use and readable by its owner only."""
        try:
            return cls.of_seed(path.read_text(encoding="ascii").strip())
        except FileNotFoundError:
            return cls._keep_new(path)

    @classmethod
    def published(cls, path: Path) -> Self:
        """The same; its public half is put beside it, `.pub`, for whoever configures the server.

        A former key that is let in still (`rotation`) stays there.
        """
        key, beside = cls.load_or_make(path), path.with_suffix(".pub")
        if not beside.exists() or key.public not in beside.read_text(encoding="ascii").split():
            beside.write_text(key.public, encoding="ascii")
        return key

    @classmethod
    def _keep_new(cls, path: Path) -> Self:
        path.parent.mkdir(parents=True, exist_ok=True)
        key = cls.make()
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, SECRET_FILE_MODE)
        except FileExistsError:  # another service of this node was faster: its key is the key
            return cls.of_seed(path.read_text(encoding="ascii").strip())
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(key.seed)
            file.flush()
            os.fsync(file.fileno())
        return key
