"""Which change of a hearing concerns whom, and what each of them is told by.

Everybody concerned is told of a change once, whoever holds two parts in it; others are not told.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum


class Who(Enum):
    """In what part somebody is at a hearing; in the order in which the first of two counts."""

    PARTY = "party"
    CHAIR = "chair"
    PANELIST = "panelist"
    RECORDER = "recorder"
    REPRESENTATIVE = "representative"
    OPTIONAL = "optional"


class What(Enum):
    """What happened to a hearing since people were told of it last."""

    CONFIRMED = "confirmed"  # called, or called again after it was postponed or adjourned
    TIME = "time"
    ROOM = "room"  # another room, another place, another tier's hall
    CHAIR = "chair"
    PANEL = "panel"
    RECORDER = "recorder"
    REPRESENTATIVE = "representative"
    OPTIONAL = "optional"
    POSTPONED = "postponed"
    ADJOURNED = "adjourned"
    CANCELLED = "cancelled"
    PARTY = "party"  # somebody was registered who takes part
    NOT_PUBLIC = "not_public"
    OBJECTION = "objection"  # an answer to whoever objected, and to nobody else


class Method(Enum):
    """What becomes of the recipient's calendar (RFC 5546)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    NONE = ""


class Text(Enum):
    """Key of the text; each is neutral: no matter, no other party."""

    CALLED = "hearing_called"
    MOVED = "hearing_moved"
    PEOPLE = "hearing_people"
    PRIVATE = "hearing_private"
    POSTPONED = "hearing_postponed"
    ADJOURNED = "hearing_adjourned"
    CANCELLED = "hearing_cancelled"
    RELEASED = "hearing_released"
    ANSWERED = "hearing_answered"

    @property
    def whole(self) -> bool:
        """Whether it says all there is to know, so that no word before it counts any more."""
        return self not in {Text.PEOPLE, Text.PRIVATE, Text.ANSWERED}

    @property
    def waits(self) -> bool:
        """Whether who was told this last waits for the hearing, or for another day of it."""
        return self.whole and self not in {Text.CANCELLED, Text.RELEASED}


EVERYBODY = frozenset(Who)
NOBODY: frozenset[Who] = frozenset()
CONCERNED: Mapping[What, frozenset[Who]] = {
    What.CONFIRMED: EVERYBODY,
    What.TIME: EVERYBODY,
    What.ROOM: EVERYBODY,
    What.CHAIR: EVERYBODY,
    What.PANEL: frozenset({Who.PARTY, Who.CHAIR, Who.RECORDER}),
    What.RECORDER: frozenset({Who.PARTY, Who.CHAIR}),
    What.REPRESENTATIVE: frozenset({Who.CHAIR, Who.RECORDER}),
    What.OPTIONAL: NOBODY,
    What.POSTPONED: EVERYBODY,
    What.ADJOURNED: EVERYBODY,
    What.CANCELLED: EVERYBODY,
    What.PARTY: frozenset({Who.CHAIR, Who.PANELIST, Who.RECORDER}),
    What.NOT_PUBLIC: EVERYBODY,
    What.OBJECTION: NOBODY,
}
"""Parties may object to chair, panel and recorder, so they are told who sits there; these may be
tied to a party who comes later, so they are told of it. Whoever comes and goes by the change is
told of it besides, whatever stands here."""

REPLACED: Mapping[Who, What] = {
    Who.CHAIR: What.CHAIR,
    Who.PANELIST: What.PANEL,
    Who.RECORDER: What.RECORDER,
    Who.REPRESENTATIVE: What.REPRESENTATIVE,
    Who.OPTIONAL: What.OPTIONAL,
}
"""What it is called that somebody of this part was replaced. Parties are who they are."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What one recipient is told of a change, and what his calendar makes of it."""

    text: Text
    method: Method


_TELLINGS: tuple[tuple[frozenset[What], Telling], ...] = (
    (frozenset({What.CANCELLED}), Telling(Text.CANCELLED, Method.CANCEL)),
    (frozenset({What.POSTPONED}), Telling(Text.POSTPONED, Method.CANCEL)),
    (frozenset({What.ADJOURNED}), Telling(Text.ADJOURNED, Method.NONE)),
    (frozenset({What.CONFIRMED}), Telling(Text.CALLED, Method.REQUEST)),
    (frozenset({What.TIME, What.ROOM}), Telling(Text.MOVED, Method.REQUEST)),
    (frozenset({What.NOT_PUBLIC}), Telling(Text.PRIVATE, Method.NONE)),
    (frozenset({*REPLACED.values(), What.PARTY}), Telling(Text.PEOPLE, Method.NONE)),
    (frozenset({What.OBJECTION}), Telling(Text.ANSWERED, Method.NONE)),
)
"""What weighs most says how it is put; the notice itself names every change by its code."""
_CALLED = Telling(Text.CALLED, Method.REQUEST)
_RELEASED = Telling(Text.RELEASED, Method.CANCEL)
ENDS = frozenset({What.CANCELLED, What.POSTPONED})
"""After these nobody is expected any more."""


@dataclass(frozen=True, slots=True)
class People:
    """Recipients by id, with their parts: who is expected now, who had been called before.

    `asked` is who is answered, by id: his objection was decided.
    """

    now: Mapping[str, Who]
    called: Mapping[str, Who]
    asked: str = ""

    @property
    def come(self) -> frozenset[str]:
        """Those who have not been called yet."""
        return frozenset(self.now.keys() - self.called.keys())

    @property
    def gone(self) -> frozenset[str]:
        """Those who had been called and are not expected any more."""
        return frozenset(self.called.keys() - self.now.keys())


def tellings(what: Collection[What], people: People) -> dict[str, Telling]:
    """Who is told what: every recipient once, nobody whom it does not concern.

    When it is off, whoever had been called hears that, and nobody is called to it any more.
    """
    if ENDS & set(what):
        return dict.fromkeys(people.called, _weightiest(what))
    found = dict.fromkeys(people.gone, _RELEASED) | dict.fromkeys(people.come, _CALLED)
    for recipient in people.now.keys() - people.come:
        heard = [one for one in what if _concerns(one, recipient, people)]
        if heard:
            found[recipient] = _weightiest(heard)
    return found


def _concerns(one: What, recipient: str, people: People) -> bool:
    if one is What.OBJECTION:
        return recipient == people.asked
    return people.now[recipient] in CONCERNED[one]


def _weightiest(what: Collection[What]) -> Telling:
    for kinds, telling in _TELLINGS:
        if kinds & set(what):
            return telling
    raise LookupError("every change has a text")


def parts_of(rows: Collection[tuple[str, Who]]) -> dict[str, Who]:
    """Recipients by id; somebody of two parts is one recipient, of the part that comes first."""
    order = list(Who)
    found: dict[str, Who] = {}
    for recipient, who in sorted(rows, key=lambda row: order.index(row[1])):
        found.setdefault(recipient, who)
    return found
