"""Which papers stand in a file and in which order: the table is data (`data/case_file.yaml`)."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec

from kernel.yaml_text import read_yaml


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One place in the order; exactly one of its fields says what stands there."""

    kinds: tuple[str, ...] = ()
    sheet: str = ""
    attachments: bool = False
    others: bool = False


class Layout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How files of some procedures are laid out."""

    procedures: tuple[str, ...]
    order: tuple[Place, ...]

    @property
    def named(self) -> frozenset[str]:
        """The kinds of documents that have a place of their own."""
        return frozenset(kind for place in self.order for kind in place.kinds)


@cache
def layouts() -> Mapping[str, Layout]:
    """All layouts by name. Raises msgspec.ValidationError when the table is wrong."""
    text = files("intake").joinpath("data/case_file.yaml").read_text(encoding="utf-8")
    return msgspec.convert(read_yaml(text), dict[str, Layout])


def layout_for(procedure: str) -> Layout:
    """The layout for a procedure; the first one where none names it."""
    every = list(layouts().values())
    return next((one for one in every if procedure in one.procedures), every[0])
