"""The texts people read, one file per language and package: `locale/zh-CN.yaml`, `locale/en.yaml`.

A file is a flat mapping from a key (the reason of a refusal or of a field violation) to a text
that may quote ids by name: `CUSTODY_MOVED: 此件已由{holder}办理`.
"""

from collections.abc import Mapping
from enum import Enum
from functools import lru_cache
from importlib.resources import files
from typing import Self

from kernel.yaml_text import read_yaml

OWN_PACKAGE = "kernel"
FILES_KEPT = 64
"""Language files of a process that are read once; more than the services of a node have."""


class Language(Enum):
    """The languages there are texts for; Chinese is first and the default."""

    ZH_CN = "zh-CN"
    EN = "en"

    @classmethod
    def preferred(cls, accept: str) -> "Language":
        """The best of ours for an `accept-language` value such as `en-GB,en;q=0.8,zh;q=0.5`."""
        ranked = sorted((_ranked(part) for part in accept.split(",")), key=lambda item: -item[0])
        for quality, tag in ranked:
            for language in cls:
                if quality > 0 and tag[:2] == language.value[:2]:
                    return language
        return cls.ZH_CN


def _ranked(part: str) -> tuple[float, str]:
    tag, _, quality = part.strip().lower().partition(";q=")
    try:
        return (float(quality) if quality else 1.0), tag
    except ValueError:
        return 0.0, tag


class CatalogueInvalid(ValueError):
    """A language file cannot be used; the message names the file and the key."""


class _Known(dict[str, str]):
    """Values of a text: one that was not given shows as a dash, since a text must never fail."""

    def __missing__(self, key: str) -> str:
        return "—"


class Catalogue:
    """All texts a service can show. Immutable."""

    def __init__(self, texts: Mapping[Language, Mapping[str, str]]) -> None:
        self._texts = {language: dict(texts.get(language, {})) for language in Language}

    @classmethod
    def load(cls, package: str, folder: str = "locale") -> Self:
        """The texts of a package laid over those of the kernel.

        Raises:
            CatalogueInvalid: a file is no flat mapping from keys to texts.
        """
        packages = dict.fromkeys((OWN_PACKAGE, package))
        texts: dict[Language, dict[str, str]] = {language: {} for language in Language}
        for name in packages:
            for language in Language:
                texts[language] |= _read(name, folder, language)
        return cls(texts)

    def keys(self, language: Language) -> frozenset[str]:
        """The keys that have a text in this language."""
        return frozenset(self._texts[language])

    def has(self, key: str, language: Language) -> bool:
        """Whether there is a text for this key."""
        return key in self._texts[language]

    def text(self, key: str, language: Language, **ids: str) -> str:
        """The text for a key with ids filled in; the key itself where there is no text."""
        template = self._texts[language].get(key, key)
        return template.format_map(_Known(ids))


@lru_cache(maxsize=FILES_KEPT)
def _read(package: str, folder: str, language: Language) -> Mapping[str, str]:
    """The texts of one file, which is part of the program: read once, shared by all catalogues."""
    file = files(package).joinpath(folder, f"{language.value}.yaml")
    if not file.is_file():
        return {}
    content = read_yaml(file.read_text(encoding="utf-8")) or {}
    if not isinstance(content, dict):
        raise CatalogueInvalid(f"{package}/{folder}/{language.value}.yaml is no mapping")
    for key, text in content.items():
        if not (isinstance(key, str) and isinstance(text, str)):
            raise CatalogueInvalid(f"{package}/{folder}/{language.value}.yaml: {key}")
    return content
