"""The sentences of an explained due date, per language, from `kernel/locale`."""

from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from kernel.yaml_text import read_yaml

LOCALES = ("zh-CN", "en")


class Catalogue:
    """The texts of one language. A key that is missing is a fault of the catalogue: KeyError."""

    def __init__(self, texts: dict[str, Any]) -> None:
        self._texts = texts

    def text(self, *keys: str, **values: object) -> str:
        """The text under a path of keys, its placeholders filled."""
        found: Any = self._texts
        for key in keys:
            found = found[key]
        return str(found).format(**values)

    def day(self, day: date) -> str:
        """A date as this language writes it."""
        return self.text("day", year=day.year, month=day.month, day=day.day)

    def holiday(self, name: str) -> str:
        """A rest day's name; a local holiday the catalogue does not know is just a holiday."""
        return self.text("holiday", name if name in self._texts["holiday"] else "other")

    def keys(self) -> frozenset[tuple[str, ...]]:
        """All paths of keys, to compare languages."""
        return frozenset(_paths(self._texts))


@cache
def catalogue(locale: str) -> Catalogue:
    """The texts of a language, one of `LOCALES`; any other falls back to zh-CN."""
    chosen = locale if locale in LOCALES else LOCALES[0]
    text = (files("kernel") / "locale" / f"due.{chosen}.yaml").read_text(encoding="utf-8")
    return Catalogue(read_yaml(text))


def _paths(texts: dict[str, Any], above: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = []
    for key, value in texts.items():
        path = (*above, key)
        found += _paths(value, path) if isinstance(value, dict) else [path]
    return found
