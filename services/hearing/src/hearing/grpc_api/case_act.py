"""What every act on a hearing has in common at the door."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from hearing.convert.hearings import stamp_message
from hearing.desk import Desk
from hearing.errors import HearingMissing
from hearing.handlers.acting import Stamp
from hearing.storage import reading
from kernel.interceptors import current_caller

Response = TypeVar("Response")
Handler = Callable[..., Stamp]
Read = tuple[UUID, Any]


class CaseAct:
    """An act that changes one hearing and answers where its case stands."""

    _desk: Desk

    def _with_office(self, handler: Handler) -> Handler:
        """A handler that looks at calendar, profile or keys."""
        return partial(handler, office=self._desk.office)

    async def _expect_known(self, case_id: UUID) -> None:
        """No other service is asked for who may not know of the case. Raises HearingMissing."""
        caller, now = current_caller(), self._desk.clock.now()
        found = await self._desk.readers.run(lambda c: reading.by_case(c, caller, case_id, now))
        if found is None:
            raise HearingMissing

    async def _act(
        self,
        request: Any,
        wanted: Read,
        handler: Handler,
        response: Callable[..., Response],
    ) -> Response:
        """Once for its request id; commands on one case run in their order.

        `response` is a message class whose `stamp` says where the case stands.
        """
        done: Response = await self._desk.act_on_case(
            request,
            wanted,
            handler,
            lambda stamp: response(stamp=stamp_message(stamp)),
            response,  # type: ignore[arg-type]  # a generated message is made by its class
        )
        return done
