"""The texts that parties consent to, by version; what was consented to stays readable."""

from functools import cache
from importlib import resources

import msgspec

from kernel.yaml_text import read_yaml
from mediation.domain.consent import Subject


class ConsentText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is read or handed out, in both languages."""

    zh: str
    en: str


class Consents(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every version there was; the last one is read out today."""

    versions: dict[str, dict[Subject, ConsentText]]

    @property
    def newest(self) -> str:
        """The version that is read out today."""
        return list(self.versions)[-1]


@cache
def shipped_consents() -> Consents:
    """The texts shipped with mediation."""
    file = resources.files("mediation").joinpath("data/consents.yaml")
    return msgspec.convert(read_yaml(file.read_text(encoding="utf-8")), Consents)
