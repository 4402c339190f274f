"""The archive: wheels, the list of them with hashes, data, checksums of all files, a script."""

import hashlib
import sys
import sysconfig
import tarfile
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

CHUNK = 1 << 20
SCRIPT, SUMS, WHEELS = "install.sh", "SHA256SUMS", "requirements.txt"


@dataclass(frozen=True, slots=True)
class Bundle:
    """One archive. `sha256` is of the whole, in hexadecimal; `files` are those inside."""

    file: Path
    files: int
    size: int
    sha256: str


def name_of(version: str) -> str:
    """What a bundle made here is called: it fits this Python on this kind of machine only."""
    python = f"py{sys.version_info.major}.{sys.version_info.minor}"
    return f"lianxin-{version}-{python}-{sysconfig.get_platform()}"


def pack(folder: Path, target: Path) -> Bundle:
    """Make the archive of a folder with `wheels/` and `share/`."""
    _list(folder / "wheels", folder / WHEELS)
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    script = files("lianxin.cli.bundling").joinpath(SCRIPT).read_text("utf-8")
    (folder / SCRIPT).write_text(script.replace("@PYTHON@", python), "utf-8")
    inside = sorted(each for each in folder.rglob("*") if each.is_file())
    sums = "".join(f"{digest(each)}  {each.relative_to(folder)}\n" for each in inside)
    (folder / SUMS).write_text(sums, "utf-8")
    _write(folder, [*inside, folder / SUMS], target)
    whole = digest(target)
    target.with_name(f"{target.name}.sha256").write_text(f"{whole}  {target.name}\n", "utf-8")
    return Bundle(target, len(inside) + 1, target.stat().st_size, whole)


def digest(file: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    total = hashlib.sha256()
    with file.open("rb") as source:
        while chunk := source.read(CHUNK):
            total.update(chunk)
    return total.hexdigest()


def _list(wheels: Path, target: Path) -> None:
    """Every wheel as pip takes it: name, version, hash."""
    lines = []
    for wheel in sorted(wheels.glob("*.whl")):
        name, version = wheel.name.split("-")[:2]
        lines.append(f"{name}=={version} --hash=sha256:{digest(wheel)}\n")
    target.write_text("".join(lines), "utf-8")


def _write(folder: Path, inside: list[Path], target: Path) -> None:
    """The same files make the same archive: neither owner nor time of a file is kept."""

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = entry.mtime = 0
        entry.uname = entry.gname = ""
        entry.mode = 0o755 if entry.name.endswith(SCRIPT) else 0o644
        return entry

    top = target.name.removesuffix(".tar")
    with tarfile.open(target, "w") as archive:
        for each in inside:
            archive.add(each, f"{top}/{each.relative_to(folder)}", filter=plain)
