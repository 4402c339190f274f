"""What every servicer of mediation works with: the writer, the readers, the office."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from kernel.clock import Clock
from kernel.errors import FieldViolation, InvalidInput
from kernel.group_commit import Answered, Readers, Work, Writer
from kernel.ids import IdInvalid, parse_id
from mediation.office import Office

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Desk:
    """Shared by the servicers of one process."""

    writer: Writer
    readers: Readers
    office: Office
    clock: Clock

    async def do(self, work: Work[T]) -> T:
        """Run a command that has no request id."""
        outcome = await self.writer.submit(work)
        if isinstance(outcome, Answered):
            raise TypeError("a command without a request id was answered before")
        return outcome

    async def once(
        self,
        work: Callable[[Callable[[T], bytes]], Work[T]],
        respond: Callable[[T], Any],
        response: type[Any],
    ) -> Any:
        """Run a command once for its request id; a repeat gets the first response."""
        given = response()

        def answer(result: T) -> bytes:
            nonlocal given
            given = respond(result)
            answered: bytes = given.SerializeToString()
            return answered

        outcome = await self.writer.submit(work(answer))
        if isinstance(outcome, Answered):
            return response.FromString(outcome.answer)
        return given  # of the try that was committed, which was the last one


def id_of(text: str, field: str) -> UUID:
    """An id of a request. Raises InvalidInput naming the field."""
    try:
        return parse_id(text)
    except IdInvalid:
        reason = "MALFORMED_ID" if text else "REQUIRED"
        raise InvalidInput(FieldViolation(field, reason)) from None


def optional_id(text: str, field: str) -> UUID | None:
    """An id that may be absent."""
    return id_of(text, field) if text else None
