"""Copies of the databases of a node while it runs, and putting them back."""

import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.backups import (
    Kept,
    Manifest,
    ManifestInvalid,
    Source,
    ToolFailed,
    ToolMissing,
    of_config,
    of_folder,
)
from lianxin.cli.commands.node import answers, read_config
from lianxin.cli.errors import BadInput, CommandFailed
from lianxin.cli.nodes import SERVICES, node_door
from lianxin.cli.words import say

LAST = "last-backup.json"
NodeFile = Annotated[Path | None, typer.Option("--config", help=say("opt.backup_config"))]


def backup(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=say("opt.backup"))],
    config: NodeFile = None,
) -> None:
    """Copy the databases into a new folder below DIR; keys and incarnation stay out of it."""
    name, data, sources = _node(config)
    missing = [source.copy_name for source in sources if source.missing]
    if missing:
        raise CommandFailed("BACKUP_NOTHING", files=", ".join(missing), folder=data)
    now = datetime.now(UTC)
    target = folder / f"{name}-{now:%Y%m%dT%H%M%SZ}"
    files = _copied(name, now, sources, target)
    _note(data, now, target)
    answer = {"node": name, "folder": str(target), "at": now.isoformat(), "files": files}
    output.done("done.backup", answer)
    output.line("backup.excluded", keys=data / "keys", incarnation=data / "incarnation")


def restore(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=say("opt.restore"))],
    config: Annotated[Path, typer.Option("--config", help=say("opt.config"))] = Path("node.yaml"),
    replace: Annotated[bool, typer.Option("--replace", help=say("opt.replace"))] = False,
) -> None:
    """Put all databases of a backup back into a node that does not run; a new life begins."""
    from kernel.incarnation import RESTORED, IncarnationFile  # noqa: PLC0415 (for this command)

    found, manifest = read_config(config), _whole(folder)
    if manifest.node != found.node:
        raise BadInput("RESTORE_OTHER_NODE", field="DIR", node=manifest.node, here=found.node)
    sources = of_config(found)
    _stopped(found.data, sources)
    full = [source.service for source in sources if not _asked(source, source.is_empty)]
    if full and not replace:
        raise CommandFailed("RESTORE_NOT_EMPTY", services=", ".join(full))
    life = IncarnationFile(found.incarnation).begin_new(now=datetime.now(UTC), reason=RESTORED)
    for source in sources:
        _put_back(source, folder, manifest)
    answer = {"node": found.node, "folder": str(folder), "incarnation": life.number}
    output.done("done.restore", answer)


def _node(config: Path | None) -> tuple[str, Path, list[Source]]:
    """The node's name, its data folder and its databases."""
    if config is not None:
        found = read_config(config)
        return found.node, found.data, of_config(found)
    door = node_door()
    if door.data is None:
        raise BadInput("BACKUP_EMBEDDED", field="--node-data")
    return door.file_name, door.data, of_folder(door.data)


def _copied(name: str, now: datetime, sources: list[Source], target: Path) -> list[str]:
    """Copies under another name until they are whole and checked, then the folder itself."""
    partial = target.with_name(f"{target.name}.partial")
    copies = []
    try:
        partial.mkdir(parents=True, mode=0o700)
        for source in sources:
            begun, file = datetime.now(UTC), partial / source.copy_name
            source.copy_to(file)
            copies.append(Kept.of(source.service, source.kind, file, begun))
        Manifest(name, now, copies).write(partial)
        (partial / "README.txt").write_text(say("backup.note"), encoding="utf-8")
        partial.rename(target)
    except ToolMissing as error:
        raise CommandFailed("BACKUP_TOOL_MISSING", program=error) from None
    except (OSError, sqlite3.Error, ToolFailed) as error:
        raise CommandFailed("BACKUP_FAILED", problem=error, folder=target) from None
    return [copy.file for copy in copies]


def _whole(folder: Path) -> Manifest:
    try:
        return Manifest.read(folder)
    except ManifestInvalid as error:
        raise BadInput("BACKUP_NOT_WHOLE", field="DIR", file=error) from None


def _stopped(data: Path, sources: list[Source]) -> None:
    """Refuse while a service of the node answers, or is connected to its database."""
    file = data / "node.json"
    known: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.exists() else {}
    running = [name for name in SERVICES if known.get(name) and answers(known[name])]
    connected = [each.service for each in sources if _asked(each, each.is_used)]
    if names := dict.fromkeys([*running, *connected]):
        raise CommandFailed("RESTORE_RUNNING", services=", ".join(names))


def _asked(source: Source, question: Callable[[], bool]) -> bool:
    import psycopg  # noqa: PLC0415 (for this command only)

    try:
        return question()
    except psycopg.Error as error:
        raise CommandFailed("RESTORE_FAILED", service=source.service, problem=error) from None


def _put_back(source: Source, folder: Path, manifest: Manifest) -> None:
    import psycopg  # noqa: PLC0415 (for this command only)

    try:
        copy = manifest.copy_of(source.service)
        if copy.kind != source.kind:
            raise BadInput("RESTORE_OTHER_KIND", field="--config", service=source.service)
        source.put_back(folder / copy.file)
    except ToolMissing as error:
        raise CommandFailed("BACKUP_TOOL_MISSING", program=error) from None
    except ManifestInvalid as error:
        raise BadInput("BACKUP_NOT_WHOLE", field="DIR", file=error) from None
    except (OSError, psycopg.Error, ToolFailed) as error:
        raise CommandFailed("RESTORE_FAILED", service=source.service, problem=error) from None


def _note(data: Path, at: datetime, target: Path) -> None:
    """So that doctor knows how old the last backup is."""
    content = json.dumps({"at": at.isoformat(), "folder": str(target)})
    (data / LAST).write_text(content, encoding="utf-8")


def last_backup(data: Path) -> datetime | None:
    """When the last backup was made; None when never."""
    try:
        content: dict[str, Any] = json.loads((data / LAST).read_text(encoding="utf-8"))
        return datetime.fromisoformat(content["at"])
    except (OSError, ValueError, KeyError):
        return None
