"""When a conclusion may be published: a public hearing, everybody willing, two persons, a day.

个人信息保护法 13, 25; 反家庭暴力法 5: what is secret, private, of family violence or minors is not
published, whoever consents.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from uuid import UUID

SHORTEST_NAME = 2
_NUMBERS = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|\d{17}[\dXx])(?!\d)")
# A number before 号楼, 幢, 栋, 单元 or 室: what is looked for, and nothing that anybody reads.
_ADDRESS = re.compile(r"\d+\s*(?:\u53f7\u697c|\u5e62|\u680b|\u5355\u5143|\u5ba4)")


class Bar(Enum):
    """Why it cannot be published; the value is the key of its text."""

    NOT_PUBLIC = "PUBLICATION_NOT_PUBLIC"
    PROTECTED = "PUBLICATION_PROTECTED"
    CONSENT = "PUBLICATION_CONSENT_MISSING"
    DAY_PAST = "PUBLICATION_DAY_PAST"
    DAY_TOO_FAR = "PUBLICATION_DAY_TOO_FAR"
    NAMES = "PUBLICATION_NAMES_SOMEBODY"
    NUMBERS = "PUBLICATION_HAS_NUMBERS"
    SAME_PERSON = "PUBLICATION_SAME_PERSON"
    UNSERVED = "PUBLICATION_UNSERVED"


FIELDS = {
    Bar.NOT_PUBLIC: "case_id",
    Bar.PROTECTED: "case_id",
    Bar.CONSENT: "consents",
    Bar.DAY_PAST: "take_down_on",
    Bar.DAY_TOO_FAR: "take_down_on",
    Bar.NAMES: "text",
    Bar.NUMBERS: "text",
    Bar.SAME_PERSON: "approved",
    Bar.UNSERVED: "case_id",
}
"""What each is about."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What of a hearing decides whether its conclusion may be published.

    `protected`: secret, sealed, private, of family violence or of minors. `parties` are those whose
    written consent it needs, `willing` those whose consent stands.
    """

    public: bool
    protected: bool
    served: bool
    parties: frozenset[UUID]
    willing: frozenset[UUID]


def bars(matter: Matter) -> Iterator[Bar]:
    """Everything about the matter that stands against it."""
    if not matter.public:
        yield Bar.NOT_PUBLIC
    if matter.protected:
        yield Bar.PROTECTED
    if not matter.served:
        yield Bar.UNSERVED
    if not matter.parties or not matter.parties <= matter.willing:
        yield Bar.CONSENT


def bars_of_day(until: date, today: date, longest_days: int) -> Iterator[Bar]:
    """Whether it comes down on a day that is ahead, and not too far."""
    if until <= today:
        yield Bar.DAY_PAST
    elif (until - today).days > longest_days:
        yield Bar.DAY_TOO_FAR


def bars_of_text(text: str, names: Iterable[str], *, named: bool = False) -> Iterator[Bar]:
    """Whether a text says who somebody is: a name on file, a telephone, an id, a door.

    `named`: somebody else's look at names that are not on file here found one.

    It finds what is on file and what looks like a number; that nothing else tells is for the two
    persons who read the preview.
    """
    if named or any(_is_in(name, text) for name in names):
        yield Bar.NAMES
    if _NUMBERS.search(text) or _ADDRESS.search(text):
        yield Bar.NUMBERS


def _is_in(name: str, text: str) -> bool:
    plain = "".join(name.split())
    return len(plain) >= SHORTEST_NAME and plain in "".join(text.split())


def missing(parties: Collection[UUID], willing: Collection[UUID]) -> tuple[UUID, ...]:
    """The parties who have not consented, in order of their ids."""
    return tuple(sorted(set(parties) - set(willing)))
