"""Compiles inner loops to machine code, once a machine: the result is kept on disk.

The folder is `LIANXIN_COMPILED_DIR`, else what `NUMBA_CACHE_DIR` says, else `lianxin/compiled`
in the user's cache folder. A folder that cannot be written is no fault: the code is then compiled
anew in each process.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba import config

Function = TypeVar("Function", bound=Callable[..., Any])
FOLDER = "LIANXIN_COMPILED_DIR"


def cache_folder() -> Path:
    """Where machine code is kept between runs."""
    named = os.environ.get(FOLDER) or os.environ.get("NUMBA_CACHE_DIR")
    if named:
        return Path(named)
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "lianxin" / "compiled"


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


_KEPT = _writable(cache_folder())
if _KEPT:
    # numba makes its settings when imported
    config.CACHE_DIR = str(cache_folder())  # type: ignore[attr-defined]


def compiled(function: Function) -> Function:
    """Run `function` as machine code, without the interpreter's lock; bounds are not checked."""
    made = numba.njit(cache=_KEPT, nogil=True, boundscheck=False)(function)
    return cast("Function", made)


def is_kept(module: str) -> bool:
    """Whether machine code made from this version of a module's source is on disk."""
    source = Path(str(sys.modules[module].__file__))
    indexes = cache_folder().rglob(f"{source.stem}.*.nbi") if _KEPT else ()
    written = [index.stat().st_mtime for index in indexes]
    return max(written, default=0.0) > source.stat().st_mtime
