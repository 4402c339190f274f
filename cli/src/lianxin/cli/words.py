"""The texts of the command line, catalogues per language; Chinese is first and the default."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from kernel.yaml_text import read_yaml
from lianxin.cli import invocation

LANGUAGES = ("zh-CN", "en")
AREAS = (
    "",
    "mediation.",
    "consent.",
    "notice.",
    "review.",
    "waiting.",
    "station.",
    "invited.",
    "hearing.",
    "hearing.setting.",
    "hearing.notice.",
    "hearing.session.",
    "hearing.register.",
    "people.",
    "pki.",
    "operating.",
)
"""What the files of a language are called before its name."""


class _Known(dict[str, Any]):
    """Values of a text: one that was not given shows as a dash, since a text must never fail."""

    def __missing__(self, key: str) -> str:
        return "—"


def preferred(said: str) -> str:
    """Our language for a word such as `en`, `en_GB.UTF-8`, `zh` or `zh_CN`; else Chinese."""
    return "en" if said.strip().lower().startswith("en") else "zh-CN"


@cache
def texts(language: str) -> Mapping[str, str]:
    """All texts of a language by key."""
    found: dict[str, str] = {}
    for area in AREAS:
        content = files("lianxin.cli").joinpath("locale", f"{area}{language}.yaml").read_bytes()
        found |= read_yaml(content)
    return found


def has(key: str) -> bool:
    """Whether there is such a text."""
    return key in texts(invocation.current().language)


def say(key: str, **values: object) -> str:
    """The text for a key in the language of this command; the key where there is none."""
    template = texts(invocation.current().language).get(key, key)
    return template.format_map(_Known(values))


def word(kind: str, code: str) -> str:
    """The word for a code, `word("colour", "red")`; the code itself where there is none."""
    key = f"word.{kind}.{code}"
    return say(key) if code and has(key) else code


def code_of(kind: str, text: str) -> str | None:
    """The code meant by a code or by its word in any of our languages; None when unknown."""
    wanted = text.strip().casefold().replace("-", "_")
    also = texts("zh-CN").get(f"also.{kind}.{wanted}")
    if also:
        return also
    for language in LANGUAGES:
        for key, shown in texts(language).items():
            if key.startswith(f"word.{kind}."):
                code = key.rpartition(".")[2]
                if wanted in {code, shown.casefold().replace("-", "_")}:
                    return code
    return None


def codes(kind: str) -> list[str]:
    """Every code of a kind, in the order of the catalogue."""
    start = f"word.{kind}."
    return [key.rpartition(".")[2] for key in texts("zh-CN") if key.startswith(start)]
