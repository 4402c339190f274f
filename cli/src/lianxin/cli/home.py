"""The user's own folder: tokens, drafts, the node used last. Everything in it is 0600."""

import contextlib
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

STALE_S = 60.0
"""Seconds after which a file half written counts as left behind: a write takes milliseconds."""


def folder() -> Path:
    """Where it is: LIANXIN_HOME, or `lianxin` below the folder of settings."""
    given = os.environ.get("LIANXIN_HOME")
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(given) if given else Path(base) / "lianxin"


def keep(file: Path, content: dict[str, Any]) -> None:
    """Write a file so that it is either the old or the new one, also after a power cut.

    Several commands may write the same file at once: each writes beside it, the last one counts.
    What a process that was killed left half written in the folder goes first.
    """
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _sweep(file.parent)
    handle, fresh = tempfile.mkstemp(suffix=".new", prefix=file.stem, dir=file.parent)  # 0600
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        json.dump(content, stream, ensure_ascii=False)
        stream.flush()
        os.fsync(stream.fileno())
    Path(fresh).replace(file)
    _sync(file.parent)


def read(file: Path) -> dict[str, Any] | None:
    """What was kept, or None when there is nothing or it cannot be read."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def forget(file: Path) -> None:
    """Remove a file; it may be gone already."""
    with contextlib.suppress(FileNotFoundError):
        file.unlink()
        _sync(file.parent)


def _sweep(directory: Path) -> None:
    """Remove what killed processes left; another command may be at it too."""
    for left in directory.glob("*.new"):
        with contextlib.suppress(FileNotFoundError):
            if time.time() - left.stat().st_mtime > STALE_S:
                left.unlink()


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
