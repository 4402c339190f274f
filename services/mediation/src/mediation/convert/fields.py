"""Fields that the requests of the work have in common, read and judged one by one."""

from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from typing import Any, TypeVar

from kernel.fields import CODE
from kernel.wording import Words
from mediation.convert.commands import Fields

__all__ = ["CODE", "CaseFields"]
Word = TypeVar("Word", bound=Enum)
MOST_FEN = 10**14


class CaseFields(Fields):
    """Reads the fields of a request about a mediation; `check` refuses what was wrong."""

    def words(self, field: str, words: Words[Word], numbers: Iterable[int]) -> frozenset[Word]:
        """Several words."""
        found = (self.word(field, words, number) for number in numbers)
        return frozenset(word for word in found if word is not None)

    def optional_at(self, request: Any, field: str) -> datetime | None:
        """An instant that may be left out."""
        return self.at(field, getattr(request, field)) if request.HasField(field) else None

    def fen(self, field: str, amount: int) -> int | None:
        """An amount in fen; None for 0, which is no money."""
        if not 0 <= amount <= MOST_FEN:
            reason, limit = ("TOO_SMALL", 0) if amount < 0 else ("TOO_LARGE", MOST_FEN)
            self.note(field, reason, limit)
        return amount or None
