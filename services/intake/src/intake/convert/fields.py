"""Reading a request field by field: every wrong one is named, all of them at once."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import Enum
from typing import TypeVar
from uuid import UUID

from google.protobuf.timestamp_pb2 import Timestamp

from intake.commands import Seen
from intake.convert.instants import instant
from intake.convert.words import Words
from intake.domain.text import code_violations, text_violations
from intake.errors import FieldsInvalid
from kernel.errors import FieldViolation
from kernel.ids import IdInvalid, parse_id
from lianxin.common.v1 import case_pb2 as common

Word = TypeVar("Word", bound=Enum)
NO_ID = UUID(int=0)
EARLIEST, LATEST = date(2000, 1, 1), date(2200, 1, 1)
"""Between them a date is no slip of the hand."""


class Fields:
    """Collects what is wrong; `check` refuses if anything was."""

    def __init__(self) -> None:
        self.wrong: list[FieldViolation] = []

    def check(self) -> None:
        """Raise FieldsInvalid if anything was wrong."""
        if self.wrong:
            raise FieldsInvalid(*self.wrong[:100])

    def add(self, violations: Iterable[FieldViolation]) -> None:
        """Note what another check has found."""
        self.wrong.extend(violations)

    def id(self, field: str, text: str) -> UUID:
        """A compulsory id."""
        try:
            return parse_id(text)
        except IdInvalid:
            self.wrong.append(FieldViolation(field, "MALFORMED_ID" if text else "REQUIRED"))
            return NO_ID

    def optional_id(self, field: str, text: str) -> UUID | None:
        """An id that may be absent."""
        return self.id(field, text) if text else None

    def seen(self, field: str, message: common.Seen) -> Seen:
        """What the caller saw."""
        for name, number in (("epoch", message.epoch), ("version", message.version)):
            if number < 1:
                self.wrong.append(FieldViolation(f"{field}.{name}", "REQUIRED"))
        return Seen(message.epoch, message.version)

    def text(self, field: str, text: str, most: int, *, required: bool = True) -> str:
        """A text of our own staff: no identity numbers in it."""
        self.add(text_violations(field, text, most, required=required))
        return text.strip()

    def code(self, field: str, code: str, *, required: bool = False) -> str:
        """A code or id of the directory."""
        self.add(code_violations(field, code, 64, required=required))
        return code

    def word(self, field: str, words: Words[Word], number: int) -> Word | None:
        """A word that may be unspecified."""
        if not words.known(number):
            self.wrong.append(FieldViolation(field, "UNKNOWN_VALUE"))
        return words.word(number)

    def required_word(self, field: str, words: Words[Word], number: int, other: Word) -> Word:
        """A word that must be given; `other` stands in while the fault is collected."""
        word = self.word(field, words, number)
        if word is None and number == 0:
            self.wrong.append(FieldViolation(field, "REQUIRED"))
        return word or other

    def named(self, field: str, kind: type[Word], text: str) -> Word:
        """A word written out."""
        for word in kind:
            if word.value == text:
                return word
        self.wrong.append(FieldViolation(field, "UNKNOWN_VALUE" if text else "REQUIRED"))
        return next(iter(kind))

    def instant(self, field: str, message: Timestamp, latest: datetime) -> datetime | None:
        """An instant that may be absent and is not in the future."""
        if message == Timestamp():
            return None
        at = instant(message)
        if at is None:
            self.wrong.append(FieldViolation(field, "DATE_OUT_OF_RANGE"))
        elif at > latest:
            self.wrong.append(FieldViolation(field, "IN_FUTURE"))
        return at

    def day(self, field: str, text: str, *, required: bool = False) -> date | None:
        """An ISO date within reason that may be absent."""
        try:
            day = date.fromisoformat(text) if text else None
        except ValueError:
            self.wrong.append(FieldViolation(field, "MALFORMED"))
            return None
        if day is None and required:
            self.wrong.append(FieldViolation(field, "REQUIRED"))
        if day is not None and not EARLIEST <= day < LATEST:
            self.wrong.append(FieldViolation(field, "DATE_OUT_OF_RANGE"))
            return None
        return day

    def most(self, field: str, count: int, limit: int) -> None:
        """So many entries at most."""
        if count > limit:
            self.wrong.append(FieldViolation(field, "TOO_MANY", limit))
