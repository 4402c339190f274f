"""What every servicer of intake works with: the writer, the readers, the office."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from intake.errors import CaseMissing
from intake.handlers.preparation import Asked, Registration, prepare
from intake.office import Office
from intake.storage import duplicates, reading
from kernel.clock import Clock
from kernel.errors import FieldViolation, InvalidInput
from kernel.gathering import InStep
from kernel.group_commit import Answered, Readers, Work, Writer
from kernel.identity import Caller
from kernel.ids import IdInvalid, parse_id
from kernel.readers import Together

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Desk:
    """Shared by the servicers of one process."""

    writer: Writer
    readers: Readers
    office: Office
    clock: Clock
    duplicates: "Together[duplicates.Asked, Sequence[duplicates.Alike]]" = field(init=False)
    """Looks for possible duplicates, those of one moment together."""

    preparing: "InStep[Asked, Registration]" = field(init=False)
    """Prepares registrations, those of one moment step by step together."""

    def __post_init__(self) -> None:
        # While the writer is busy nobody would gain by being early, and all by coming together.
        in_step = InStep(partial(prepare, office=self.office), held=self._writer_is_busy)
        together = Together(self.readers, duplicates.alike, held=self._writer_is_busy)
        object.__setattr__(self, "preparing", in_step)
        object.__setattr__(self, "duplicates", together)

    def _writer_is_busy(self) -> bool:
        return self.writer.busy

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
        """Run a command once for its request id; a repeat gets the first response.

        Responses are kept sealed: some hold query codes.
        """
        vault, given = self.office.vault, response()

        def answer(result: T) -> bytes:
            nonlocal given
            given = respond(result)
            return vault.seal_answer(given.SerializeToString())

        outcome = await self.writer.submit(work(answer))
        if isinstance(outcome, Answered):
            return response.FromString(vault.open_answer(outcome.answer))
        return given  # of the try that was committed, which was the last one

    async def see(self, caller: Caller, case_id: UUID) -> None:
        """Let on that a case exists only to those who may know of it.

        Raises:
            CaseMissing: there is none, or not for this caller.
        """
        now = self.clock.now()
        if not await self.readers.run(
            lambda connection: reading.is_known_to(connection, caller, case_id, now)
        ):
            raise CaseMissing


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
