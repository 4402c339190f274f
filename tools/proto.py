"""Generate the code of the protocol, and check the protocol.

    proto.py generate     write proto/gen from proto/lianxin
    proto.py check        buf lint, buf breaking, drift of the generated code
    proto.py publish REV  from now on no change may break the protocol of that commit

The breaking check compares with the commit named in proto/published. That commit is older
than the one that names it, so the check bites in a fresh clone too, where main is HEAD.
"""

import argparse
import filecmp
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import grpc_tools

BIN = Path(sys.executable).parent
PUBLISHED = Path("proto/published")


class CheckFailed(Exception):
    """The protocol, or the code made from it, is not as it should be."""


def generate(root: Path, out: Path) -> None:
    """Write messages, stubs and their types for every .proto file of `root` into `out`."""
    files = sorted((root / "proto/lianxin").rglob("*.proto"))
    services = [file for file in files if "\nservice " in file.read_text("utf-8")]
    out.mkdir(parents=True, exist_ok=True)
    _protoc(root, files, "python", "mypy", out=out)
    _protoc(root, services, "grpc_python", "mypy_grpc", out=out)
    (out / "lianxin").mkdir(exist_ok=True)
    (out / "lianxin/py.typed").touch()


def _protoc(root: Path, files: list[Path], *plugins: str, out: Path) -> None:
    if not files:
        return
    include = Path(grpc_tools.__path__[0]) / "_proto"
    command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{root / 'proto'}", f"-I{include}"]
    for plugin in plugins:
        if plugin.startswith("mypy"):
            command.append(f"--plugin=protoc-gen-{plugin}={BIN / f'protoc-gen-{plugin}'}")
            command.append(f"--{plugin}_opt=quiet")
        command.append(f"--{plugin}_out={out}")
    _run([*command, *map(str, files)])


def clear(gen: Path) -> None:
    """Remove generated files, so that a .proto file that is gone leaves none behind."""
    for file in [file for file in _tree(gen) if "_pb2" in file.name]:
        (gen / file).unlink()


def lint(root: Path) -> str:
    """Check style and comments of the protocol."""
    _run([str(BIN / "buf"), "lint", "proto"], cwd=root)
    return "buf lint: fine"


def breaking(root: Path) -> str:
    """Check that nobody who speaks the published protocol is cut off."""
    named = root / PUBLISHED
    if not named.exists():
        return f"buf breaking: nothing to compare, no protocol is published yet ({PUBLISHED})"
    revision = named.read_text("utf-8").strip()
    with tempfile.TemporaryDirectory() as then:
        _checkout(root, revision, Path(then))
        _run([str(BIN / "buf"), "breaking", "proto", "--against", f"{then}/proto"], cwd=root)
    return f"buf breaking: nothing broken since {revision[:12]}"


def _checkout(root: Path, revision: str, target: Path) -> None:
    archive = target / "then.tar"
    _run(["git", "archive", "--output", str(archive), revision, "proto"], cwd=root)
    shutil.unpack_archive(archive, target)


def drift(root: Path) -> str:
    """Check that proto/gen is what the generator makes of the .proto files today."""
    gen = root / "proto/gen"
    with tempfile.TemporaryDirectory() as fresh:
        generate(root, Path(fresh))
        wanted, found = set(_tree(Path(fresh))), set(_tree(gen))
        differing = sorted(
            str(file)
            for file in wanted | found
            if file not in wanted & found
            or not filecmp.cmp(gen / file, Path(fresh) / file, shallow=False)
        )
    if differing:
        listed = "\n  ".join(differing)
        raise CheckFailed(f"proto/gen is out of date, run `make proto`:\n  {listed}")
    return "generated code: up to date"


def _tree(folder: Path) -> Iterator[Path]:
    kept = (file for file in folder.rglob("*") if file.is_file() and file.suffix != ".pyc")
    return (file.relative_to(folder) for file in kept if ".egg-info" not in str(file))


def check(root: Path) -> None:
    """Run the three checks, all of them, before failing."""
    failures = 0
    for step in (lint, breaking, drift):
        try:
            print(step(root))
        except CheckFailed as error:
            failures += 1
            print(f"{step.__name__}: FAILED\n{error}")
    if failures:
        sys.exit(1)


def publish(root: Path, revision: str) -> None:
    """Name `revision` as the protocol that later changes must not break."""
    commit = _run(["git", "rev-parse", "--verify", f"{revision}^{{commit}}"], cwd=root)
    (root / PUBLISHED).write_text(commit.decode(), "utf-8")


def _run(command: list[str], cwd: Path | None = None) -> bytes:
    done = subprocess.run(command, cwd=cwd, capture_output=True, check=False)
    if done.returncode:
        raise CheckFailed((done.stdout + done.stderr).decode(errors="replace").strip())
    return done.stdout


def main() -> None:
    """Read the command line and do what it says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[1])
    parser.add_argument("action", choices=["generate", "check", "publish"])
    parser.add_argument("revision", nargs="?", default="HEAD")
    asked = parser.parse_args()
    if asked.action == "publish":
        publish(asked.root, asked.revision)
    elif asked.action == "check":
        check(asked.root)
    else:
        clear(asked.root / "proto/gen")
        generate(asked.root, asked.root / "proto/gen")


if __name__ == "__main__":
    main()
