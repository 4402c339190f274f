"""What an invited person undertakes before seeing anything, by version."""

from functools import cache
from importlib import resources

import msgspec

from kernel.yaml_text import read_yaml


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """In both languages."""

    zh: str
    en: str


class Undertakings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every version there was; the last one is signed today."""

    versions: dict[str, Text]

    @property
    def newest(self) -> str:
        """The version that is signed today."""
        return list(self.versions)[-1]


@cache
def shipped_undertakings() -> Undertakings:
    """The texts that ship with Lianxin."""
    file = resources.files("kernel").joinpath("data/undertaking.yaml")
    return msgspec.convert(read_yaml(file.read_text(encoding="utf-8")), Undertakings)
