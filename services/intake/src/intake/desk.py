"""What every servicer of intake works with; to that of every service it adds its own reads."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from intake.errors import CaseMissing
from intake.handlers.preparation import Asked, Registration, prepare
from intake.office import Office
from intake.storage import duplicates, reading
from kernel import service
from kernel.gathering import InStep
from kernel.identity import Caller
from kernel.readers import Together
from kernel.requests import id_of, optional_id

__all__ = ["Desk", "id_of", "optional_id"]


@dataclass(frozen=True, slots=True)
class Desk(service.Desk[Office]):
    """Shared by the servicers of one process."""

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

    def kept_answer(self, answer: bytes) -> bytes:
        """Sealed: some answers hold query codes."""
        return self.office.vault.seal_answer(answer)

    def given_answer(self, kept: bytes) -> bytes:
        """The answer as it was given."""
        return self.office.vault.open_answer(kept)

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
