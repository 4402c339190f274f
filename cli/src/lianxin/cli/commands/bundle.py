"""One archive that installs a node where there is no network."""

import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from lianxin.cli import output
from lianxin.cli.bundling import (
    PipFailed,
    SourcesMissing,
    archive,
    build_ours,
    checkout,
    fetch_locked,
    pack,
    sources,
)
from lianxin.cli.errors import BadInput, CommandFailed
from lianxin.cli.words import say


def bundle(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=say("opt.bundle"))],
    source: Annotated[Path | None, typer.Option("--from", help=say("opt.bundle_from"))] = None,
    lock: Annotated[Path | None, typer.Option("--lock", help=say("opt.bundle_lock"))] = None,
) -> None:
    """Fetch and build every wheel of a node and pack them with data, checksums and a script."""
    try:
        root = checkout(source)
    except SourcesMissing as error:
        raise BadInput("BUNDLE_NO_SOURCE", field="--from", file=error) from None
    wanted = lock or root / sources.LOCK
    if not wanted.is_file():
        raise BadInput("BUNDLE_NO_LOCK", field="--lock", file=wanted)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{archive.name_of(version('lianxin-cli'))}.tar"
    try:
        made = _made(root, wanted, target)
    except (PipFailed, OSError) as error:
        raise CommandFailed("BUNDLE_FAILED", problem=error) from None
    data = {
        "file": str(made.file),
        "files": made.files,
        "megabytes": round(made.size / 1e6, 1),
        "sha256": made.sha256,
    }
    output.done("done.bundle", data)


def _made(root: Path, lock: Path, target: Path) -> archive.Bundle:
    with tempfile.TemporaryDirectory(prefix="bundle-", dir=target.parent) as made:
        place = Path(made)
        inside = place / "inside"
        (inside / "wheels").mkdir(parents=True)
        fetch_locked(lock, inside / "wheels")
        build_ours(sources.copy_packages(root, place / "copies"), inside / "wheels")
        sources.copy_data(root, inside / "share")
        return pack(inside, target)
