"""Enum values of the protocol beside those of a domain, both ways. UNSPECIFIED is None."""

from collections.abc import Iterable
from enum import Enum
from typing import Any, Generic, Protocol, TypeVar

Word = TypeVar("Word", bound=Enum)


class Wire(Protocol):
    """A generated enum."""

    def items(self) -> Iterable[tuple[str, Any]]:
        """All names with their numbers."""
        ...


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
