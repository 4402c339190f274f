"""Enum values of the protocol and of the domain, both ways. UNSPECIFIED is None."""

from collections.abc import Iterable
from enum import Enum
from typing import Any, Generic, Protocol, TypeVar

from hearing.domain import words
from lianxin.common.v1 import case_pb2 as common
from lianxin.hearing.v1 import hearing_pb2 as pb

Word = TypeVar("Word", bound=Enum)


class Wire(Protocol):
    """An enum of the protocol."""

    def items(self) -> Iterable[tuple[str, Any]]:
        """Names and numbers."""


class Words(Generic[Word]):
    """One enum of the protocol beside one of the domain; names agree but for the prefix.

    Making it fails when a value of either side has no partner.
    """

    def __init__(self, wire: Wire, prefix: str, domain: type[Word]) -> None:
        named = {f"{prefix}_{word.name}": word for word in domain}
        numbers = dict(wire.items())
        if set(numbers) - {f"{prefix}_UNSPECIFIED"} != set(named):
            raise ValueError(f"{domain.__name__} and {prefix} do not agree")
        self._words = {numbers[name]: word for name, word in named.items()}
        self._numbers = {word: number for number, word in self._words.items()}

    def word(self, number: int) -> Word | None:
        """The domain's word; None for UNSPECIFIED and for a number this version does not know."""
        return self._words.get(number)

    def number(self, word: Word) -> Any:  # a ValueType of the enum at hand
        """The number on the wire."""
        return self._numbers[word]


ASKED_BY = Words(pb.AskedBy, "ASKED_BY", words.AskedBy)
GROUND = Words(pb.Ground, "GROUND", words.Ground)
OVER_WHY = Words(pb.OverWhy, "OVER_WHY", words.OverWhy)
ROLE = Words(common.PartyRole, "PARTY_ROLE", words.Role)


def plain(enum: Any, number: int, prefix: str) -> str:
    """A word of the common protocol; empty for UNSPECIFIED and for what is not known here."""
    found = enum.DESCRIPTOR.values_by_number.get(number)
    return "" if found is None or number == 0 else found.name.removeprefix(prefix).lower()


def procedure_from(number: int) -> str:
    """A procedure's word."""
    return plain(common.Procedure, number, "PROCEDURE_")


def colour_from(number: int) -> str:
    """A colour's word."""
    return plain(common.Colour, number, "COLOUR_")


def procedure_out(word: str) -> common.Procedure.ValueType:
    """The number on the wire."""
    return common.Procedure.Value("PROCEDURE_" + (word.upper() or "UNSPECIFIED"))


def colour_out(word: str) -> common.Colour.ValueType:
    """The number on the wire."""
    return common.Colour.Value("COLOUR_" + (word.upper() or "UNSPECIFIED"))
