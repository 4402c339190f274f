"""Lexicons compiled into one automaton: a text is read once, whatever the number of words.

The automaton reads UTF-8 bytes, one Latin-1 character each: it walks a list of a node's children,
and the root of one over Chinese characters has several hundred. UTF-8 cannot match off a character
boundary, so nothing else changes; it was measured 2.6 times quicker. The points of a word are
packed into one integer, a lane of 16 bits for each value of each slot, so that adding up a text's
words is adding integers.
"""

from collections.abc import Iterable, Iterator
from operator import itemgetter
from struct import Struct as Packing

import ahocorasick
import msgspec
from msgspec import Struct

from intake.suggest.rulebook import read_data

SHIPPED = ("category", "purpose", "procedure", "difficulty", "colour", "flags", "routes")
MOST_TERMS = 5
LANE = 16
SIGN = 1 << (LANE - 1)
HALVES = 2  # weights are multiples of one half, so lanes hold quarters
QUARTER = 0.25
_WORD = itemgetter(1)


class LexiconInvalid(ValueError):
    """A lexicon file contradicts itself or holds a word it may not hold."""


class LexiconFile(Struct, frozen=True, forbid_unknown_fields=True):
    """One file: for each value of a slot, words by weight, parted by blanks."""

    version: int
    slot: str
    weights: dict[str, float]
    values: dict[str, dict[str, str]]

    def entries(self) -> Iterator[tuple[str, str, float]]:
        """(value, word, weight); a word counts at its first weight within a value."""
        for value, lines in self.values.items():
            seen: set[str] = set()
            for name, words in lines.items():
                if name not in self.weights:
                    raise LexiconInvalid(f"{self.slot}.{value}: no weight {name!r}")
                for word in words.split():
                    if word not in seen:
                        seen.add(word)
                        yield value, word, self.weights[name]


class Evidence:
    """What the words of one text say: `quarters` of points by lane, and the words themselves."""

    __slots__ = ("_favours", "_hits", "quarters")

    def __init__(
        self, favours: list[dict[str, float]], hits: set[str], quarters: tuple[int, ...]
    ) -> None:
        self._favours = favours
        self._hits = hits
        self.quarters = quarters

    def points(self, lane: int) -> float:
        """Points of one lane."""
        return self.quarters[lane] * QUARTER

    def terms(self, lane: int, at_least: float = 0.0) -> tuple[str, ...]:
        """Words that spoke for a lane with at least that weight, weightiest first, at most five."""
        favour = self._favours[lane]
        spoken = [word for word in self._hits & favour.keys() if favour[word] >= at_least]
        spoken.sort(key=lambda word: (-favour[word], word))
        return tuple(spoken[:MOST_TERMS])


class Lexicon:
    """Compiled lexicons. Build once, share freely: reading a text changes nothing in it."""

    def __init__(self, files: Iterable[LexiconFile], factor: float = 1.0) -> None:
        self.files = tuple(files)
        self.lanes: dict[str, dict[str, int]] = {}
        self._factor = _halves(factor)
        self._favours: list[dict[str, float]] = []
        self._effects: dict[str, int] = {}
        for file in self.files:
            self._place(file)
        self._automaton = _automaton(self._effects)
        self._packing = Packing(f"<{len(self._favours)}h")
        self._bias = sum(SIGN << (LANE * lane) for lane in range(len(self._favours)))

    def _place(self, file: LexiconFile) -> None:
        start = len(self._favours)
        lanes = {value: start + number for number, value in enumerate(file.values)}
        self.lanes[file.slot] = lanes
        self._favours.extend({} for _ in lanes)
        for value, word, weight in file.entries():
            lane = lanes[value]
            if weight > 0:
                self._favours[lane][word] = weight
            packed = _halves(weight) << (LANE * lane)
            self._effects[word] = self._effects.get(word, 0) + packed

    def found(self, text: str) -> set[str]:
        """Words of the lexicon that occur in the text."""
        return set(map(_WORD, self._automaton.iter(_bytewise(text))))

    def weigh(self, plain: str, pressing: str) -> Evidence:
        """Points of both texts; a word counts once, `factor` times as much when in `pressing`."""
        effects = self._effects
        urged = self.found(pressing) if pressing else set()
        rest = self.found(plain) - urged
        total = sum(map(effects.__getitem__, rest)) * HALVES
        total += sum(map(effects.__getitem__, urged)) * self._factor
        lanes = ((total + self._bias) ^ self._bias).to_bytes(self._packing.size, "little")
        return Evidence(self._favours, rest | urged, self._packing.unpack(lanes))


def _halves(number: float) -> int:
    halves = number * HALVES
    if halves != int(halves):
        raise LexiconInvalid(f"{number} is not a multiple of one half")
    return int(halves)


def _bytewise(text: str) -> str:
    return text.encode("utf-8", "replace").decode("latin-1")


def _automaton(words: Iterable[str]) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for word in words:
        automaton.add_word(_bytewise(word), word)
    automaton.make_automaton()
    return automaton


def shipped_lexicon(factor: float, forbidden: str) -> Lexicon:
    """The lexicons shipped with intake; a word of a request weighs `factor` times as much.

    Raises:
        LexiconInvalid: the colour lexicon holds a word that speaks of a person.
    """
    parsed = [msgspec.convert(read_data(f"lexicon/{name}.yaml"), LexiconFile) for name in SHIPPED]
    for file in parsed:
        if file.slot == "colour":
            refuse_words_about_persons(file, forbidden)
    return Lexicon(parsed, factor)


def refuse_words_about_persons(file: LexiconFile, forbidden: str) -> None:
    """Raises LexiconInvalid when a word of the file contains a forbidden one."""
    parts = forbidden.split()
    held = [word for _, word, _ in file.entries() if any(part in word for part in parts)]
    if held:
        raise LexiconInvalid(f"{file.slot}: speaks of a person: {' '.join(held)}")
