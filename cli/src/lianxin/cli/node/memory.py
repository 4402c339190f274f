"""Sparing memory: a village's machine is small."""

import ctypes
from contextlib import suppress

M_ARENA_MAX = -8
HEAPS = 2


def spare_memory() -> None:
    """Let all threads share two heaps; glibc would make eight for each processor.

    To be called before threads are started. Does nothing where the C library has no such setting.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, HEAPS)
