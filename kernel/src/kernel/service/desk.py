"""What every servicer of a service works with: the writer, the readers, the office, the clock."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar
from uuid import UUID

from kernel.clock import Clock
from kernel.group_commit import Answered, Readers, Work, Writer
from kernel.interceptors import current_caller

Office = TypeVar("Office")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Desk(Generic[Office]):
    """Shared by the servicers of one process. `office` is what the service's handlers look at."""

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
            return self.kept_answer(given.SerializeToString())

        outcome = await self.writer.submit(work(answer))
        if isinstance(outcome, Answered):
            return response.FromString(self.given_answer(outcome.answer))
        return given  # of the try that was committed, which was the last one

    async def act(
        self, request: Any, work: Work[T], respond: Callable[[T], Any], response: type[Any]
    ) -> Any:
        """`once` for the request of whoever calls now; `work` has its request id and its key."""
        asked = replace(
            work,
            caller=current_caller(),
            method=type(request).__name__,
            fingerprint=request.SerializeToString(deterministic=True),
        )
        return await self.once(lambda answer: replace(asked, answer=answer), respond, response)

    async def act_on_case(
        self,
        request: Any,
        wanted: tuple[UUID, Any],
        handler: Callable[..., T],
        respond: Callable[[T], Any],
        response: type[Any],
    ) -> Any:
        """`act` for a request id and a command; commands on one case run in their order."""
        request_id, command = wanted
        work = Work(handler, command, key=str(command.case_id), request_id=request_id)
        return await self.act(request, work, respond, response)

    def kept_answer(self, answer: bytes) -> bytes:
        """What is kept of an answer; a service whose answers hold secrets seals them."""
        return answer

    def given_answer(self, kept: bytes) -> bytes:
        """The answer as it was given."""
        return kept
