"""Asking the services of the node what stands against ending a case."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import grpc
import structlog

from kernel.doors import unsaid
from kernel.holding import CaseNotClosable
from routing.domain.asking import Said, Wanted, standing_against

log = structlog.get_logger(__name__)


class EndingDoor(Protocol):
    """What is asked of a service."""

    async def ask_ending(self, wanted: Wanted) -> Said:
        """What the service has against it."""


class Services:
    """The services of this node, asked all at once."""

    def __init__(self, doors: Mapping[str, EndingDoor]) -> None:
        self._doors = doors

    async def ask(self, wanted: Wanted) -> Sequence[Said]:
        """What each answers.

        Raises:
            EndingAwaited: one has not been told of the case yet.
            EndingUnasked: one does not answer.
        """
        return await asyncio.gather(*(self._of(name, wanted) for name in self._doors))

    async def _of(self, name: str, wanted: Wanted) -> Said:
        try:
            return await self._doors[name].ask_ending(wanted)
        except grpc.aio.AioRpcError as error:
            refusal = unsaid(name, error)
            log.warning("ending_unasked", service=name, reason=refusal.reason)
            raise refusal from None


def expect_closable(answers: Sequence[Any]) -> None:
    """Refuse the ending with everything that is missing. Raises CaseNotClosable."""
    lacks = standing_against(answers)
    if lacks:
        raise CaseNotClosable(*lacks)
