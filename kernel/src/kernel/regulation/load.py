"""Reading a profile file, strictly: an error names the file and the field."""

import hashlib
import re
from collections.abc import Hashable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from kernel.regulation.clocks import Clock, Ladder, Text
from kernel.regulation.consistency import problems
from kernel.regulation.errors import ProfileInvalid, ProfileUnknown
from kernel.regulation.profile import Profile, Source
from kernel.regulation.rules import Rules

T = TypeVar("T")
PROFILES_KEPT = 16
"""Profiles of a process that are read once; a county has a handful."""
_TABLES: dict[str, type[Any]] = {"sources": Source, "clocks": Clock, "ladders": Ladder}
_TEXTS = ("title", "notice")
_WORDS = ("id", "version", "warning_time")
_FIELDS = {*_WORDS, *_TEXTS, *_TABLES, "rules"}


def load_profile(path: Path) -> Profile:
    """Read a profile.

    Raises:
        ProfileInvalid: unreadable, a key twice, an unknown or missing field, a value of the
            wrong kind, an article of an unknown source, or rules that contradict each other.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileInvalid(path.name, "file", f"cannot be read: {error}") from error
    return parse_profile(text, path.name)


def find_profile(name: str, folder: Path) -> Profile:
    """The profile `name` (without .yaml) of a folder.

    Raises:
        ProfileUnknown: it is not there; the error names those that are.
        ProfileInvalid: it is there and cannot be used.
    """
    known = {path.stem: path for path in sorted(folder.glob("*.yaml"))}
    if name not in known:
        raise ProfileUnknown(name, tuple(known))
    return load_profile(known[name])


@lru_cache(maxsize=PROFILES_KEPT)
def parse_profile(text: str, file: str = "profile") -> Profile:
    """Read a profile from its text, such as a county distributes. Raises as `load_profile`.

    The services of a node read the same few: the same text gives the same profile, which nobody
    changes.
    """
    raw = _mapping(text, file)
    _refuse_fields(raw, file)
    fields: dict[str, Any] = {word: _convert(raw[word], str, file, word) for word in _WORDS}
    fields |= {name: _convert(raw[name], Text, file, name) for name in _TEXTS}
    fields |= {name: _table(raw[name], kind, file, name) for name, kind in _TABLES.items()}
    fields["rules"] = _convert(raw["rules"], Rules, file, "rules")
    plain = msgspec.to_builtins(fields, str_keys=True)
    content = msgspec.json.encode(plain, order="deterministic")
    profile = Profile(**fields, digest=hashlib.sha256(content).hexdigest())
    for field, problem in problems(profile):
        raise ProfileInvalid(file, field, problem)
    return profile


def _refuse_fields(raw: dict[str, Any], file: str) -> None:
    for field in sorted(map(str, raw.keys() - _FIELDS)):
        raise ProfileInvalid(file, field, "unknown field")
    for field in sorted(_FIELDS - raw.keys()):
        raise ProfileInvalid(file, field, "missing")


def _table(raw: object, kind: type[T], file: str, name: str) -> dict[str, T]:
    """A mapping from id to struct; the id of a clock is its key."""
    entries = _convert(raw, dict[str, dict[str, Any]], file, name)
    keyed = {
        key: ({"id": key} | entry if kind is Clock else entry) for key, entry in entries.items()
    }
    return {key: _convert(entry, kind, file, f"{name}.{key}") for key, entry in keyed.items()}


def _convert(raw: object, kind: type[T], file: str, field: str) -> T:
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        problem, _, inner = str(error).partition(" - at ")
        at = re.sub(r"^`?\$|`$", "", inner)
        raise ProfileInvalid(file, f"{field}{at}", problem) from error


def _mapping(text: str, file: str) -> dict[str, Any]:
    try:
        raw = yaml.load(text, Loader=_NoDuplicates)  # noqa: S506 (a SafeLoader, made stricter)
    except yaml.YAMLError as error:
        raise ProfileInvalid(file, "file", " ".join(str(error).split())) from error
    if not isinstance(raw, dict):
        raise ProfileInvalid(file, "file", "not a mapping")
    return raw


class _NoDuplicates(yaml.CSafeLoader):
    """A SafeLoader that refuses a key written twice, where YAML silently takes the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        for key in _repeated(str(key.value) for key, _ in node.value):
            problem = f"key {key!r} is written twice"
            raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark)
        return super().construct_mapping(node, deep)


def _repeated(keys: Iterator[str]) -> Iterator[str]:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            yield key
        seen.add(key)
