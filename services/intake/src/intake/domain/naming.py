"""Whether a text that others are to read says who a party of the matter is."""

import re
import unicodedata
from collections.abc import Iterable

SHORTEST = 2
"""One letter or character alone is nobody's name in a text."""


def names_somebody(text: str, names: Iterable[str]) -> bool:
    """Whether one of the names stands in the text, however it is spaced, pointed or widened.

    A name in Latin letters counts as words of its own only: "An" is not in "Anji".
    """
    spaced = _folded(text)
    joined = _letters(spaced)
    return any(_is_in(_folded(name), spaced, joined) for name in names)


def _is_in(name: str, spaced: str, joined: str) -> bool:
    letters = _letters(name)
    if len(letters) < SHORTEST:
        return False
    if not letters.isascii():
        return letters in joined
    words = r"[\W_]+".join(re.escape(one) for one in re.split(r"[\W_]+", name) if one)
    return re.search(rf"(?<![0-9a-z]){words}(?![0-9a-z])", spaced) is not None


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _letters(text: str) -> str:
    return "".join(one for one in text if one.isalnum())
