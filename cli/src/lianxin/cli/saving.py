"""Files with what a node answered. They name people: only whoever asked may read them."""

from pathlib import Path


def write_own(file: Path, data: bytes) -> None:
    """Write a file that is readable for oneself only."""
    file.write_bytes(data)
    file.chmod(0o600)


def saved(out: Path | None, filename: str, data: bytes) -> Path:
    """Write it where it was asked for, or here under the name the node gave it; where it is."""
    file = out or Path(Path(filename).name)
    write_own(file, data)
    return file
