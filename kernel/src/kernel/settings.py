"""Settings of a service: environment variables → one frozen dataclass, typed and explained.

@dataclass(frozen=True)
class Settings:
    database: str = setting("sqlite:///intake.db", "where the service keeps its cases")
    port: int = setting(0, "port to listen on; 0 takes a free one")
    s3_secret: Secret = setting(doc="secret of the object store")    # no default: compulsory

load(Settings, prefix="INTAKE_")        # INTAKE_DATABASE, INTAKE_PORT, INTAKE_S3_SECRET

Each of them may be kept in a file instead, as secrets of containers are: INTAKE_S3_SECRET_FILE
names a file whose content, without the last line break, is the value.
"""

import dataclasses
import os
import re
import types
import typing
from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_FILE = "_FILE"
_PASSWORD_IN_URL = re.compile(r"(?<=://)([^:/@]*):[^@/]*(?=@)")


class SettingsInvalid(Exception):
    """Settings that cannot be used. Each line names a variable, never its value."""


class Secret(str):
    """A text that is never printed; `str(secret)` is the text itself, `repr` is not."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret(…)"


def setting(default: Any = dataclasses.MISSING, doc: str = "") -> Any:
    """A field with its explanation; without a default it is compulsory."""
    return dataclasses.field(default=default, metadata={"doc": doc})


def load(kind: type[T], prefix: str, environ: Mapping[str, str] | None = None) -> T:
    """Read the settings from the environment (the process's own if absent).

    Raises:
        SettingsInvalid: something is missing, malformed, or not known under this prefix; all
            problems at once.
    """
    given = dict(os.environ if environ is None else environ)
    values, problems = {}, [*_from_files(kind, prefix, given), *_unknown(kind, prefix, given)]
    hints = typing.get_type_hints(kind)
    for field in _fields(kind):
        variable = prefix + field.name.upper()
        if variable in given:
            try:
                values[field.name] = _parse(given[variable], hints[field.name])
            except (ValueError, KeyError):
                problems.append(f"{variable}: not a valid {_type_name(hints[field.name])}")
        elif field.default is dataclasses.MISSING:
            problems.append(f"{variable}: missing; {field.metadata.get('doc', '')}")
    if problems:
        raise SettingsInvalid("\n".join(problems))
    return kind(**values)


def _from_files(kind: Any, prefix: str, given: dict[str, str]) -> list[str]:
    """Put what files hold in the place of the variables that name them; tell what is wrong."""
    problems = []
    for variable in (prefix + field.name.upper() for field in _fields(kind)):
        file = given.pop(variable + _FILE, "")
        if not file:
            continue
        if variable in given:
            problems.append(f"{variable}: given, and {variable}{_FILE} as well")
            continue
        try:
            given[variable] = Path(file).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError):
            problems.append(f"{variable}{_FILE}: the file cannot be read")
            given[variable] = ""
    return problems


def printed(settings: Any) -> dict[str, object]:
    """The settings in force, fit for a log: secrets and passwords in URLs are left out."""
    return {field.name: _shown(getattr(settings, field.name)) for field in _fields(settings)}


def explained(kind: type[Any], prefix: str) -> list[tuple[str, str, str]]:
    """Variable, default and explanation of each setting, for the operator's manual."""
    return [
        (
            prefix + field.name.upper(),
            "" if field.default is dataclasses.MISSING else str(_shown(field.default)),
            str(field.metadata.get("doc", "")),
        )
        for field in _fields(kind)
    ]


def _fields(kind: Any) -> tuple[dataclasses.Field[Any], ...]:
    return dataclasses.fields(kind)


def _unknown(kind: Any, prefix: str, given: Mapping[str, str]) -> list[str]:
    known = {prefix + field.name.upper() for field in _fields(kind)}
    ours = sorted(name for name in given if name.startswith(prefix))
    return [f"{name}: no such setting" for name in ours if name not in known]


def _shown(value: object) -> object:
    if isinstance(value, Secret):
        return "***" if value else ""
    if isinstance(value, str):
        return _PASSWORD_IN_URL.sub(r"\1:***", value)
    return value


def _parse(text: str, kind: Any) -> Any:
    if typing.get_origin(kind) in {types.UnionType, typing.Union}:
        parts = [part for part in typing.get_args(kind) if part is not type(None)]
        return _parse(text, parts[0]) if text else None
    if typing.get_origin(kind) is tuple:
        element = typing.get_args(kind)[0]
        return tuple(_parse(part.strip(), element) for part in text.split(",") if part.strip())
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(text)
    return _PARSERS[kind](text)


def _truth(text: str) -> bool:
    return _WORDS[text.lower()]


def _duration(text: str) -> timedelta:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)", text)
    if match is None:
        raise ValueError("a number and ms, s, m, h or d")
    return timedelta(seconds=float(match[1]) * _UNITS[match[2]])


_PARSERS: dict[Any, Callable[[str], Any]] = {
    str: str,
    Secret: Secret,
    int: int,
    float: float,
    bool: _truth,
    Path: Path,
    timedelta: _duration,
}


def _type_name(kind: Any) -> str:
    return getattr(kind, "__name__", str(kind))
