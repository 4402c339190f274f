"""Fields that requests of any service have in common, read and judged one by one."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, TypeVar
from uuid import UUID

from google.protobuf.timestamp_pb2 import Timestamp

from kernel.calendar.days import FIRST, LAST
from kernel.errors import FieldViolation, InvalidInput
from kernel.holding.acts import Seen
from kernel.ids import IdInvalid, parse_id
from kernel.wording import Words

Word = TypeVar("Word", bound=Enum)
CODE, MOST_ITEMS, MOST_NUMBER = 64, 200, 10_000
HIGHEST_EPOCH = 2**53
NO_ID = UUID(int=0)
_LAST_DAY = LAST.replace(year=LAST.year - 50)


class Fields:
    """Collects what is wrong; `check` refuses if anything was."""

    refusal: type[InvalidInput]
    """What the service refuses by; it quotes each field."""

    def __init__(self) -> None:
        self.wrong: list[FieldViolation] = []

    def check(self) -> None:
        """Raise the `refusal` of the service if anything was wrong."""
        if self.wrong:
            raise self.refusal(*self.wrong)

    def note(self, field: str, reason: str, limit: int | None = None) -> None:
        """Something else is wrong with a field."""
        self.wrong.append(FieldViolation(field, reason, limit))

    def on_case(self, request: Any) -> tuple[UUID, UUID, Seen]:
        """Request id, case and what was seen of it."""
        request_id = self.id("request_id", request.request_id)
        case_id = self.id("case_id", request.case_id)
        if request.version < 1:
            self.note("version", "REQUIRED")
        return request_id, case_id, Seen(self.epoch("epoch", request.epoch), request.version)

    def id(self, field: str, text: str) -> UUID:
        """A compulsory id."""
        try:
            return parse_id(text)
        except IdInvalid:
            self.note(field, "MALFORMED_ID" if text else "REQUIRED")
            return NO_ID

    def optional_id(self, field: str, text: str) -> UUID | None:
        """An id that may be left out."""
        return self.id(field, text) if text else None

    def ids(self, field: str, texts: Iterable[str]) -> tuple[UUID, ...]:
        """Several ids, each once, in their order."""
        found = [self.id(f"{field}[{at}]", text) for at, text in enumerate(texts)]
        self.few(field, len(found))
        return tuple(dict.fromkeys(found))

    def epoch(self, field: str, number: int) -> int:
        """An epoch, from 1."""
        if not 1 <= number < HIGHEST_EPOCH:
            self.note(field, "REQUIRED" if number < 1 else "TOO_LARGE")
        return number

    def word(self, field: str, words: Words[Word], number: int) -> Word | None:
        """A word that must be given; None stands in while the fault is collected."""
        found = words.word(number)
        if found is None:
            self.note(field, "UNKNOWN_VALUE" if number else "REQUIRED")
        return found

    def optional_word(self, field: str, words: Words[Word], number: int) -> Word | None:
        """A word that may be left out."""
        return self.word(field, words, number) if number else None

    def few(self, field: str, count: int, most: int = MOST_ITEMS) -> None:
        """Refuse a list that is too long."""
        if count > most:
            self.note(field, "TOO_MANY", most)

    def code(self, field: str, text: str) -> str:
        """An id of the directory, or another code; may be empty."""
        if len(text) > CODE or any(not sign.isprintable() or sign.isspace() for sign in text):
            self.note(field, "MALFORMED")
        return text

    def codes(self, field: str, texts: Iterable[str]) -> tuple[str, ...]:
        """Several codes, each once, in their order; none is empty."""
        found = []
        for at, text in enumerate(texts):
            if not text:
                self.note(f"{field}[{at}]", "REQUIRED")
            found.append(self.code(f"{field}[{at}]", text))
        self.few(field, len(found))
        return tuple(dict.fromkeys(found))

    def day(self, field: str, text: str) -> date:
        """A day that must be given; the first there is stands in while the fault is collected."""
        try:
            found = date.fromisoformat(text)
        except ValueError:
            self.note(field, "MALFORMED" if text else "REQUIRED")
            return FIRST
        if not FIRST <= found <= _LAST_DAY:
            self.note(field, "DATE_OUT_OF_RANGE")
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
            self.note(field, "DATE_OUT_OF_RANGE")
            return datetime(FIRST.year, 1, 1, tzinfo=UTC)
        return found

    def number(self, field: str, number: int, least: int = 1, most: int = MOST_NUMBER) -> int:
        """A number within bounds."""
        if number < least:
            self.note(field, "TOO_SMALL", least)
        elif number > most:
            self.note(field, "TOO_LARGE", most)
        return number

    def text(self, field: str, text: str, most: int) -> str:
        """A text that may be empty."""
        if len(text) > most:
            self.note(field, "TOO_LONG", most)
        if any(not (sign.isprintable() or sign in "\n\t") for sign in text):
            self.note(field, "NOT_TEXT")
        return text.strip()

    def needed(self, field: str, text: str, most: int) -> str:
        """A text that must not be empty."""
        found = self.text(field, text, most)
        if not found:
            self.note(field, "REQUIRED")
        return found
