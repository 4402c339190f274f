"""Fields that the requests of the work have in common, read and judged one by one."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, TypeVar
from uuid import UUID

from google.protobuf.timestamp_pb2 import Timestamp

from kernel.calendar.days import FIRST, LAST
from kernel.errors import FieldViolation
from mediation.commands import Seen
from mediation.convert.casework_words import Words
from mediation.convert.commands import Fields

Word = TypeVar("Word", bound=Enum)
MOST_ITEMS = 200
MOST_NUMBER = 10_000
MOST_FEN = 10**14
CODE = 64


class CaseFields(Fields):
    """Reads the fields of a request about a mediation; `check` refuses what was wrong."""

    def on_case(self, request: Any) -> tuple[UUID, UUID, Seen]:
        """Request id, case and what was seen of it."""
        request_id = self.id("request_id", request.request_id)
        case_id = self.id("case_id", request.case_id)
        if request.version < 1:
            self.wrong.append(FieldViolation("version", "REQUIRED"))
        return request_id, case_id, Seen(self.epoch("epoch", request.epoch), request.version)

    def word(self, field: str, words: Words[Word], number: int) -> Word | None:
        """A word that must be given; None stands in while the fault is collected."""
        found = words.word(number)
        if found is None:
            self.wrong.append(FieldViolation(field, "UNKNOWN_VALUE" if number else "REQUIRED"))
        return found

    def optional_word(self, field: str, words: Words[Word], number: int) -> Word | None:
        """A word that may be left out."""
        return self.word(field, words, number) if number else None

    def words(self, field: str, words: Words[Word], numbers: Iterable[int]) -> frozenset[Word]:
        """Several words."""
        found = (self.word(field, words, number) for number in numbers)
        return frozenset(word for word in found if word is not None)

    def optional_id(self, field: str, text: str) -> UUID | None:
        """An id that may be left out."""
        return self.id(field, text) if text else None

    def ids(self, field: str, texts: Iterable[str]) -> tuple[UUID, ...]:
        """Several ids, each once, in their order."""
        found = [self.id(f"{field}[{at}]", text) for at, text in enumerate(texts)]
        self.few(field, len(found))
        return tuple(dict.fromkeys(found))

    def few(self, field: str, count: int, most: int = MOST_ITEMS) -> None:
        """Refuse a list that is too long."""
        if count > most:
            self.wrong.append(FieldViolation(field, "TOO_MANY", most))

    def code(self, field: str, text: str) -> str:
        """An id of the directory, or another code; may be empty."""
        if len(text) > CODE or any(not sign.isprintable() or sign.isspace() for sign in text):
            self.wrong.append(FieldViolation(field, "MALFORMED"))
        return text

    def day(self, field: str, text: str) -> date:
        """A day that must be given; the first there is stands in while the fault is collected."""
        try:
            found = date.fromisoformat(text)
        except ValueError:
            self.wrong.append(FieldViolation(field, "MALFORMED" if text else "REQUIRED"))
            return FIRST
        if not FIRST <= found <= LAST.replace(year=LAST.year - 50):
            self.wrong.append(FieldViolation(field, "DATE_OUT_OF_RANGE"))
            return FIRST
        return found

    def optional_day(self, field: str, text: str) -> date | None:
        """A day that may be left out."""
        return self.day(field, text) if text else None

    def at(self, field: str, moment: Timestamp) -> datetime:
        """An instant that a database can keep."""
        try:
            found = moment.ToDatetime(tzinfo=UTC)
        except (ValueError, OverflowError):
            found = None
        if found is None or not FIRST <= found.date() <= LAST:
            self.wrong.append(FieldViolation(field, "DATE_OUT_OF_RANGE"))
            return datetime(FIRST.year, 1, 1, tzinfo=UTC)
        return found

    def optional_at(self, request: Any, field: str) -> datetime | None:
        """An instant that may be left out."""
        return self.at(field, getattr(request, field)) if request.HasField(field) else None

    def number(self, field: str, number: int, least: int = 1) -> int:
        """A number of a request, term or version."""
        if not least <= number <= MOST_NUMBER:
            reason, limit = ("TOO_SMALL", least) if number < least else ("TOO_LARGE", MOST_NUMBER)
            self.wrong.append(FieldViolation(field, reason, limit))
        return number

    def fen(self, field: str, amount: int) -> int | None:
        """An amount in fen; None for 0, which is no money."""
        if not 0 <= amount <= MOST_FEN:
            reason, limit = ("TOO_SMALL", 0) if amount < 0 else ("TOO_LARGE", MOST_FEN)
            self.wrong.append(FieldViolation(field, reason, limit))
        return amount or None

    def needed(self, field: str, text: str, most: int) -> str:
        """A text that must not be empty."""
        found = self.text(field, text, most)
        if not found:
            self.wrong.append(FieldViolation(field, "REQUIRED"))
        return found
