"""What no file of the checkout may name."""

import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

Rule = Callable[[PurePosixPath, str], Iterator[str]]

REGISTRY = re.compile(
    r"(?<![\w-])(?:(?:[\w-]+\.)?pypi\.org|[\w.-]*pythonhosted\.org|registry\.npmjs\.org"
    r"|registry\.yarnpkg\.com|deb\.debian\.org|index\.crates\.io|proxy\.golang\.org)"
    r"|--(?:(?:extra-)?index-url|find-links|trusted-host)(?![\w-])",
    re.IGNORECASE,
)
MACHINE_PATH = re.compile(r"(?<![\w.~-])/(?:work|farm|root|home|Users|opt/(?:pypi|wheels)|tmp/lx)/")
PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE" + r" KEY-----")


def no_registry_host(path: PurePosixPath, text: str) -> Iterator[str]:
    """Packages come from wherever the reader's pip looks: no file names a registry."""
    yield from _hits(REGISTRY, path, text)


def no_machine_path(path: PurePosixPath, text: str) -> Iterator[str]:
    """Nothing depends on where somebody's checkout lies."""
    yield from _hits(MACHINE_PATH, path, text)


def no_private_key(path: PurePosixPath, text: str) -> Iterator[str]:
    """Keys are issued on first start and never kept with the code."""
    yield from _hits(PRIVATE_KEY, path, text)


def _hits(pattern: re.Pattern[str], path: PurePosixPath, text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), start=1):
        if found := pattern.search(line):
            yield f"{path}:{number}: {found.group()}"


RULES: tuple[Rule, ...] = (no_registry_host, no_machine_path, no_private_key)
