"""The table of steps and outlets as typed data (data/unit_papers.yaml)."""

from functools import cache
from importlib.resources import files

import msgspec

from kernel.yaml_text import read_yaml


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A step of the guide card, and the clocks that say its days."""

    id: str
    clocks: tuple[str, ...] = ()


class Outlet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A way outside mediation, and which kinds of outside bodies are asked there."""

    id: str
    kinds: tuple[str, ...]


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of it."""

    guide: tuple[Step, ...]
    outlets: tuple[Outlet, ...]


@cache
def table() -> Table:
    """The table that ships. Raises msgspec.ValidationError when it is wrong."""
    text = files("intake").joinpath("data/unit_papers.yaml").read_text(encoding="utf-8")
    return msgspec.convert(read_yaml(text), Table)
