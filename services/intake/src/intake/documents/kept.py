"""What is kept of documents and services: entries of the history, sealed under the case's key.

They travel with the history of the case, so that the next holder knows what was handed out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from intake.domain.facts import DOCUMENT_MADE, SERVED
from kernel.documents import Value

Values = dict[str, str | list[str | dict[str, str]]]
"""What a document was made of: a text, several, or rows of named texts, by field."""


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A document that was made, with the values it was made of."""

    document_id: UUID
    kind: str
    number: str
    sha256: str
    template: str
    unit: str
    values: Values
    starts: str = ""
    actor: str = ""
    at: datetime | None = None


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """A service (送达). Nothing of it is ever changed; a correction is another one."""

    service_id: UUID
    document_id: UUID | None
    method: str
    visit: str
    party_id: UUID | None
    unit_id: str
    served_on: str
    served_by: str
    receipt_no: str
    note: str
    corrects: UUID | None
    starts: str = ""
    actor: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Register:
    """All documents and services of a case, oldest first."""

    made: Sequence[Made]
    services: Sequence[Service]

    def document(self, document_id: UUID) -> Made | None:
        """A document by its id."""
        return next((one for one in self.made if one.document_id == document_id), None)

    def standing(self) -> list[Service]:
        """The services that no other one corrects."""
        corrected = {one.corrects for one in self.services}
        return [one for one in self.services if one.service_id not in corrected]

    def served(self, document_id: UUID) -> list[Service]:
        """The standing services of a document."""
        return [one for one in self.standing() if one.document_id == document_id]

    def has_started(self, clock: str) -> bool:
        """Whether any service that was recorded, corrected or not, began this clock."""
        return any(one.starts == clock for one in self.services)

    def started_on(self, document: Made) -> str:
        """The day from which the clock of a document counts; empty while it has not begun."""
        if not document.starts:
            return ""
        days = [one.served_on for one in self.served(document.document_id) if one.starts]
        return min(days, default="")

    def waiting(self) -> list[Made]:
        """Papers that start a clock, and whose clock has not begun.

        One that was made again under its number, or like it without any, takes its place.
        """
        last = {(one.kind, one.number): one for one in self.made if one.starts}
        return [one for one in last.values() if not self.started_on(one)]


def register_of(entries: Iterable[tuple[Mapping[Any, Any], Mapping[str, Any]]]) -> Register:
    """From rows of the history and what was said in each, in order."""
    made: list[Made] = []
    services: list[Service] = []
    for row, said in entries:
        full = {**said, "actor": row["actor"], "at": row["at"]}
        if row["kind"] == DOCUMENT_MADE:
            made.append(msgspec.convert(full, Made))
        elif row["kind"] == SERVED:
            services.append(msgspec.convert(full, Service))
    return Register(made, services)


def said_of(entry: Made | Service) -> dict[str, Any]:
    """What is sealed of an entry; who and when stand beside it in clear."""
    said: dict[str, Any] = msgspec.to_builtins(entry)
    return {name: value for name, value in said.items() if name not in {"actor", "at"}}


def as_values(values: Mapping[str, Value]) -> Values:
    """Values in the form they are kept in."""
    return {
        name: value
        if isinstance(value, str)
        else [one if isinstance(one, str) else dict(one) for one in value]
        for name, value in values.items()
    }
