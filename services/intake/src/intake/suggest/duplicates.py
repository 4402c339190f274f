"""Possible duplicates among texts that are stored encrypted: blind features, ranked likeness.

Each case leaves at most twelve numbers, every one a keyed hash, so that the table of numbers tells
nothing without the key: smallest shingles of the text with the township, the village with the
category, the other side, and the person by telephone and by name. A case is found again by the
numbers it shares. Sharing only the person is no likeness: nobody's matters are listed by name.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from hashlib import blake2b
from itertools import chain, pairwise

from msgspec import Struct

from intake.suggest.rulebook import read_data

BINS = 8
CAP = 24  # rows looked at for one feature; one that has so many says little
TOWNSHIP_DIGITS = 9
LEFT, RIGHT = 40_503, 2_654_435  # odd, and small enough for quick arithmetic
ORDERS = 268_435_399  # the largest prime below 2**28
SAME_PERSON = "same_person_same_matter"
OTHERS = "others_same_matter"
CASE_FEATURES = 12
FEWEST = 2  # a likely duplicate shares at least so many features
FLOOR_SAME = 0.1
FLOOR_OTHERS = 0.225
FLOOR_ELSEWHERE = 0.375
"""For another village, or another kind of matter: words alone must say much more."""
_PHONE = re.compile(r"\D")


class Teller(Struct, frozen=True):
    """Who raises a matter, as far as the search for duplicates needs it."""

    name: str = ""
    phone: str = ""


class Features(Struct, frozen=True, kw_only=True):
    """The blind features of one case, signed 64-bit numbers, by what they stand for."""

    text: tuple[int, ...] = ()
    scene: tuple[int, ...] = ()
    respondent: tuple[int, ...] = ()
    person: tuple[int, ...] = ()

    def all(self) -> tuple[int, ...]:
        """Every feature, at most twelve: the rows to store and to look up."""
        return self.text + self.scene + self.respondent + self.person


class Likeness(Struct, frozen=True):
    """How like two cases are: 0 to 1, and whether the same person tells it."""

    score: float
    reason: str


def features(
    text: str,
    place_code: str,
    key: bytes,
    *,
    category: str = "",
    teller: Teller | None = None,
    respondent: str = "",
) -> Features:
    """Blind features of a matter.

    Args:
        text: narrative and requests; names in it that are given here are masked.
        place_code: division code of the place of the matter, 6 to 12 digits.
        key: the node's secret for this purpose, 16 to 64 bytes.
        category: category id, or empty.
        teller: who raises it; None when anonymous.
        respondent: name of the other side, or empty.
    """
    township = place_code[:TOWNSHIP_DIGITS]
    teller = teller or Teller()
    for name in (teller.name, respondent):
        if name:
            text = text.replace(name, " ")
    shingles = _smallest(text)
    phone = _PHONE.sub("", teller.phone)
    return Features(
        text=tuple(_blind(key, f"t{at}|{township}|{pair}") for at, pair in shingles),
        scene=(_blind(key, f"s|{place_code}|{category}"),) if category else (),
        respondent=(_blind(key, f"r|{township}|{respondent}"),) if respondent else (),
        person=tuple(
            _blind(key, part)
            for part, known in ((f"p|{phone}", phone), (f"n|{township}|{teller.name}", teller.name))
            if known
        ),
    )


def _blind(key: bytes, what: str) -> int:
    said = what.encode("utf-8", "replace")
    digest = blake2b(said, digest_size=8, key=key, person=b"duplicates").digest()
    return int.from_bytes(digest, "little", signed=True)


def _smallest(text: str) -> Iterator[tuple[int, str]]:
    """One-permutation min-hash: each pair of characters falls into a bin, a bin keeps its least.

    The permutation is no secret: only `_blind` values of the pairs leave this module.
    """
    orders = [ORDERS] * BINS
    least: dict[int, str] = {}
    for run in _ignored().split(text):
        for left, right in pairwise(run):
            order = (ord(left) * LEFT ^ ord(right) * RIGHT) % ORDERS
            at = order % BINS
            if order < orders[at]:
                orders[at], least[at] = order, left + right
    return iter(least.items())


@cache
def _ignored() -> re.Pattern[str]:
    data = read_data("shingles.yaml")
    ignored = "".join(str(data["ignored"]).split()) if isinstance(data, dict) else ""
    return re.compile(f"[\\0-\\u4dff\\ua000-\\U0010ffff{ignored}]+")


def score(
    candidate: Collection[int], mine: Features, common: Collection[int] = ()
) -> Likeness | None:
    """Likeness of a candidate that has these features; None when it is no likely duplicate.

    Args:
        candidate: the candidate's features, or just those it shares with mine.
        mine: features of the matter at hand.
        common: features that so many cases have that they say little.
    """
    shared = set(candidate).intersection(mine.all())
    rare = shared.difference(common)
    alike = len(rare.intersection(mine.text)) / BINS
    scene = bool(shared.intersection(mine.scene))
    respondent = bool(rare.intersection(mine.respondent))
    likeness = alike + 0.25 * respondent + 0.1 * scene
    if shared.intersection(mine.person):
        near = likeness >= FLOOR_SAME
        return Likeness(min(1.0, round(0.6 + likeness * 0.6, 3)), SAME_PERSON) if near else None
    same_quarrel = scene and respondent  # the other side, the village and the kind of matter
    floor = FLOOR_OTHERS if scene else FLOOR_ELSEWHERE
    if likeness < floor or not (alike or same_quarrel):
        return None
    return Likeness(min(1.0, round(0.3 + likeness, 3)), OTHERS)


def rank(
    mine: Features, rows: Iterable[tuple[int, str]], *, at_most: int = 5
) -> list[tuple[str, Likeness]]:
    """Likely duplicates among looked-up rows, best first.

    Args:
        mine: features of the matter at hand.
        rows: (feature, case id) of cases that share a feature; at most CAP rows a feature.
        at_most: how many to return.
    """
    held: dict[str, list[int]] = defaultdict(list)
    for feature, case_id in rows:
        held[case_id].append(feature)
    counts = Counter(chain.from_iterable(held.values()))
    common = {feature for feature, count in counts.items() if count >= CAP}
    found = [
        (case_id, likeness)
        for case_id, shared in held.items()
        if len(shared) >= FEWEST and (likeness := score(shared, mine, common)) is not None
    ]
    found.sort(key=lambda item: (-item[1].score, item[0]))
    return found[:at_most]
