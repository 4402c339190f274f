"""What the rules look at: one Python file of ours, parsed, with its place in the layout."""

import ast
import gc
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
SERVICES = frozenset({"intake", "routing", "mediation", "hearing"})


@dataclass(frozen=True)
class Source:
    """A Python file: `path` relative to the checkout, and its text."""

    path: PurePosixPath
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed file."""
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of the parsed file, walked through once for all rules."""
        return tuple(ast.walk(self.tree))

    @cached_property
    def module(self) -> tuple[str, ...]:
        """The dotted name in parts, `("intake", "handlers", "close")`; empty outside a package."""
        if "src" not in self.path.parts:
            return ()
        parts = self.path.with_suffix("").parts[self.path.parts.index("src") + 1 :]
        return parts[:-1] if parts[-1] == "__init__" else parts

    @property
    def package(self) -> str:
        """The package it belongs to: `kernel`, `intake`, `lianxin`, or nothing."""
        return self.module[0] if self.module else ""

    @property
    def layer(self) -> str:
        """The file or folder right below the package: `domain`, `handlers`, `storage`."""
        return self.module[1] if len(self.module) > 1 else ""

    @property
    def is_service(self) -> bool:
        """Whether it is code of a service."""
        return self.package in SERVICES

    @property
    def is_test(self) -> bool:
        """Whether it is a test or serves tests only."""
        return "tests" in self.path.parts

    @property
    def is_migration(self) -> bool:
        """Whether it is a step of a database's history."""
        return "migrations" in self.path.parts

    @cached_property
    def imports(self) -> tuple[tuple[int, str], ...]:
        """Every import as (line, absolute dotted name), those inside functions included."""
        return tuple(self._imports())

    def _imports(self) -> Iterator[tuple[int, str]]:
        for node in self.nodes:
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                origin = self._origin(node)
                yield from ((node.lineno, f"{origin}.{alias.name}") for alias in node.names)

    def _origin(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        is_package = self.path.name == "__init__.py"
        keep = len(self.module) - node.level + is_package
        return ".".join([*self.module[:keep], *filter(None, [node.module])])


def tracked_files() -> list[PurePosixPath]:
    """Name every file of the checkout that git keeps or would keep."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    paths = (PurePosixPath(name) for name in listed.split("\0") if name)
    return sorted(path for path in paths if (ROOT / path).is_file())


@cache
def python_sources() -> tuple[Source, ...]:
    """Read and parse every Python file of ours; generated code is not ours."""
    ours = (path for path in tracked_files() if path.suffix == ".py")
    sources = tuple(
        Source(path, (ROOT / path).read_text("utf-8"))
        for path in ours
        if not path.is_relative_to("proto/gen")
    )
    _parse(sources)
    return sources


def _parse(sources: tuple[Source, ...]) -> None:
    """A million nodes that stay to the end: to look for garbage among them doubles the time."""
    gc.disable()
    try:
        for source in sources:
            _ = source.nodes
    finally:
        gc.freeze()
        gc.enable()
