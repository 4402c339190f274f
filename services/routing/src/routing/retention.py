"""The table of periods: the one that ships, or the operator's."""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

import msgspec
import yaml

from kernel.yaml_text import read_yaml
from routing.domain.retention import Retention, Rule

MOST_YEARS = 200


class RetentionInvalid(ValueError):
    """The table cannot be used; the message names file and field."""


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    years: int | Literal["permanent"]
    endings: list[str] = msgspec.field(default_factory=list)
    procedures: list[str] = msgspec.field(default_factory=list)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rules: list[_Line]


@cache
def shipped() -> Retention:
    """The table that ships with Lianxin."""
    return _parsed(files("routing").joinpath("data/retention.yaml").read_text(encoding="utf-8"))


def load(file: Path) -> Retention:
    """An operator's table.

    Raises:
        RetentionInvalid: missing, malformed, without rules, or with an impossible period.
    """
    try:
        return _parsed(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError, msgspec.ValidationError) as error:
        raise RetentionInvalid(f"{file}: {error}") from None


def _parsed(text: str) -> Retention:
    lines = msgspec.convert(read_yaml(text), _File).rules
    if not lines:
        raise ValueError("rules: none")
    return Retention([_rule(line) for line in lines])


def _rule(line: _Line) -> Rule:
    years = None if line.years == "permanent" else int(line.years)
    if years is not None and not 1 <= years <= MOST_YEARS:
        raise ValueError(f"{line.id}: years: 1 to {MOST_YEARS}, or permanent")
    return Rule(line.id, years, frozenset(line.endings), frozenset(line.procedures))
