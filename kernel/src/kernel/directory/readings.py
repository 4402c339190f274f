"""How Chinese words are read: syllables without tones, as people type them.

`readings.tsv` has a line for each syllable: the characters usually read so, and those also read so.
"""

from functools import cache, lru_cache
from importlib import resources
from itertools import islice, product

MOST = 8
"""Readings of a word that are kept; a name has one or two, seldom four."""


def readings(text: str) -> tuple[str, ...]:
    """The readings of a word, the usual one first; what is no such character stands for itself.

    A character that is read in several ways (长: chang, zhang) makes several readings of its word.
    """
    words = ("".join(choice) for choice in product(*map(_of, text.lower())))
    return tuple(dict.fromkeys(islice(words, MOST)))


@lru_cache(maxsize=4096)
def _of(char: str) -> tuple[str, ...]:
    usual = [syllable for syllable, first, _ in _table() if char in first]
    also = [syllable for syllable, _, others in _table() if char in others]
    return (*usual, *also) or (char,)


@cache
def _table() -> tuple[tuple[str, str, str], ...]:
    text = resources.files("kernel.directory").joinpath("readings.tsv").read_text("utf-8")
    lines = (line.split("\t") for line in text.splitlines())
    return tuple((syllable, first, others) for syllable, first, others in lines)
