"""Places by what people call them: spoken name, alias, pinyin or division code."""

from collections.abc import Iterable
from datetime import date
from difflib import SequenceMatcher

from msgspec import Struct

from kernel.directory.book import Directory
from kernel.directory.readings import readings
from kernel.divisions import Division

TOWNSHIP_DIGITS = 9
FULL_DIGITS = 12
MOST = 10
NEAR = 0.6
Readings = tuple[str, ...]


class Place(Struct, frozen=True, kw_only=True):
    """A place of the directory: full 12-digit code, title and what else it is called."""

    code: str
    title: str
    aliases: tuple[str, ...] = ()


class PlaceFound(Struct, frozen=True, kw_only=True):
    """A candidate, with the title of its township so that namesakes can be told apart."""

    code: str
    title: str
    township: str
    score: float


class Gazetteer:
    """Look-up over the places of one directory version. Build once; pure thereafter."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._places = tuple(places)
        self._townships = {
            place.code[:TOWNSHIP_DIGITS]: place.title
            for place in self._places
            if place.code.endswith("000") and not place.code.endswith("000000")
        }
        self._names = [(place, _names(place)) for place in self._places]

    def find(self, text: str) -> list[PlaceFound]:
        """Candidates for what was said, best first, at most ten; empty when nothing is near."""
        said = "".join(text.split()).lower()
        if not said:
            return []
        if said.isascii() and said.isdigit():
            return self._by_code(said)
        spoken = readings(said)
        scored = [(_likeness(said, spoken, names), place) for place, names in self._names]
        near = sorted(((s, p) for s, p in scored if s >= NEAR), key=lambda it: (-it[0], it[1].code))
        return [self._found(place, score) for score, place in near[:MOST]]

    def _by_code(self, digits: str) -> list[PlaceFound]:
        full = digits.ljust(FULL_DIGITS, "0")
        exact = [self._found(p, 1.0) for p in self._places if p.code == full]
        under = [self._found(p, 0.8) for p in self._places if p.code.startswith(digits)]
        return (exact + [found for found in under if found.code != full])[:MOST]

    def _found(self, place: Place, score: float) -> PlaceFound:
        township = self._townships.get(place.code[:TOWNSHIP_DIGITS], "")
        return PlaceFound(
            code=place.code, title=place.title, township=township, score=round(score, 3)
        )


def places_of(directory: Directory, day: date) -> list[Place]:
    """Every division a valid site of the directory serves, under the names people use for it."""
    return [
        Place(
            code=Division.parse(code).code,
            title=site.place or site.short_title,
            aliases=tuple(dict.fromkeys((site.short_title, site.title, *site.aliases))),
        )
        for site in directory.sites.values()
        if site.valid_on(day)
        for code in site.codes
    ]


def find_places(text: str, places: Iterable[Place]) -> list[PlaceFound]:
    """One look-up over a list of places; keep a Gazetteer for many."""
    return Gazetteer(places).find(text)


def _names(place: Place) -> tuple[tuple[str, Readings], ...]:
    return tuple((name, readings(name)) for name in dict.fromkeys((place.title, *place.aliases)))


def _likeness(said: str, spoken: Readings, names: Iterable[tuple[str, Readings]]) -> float:
    return max(_near(said, spoken, name, sounds) for name, sounds in names)


def _near(said: str, spoken: Readings, name: str, sounds: Readings) -> float:
    """1 the same words, 0.95 the same sound, then one within the other, then alike."""
    if said == name:
        return 1.0
    if not set(spoken).isdisjoint(sounds):
        return 0.95
    if len(name) > 1 and name in said:
        return 0.9 if said.endswith(name) else 0.75
    if len(said) > 1 and name.startswith(said):
        return 0.85
    usual = spoken[0]
    if len(usual) > 3 and any(sound.startswith(usual) for sound in sounds):  # noqa: PLR2004 (three letters say little)
        return 0.8
    return 0.75 * SequenceMatcher(None, usual, sounds[0], autojunk=False).ratio()
