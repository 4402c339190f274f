"""What every act on a mediation has in common at the door."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from kernel.interceptors import current_caller
from mediation.convert.casework import Read
from mediation.convert.mediations import stamp_message
from mediation.desk import Desk
from mediation.errors import MediationMissing
from mediation.handlers.acting import Stamp
from mediation.storage import reading

Response = TypeVar("Response")
Handler = Callable[..., Stamp]


class CaseAct:
    """An act that changes one mediation and answers where it stands."""

    _desk: Desk

    def _with_office(self, handler: Handler) -> Handler:
        """A handler that looks at calendar, profile or keys."""
        return partial(handler, office=self._desk.office)

    async def _expect_known(self, case_id: UUID) -> None:
        """No other service is asked for who may not know of the case. Raises MediationMissing."""
        caller, now = current_caller(), self._desk.clock.now()
        found = await self._desk.readers.run(lambda c: reading.by_case(c, caller, case_id, now))
        if found is None:
            raise MediationMissing

    async def _act(
        self,
        request: Any,
        read: Callable[[Any], Read],
        handler: Handler,
        response: Callable[..., Response],
    ) -> Response:
        """Once for its request id; commands on one mediation run in their order."""
        return await self._do(request, read(request), handler, response)

    async def _do(
        self,
        request: Any,
        wanted: Read,
        handler: Handler,
        response: Callable[..., Response],
    ) -> Response:
        """The same for a command that was read already, because something was asked about it."""
        done: Response = await self._desk.act_on_case(
            request,
            wanted,
            handler,
            lambda stamp: response(stamp=stamp_message(stamp)),
            response,  # type: ignore[arg-type]  # a generated message is made by its class
        )
        return done
