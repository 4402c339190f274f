"""Enum values of the protocol and of the domain, both ways. UNSPECIFIED is None."""

from enum import Enum
from typing import Any, Generic, Protocol, TypeVar

from intake.domain import words
from intake.domain.notices import MayNotify
from intake.domain.refusals import RefusalKind
from lianxin.common.v1 import case_pb2 as common
from lianxin.intake.v1 import case_pb2 as case
from lianxin.intake.v1 import intake_service_pb2 as service

Word = TypeVar("Word", bound=Enum)


class Wire(Protocol):
    """A generated enum."""

    def Value(self, name: str) -> Any:  # generated
        """The number of a name."""
        ...

    def values(self) -> list[Any]:
        """All numbers."""
        ...


class Words(Generic[Word]):
    """One enum of the protocol beside one of the domain; names agree but for the prefix.

    Making it fails when a value of either side has no partner.
    """

    def __init__(self, wire: Wire, prefix: str, domain: type[Word]) -> None:
        self._words = {wire.Value(f"{prefix}_{word.name}"): word for word in domain}
        self._numbers = {word: number for number, word in self._words.items()}
        lost = set(wire.values()) - set(self._words) - {0}
        if lost:
            raise ValueError(f"{domain.__name__} lacks {sorted(lost)}")

    def word(self, number: int) -> Word | None:
        """The domain's word; None for UNSPECIFIED and for a number this version does not know."""
        return self._words.get(number)

    def known(self, number: int) -> bool:
        """Whether this version knows the number; UNSPECIFIED is known."""
        return number == 0 or number in self._words

    def number(self, word: Word | None) -> Any:  # a ValueType of the enum at hand
        """The number on the wire; 0 for None."""
        return 0 if word is None else self._numbers[word]


CHANNEL = Words(common.Channel, "CHANNEL", words.Channel)
PROCEDURE = Words(common.Procedure, "PROCEDURE", words.Procedure)
PURPOSE = Words(common.Purpose, "PURPOSE", words.Purpose)
DIFFICULTY = Words(common.Difficulty, "DIFFICULTY", words.Difficulty)
COLOUR = Words(common.Colour, "COLOUR", words.Colour)
IDENTITY = Words(common.IdentityMode, "IDENTITY_MODE", words.Identity)
PARTY_ROLE = Words(common.PartyRole, "PARTY_ROLE", words.PartyRole)
MAY_NOTIFY = Words(case.MayNotify, "MAY_NOTIFY", MayNotify)
PARTY_KIND = Words(common.PartyKind, "PARTY_KIND", words.PartyKind)
ENDING = Words(common.EndingKind, "ENDING_KIND", words.Ending)
REFUSAL = Words(service.RefusalKind, "REFUSAL_KIND", RefusalKind)
