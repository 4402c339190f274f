"""Asks intake anew what is registered, before an act that goes by it; nothing is half done."""

import asyncio
from collections.abc import Mapping
from functools import partial
from uuid import UUID

from hearing.commands.openness import NoteRegistration
from hearing.desk import Desk
from hearing.errors import HearingMissing
from hearing.grpc_api.matters import Matters
from hearing.grpc_api.registrations import Registrations
from hearing.handlers.barring import refuse_barred
from hearing.handlers.following import note_registration
from hearing.storage import reading
from hearing.storage.together import heard_together
from kernel.group_commit import Work
from kernel.interceptors import current_caller


class Following:
    """What intake says now of a case, and of every case that is heard with it."""

    def __init__(self, desk: Desk, matters: Matters, registrations: Registrations) -> None:
        self._desk = desk
        self._matters = matters
        self._registrations = registrations

    async def follow(self, case_id: UUID) -> bool:
        """Take over what is new, in a transaction of its own. Answers whether anything was.

        Raises:
            HearingMissing: the caller may not know of the case.
            IntakeAway: intake does not answer; nothing has changed.
        """
        cases = await self.cases(case_id)
        found = await asyncio.gather(*map(self._registrations.of_case, cases))
        command = NoteRegistration(case_id, dict(zip(cases, found, strict=True)))
        noting = partial(note_registration, office=self._desk.office)
        work = Work(noting, command, key=str(case_id), caller=current_caller())
        changed: bool = await self._desk.do(work)
        return changed

    async def expect_not_barred(self, case_id: UUID) -> None:
        """Nobody is called to what others decide meanwhile.

        Raises:
            HearingMissing: the caller may not know of the case.
            HearingBarred: it, or a case that is heard with it, is before a court, or the like.
            RoutingAway: routing does not answer.
        """
        for one in await self.cases(case_id):
            refuse_barred(await self._matters.of_case(one), self._desk.office)

    async def cases(self, case_id: UUID) -> list[UUID]:
        """The case and those heard with it. Raises HearingMissing."""
        caller, now, readers = current_caller(), self._desk.clock.now(), self._desk.readers
        if await readers.run(lambda c: reading.by_case(c, caller, case_id, now)) is None:
            raise HearingMissing
        return await readers.run(lambda c: heard_together(c, case_id))

    async def naming(self, case_id: UUID, texts: Mapping[str, str]) -> frozenset[str]:
        """Fields of texts that name a party of one of these cases. Raises as `follow`."""
        cases = await self.cases(case_id)
        asked = (self._registrations.naming(one, texts) for one in cases)
        return frozenset().union(*await asyncio.gather(*asked))
