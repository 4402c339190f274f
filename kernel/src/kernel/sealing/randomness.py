"""Random bytes of the operating system, drawn in blocks: a case takes a dozen small pieces."""

import os
import threading

BLOCK_BYTES = 4096


class _Block(threading.local):
    """What a thread has drawn and not given out yet."""

    data = b""
    at = 0


_block = _Block()


def random_bytes(count: int) -> bytes:
    """So many bytes, as good as `os.urandom`, each given out once. For keys, nonces and salts."""
    start, end = _block.at, _block.at + count
    if end > len(_block.data):
        _block.data = os.urandom(max(BLOCK_BYTES, count))
        start, end = 0, count
    _block.at = end
    return _block.data[start:end]


def _forget() -> None:
    """A child process must not give out what its parent gives out too."""
    _block.data, _block.at = b"", 0


os.register_at_fork(after_in_child=_forget)
