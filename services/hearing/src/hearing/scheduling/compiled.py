"""Compiles inner loops to machine code, once a machine: the result is kept on disk.

The folder is `LIANXIN_COMPILED_DIR`, else what `NUMBA_CACHE_DIR` says, else `lianxin/compiled`
in the user's cache folder; below it each version of the sources has a folder of its own, since
numba looks only at the file of the function it loads and not at those that were compiled into it.
A folder that cannot be written is no fault: the code is then compiled anew in each process.
"""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba import config

Function = TypeVar("Function", bound=Callable[..., Any])
FOLDER = "LIANXIN_COMPILED_DIR"
SOURCES = Path(__file__).parent / "meetings"


def cache_folder() -> Path:
    """Where machine code of this version is kept between runs."""
    named = os.environ.get(FOLDER) or os.environ.get("NUMBA_CACHE_DIR")
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return (Path(named) if named else root / "lianxin" / "compiled") / _version()


def _version() -> str:
    """A digest of everything that is compiled and of the compiler."""
    texts = [path.read_bytes() for path in sorted(SOURCES.glob("*.py"))]
    return hashlib.sha256(b"\0".join([numba.__version__.encode(), *texts])).hexdigest()[:16]


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
    made = numba.njit(cache=_KEPT, nogil=True, boundscheck=False, error_model="numpy")(function)
    return cast("Function", made)


def inner(function: Function) -> Function:
    """As `compiled`, for what only compiled code calls: without a way in from Python."""
    made = numba.njit(  # type: ignore[call-overload]  # the last two are not in its stubs
        nogil=True,
        boundscheck=False,
        error_model="numpy",
        no_cpython_wrapper=True,
        no_cfunc_wrapper=True,
    )(function)
    return cast("Function", made)


def is_kept(function: str) -> bool:
    """Whether machine code of this version of a function is on disk."""
    return _KEPT and any(cache_folder().rglob(f"*.{function}-*.nbi"))
