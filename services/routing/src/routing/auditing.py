"""The parts of the custody audit that look beyond the rows: directory, services, chains."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol, TypeVar
from uuid import UUID

from routing.domain import grant_rules
from routing.domain.grant_rules import Granted, Known
from routing.node import Node
from routing.storage import audit, grants_known
from routing.storage.audit import Broken

T = TypeVar("T")
Values = Mapping[str, Any]
SECOND_LOOK_S = 1.0
"""Between two looks: what is only under way has come by then."""


class Granting(Protocol):
    """A service of the node, as far as the audit asks it."""

    async def grants(self) -> list[Granted]:
        """Every grant the service has."""


class Read(Protocol):
    """Runs a query on a reader."""

    def __call__(self, query: Callable[..., T], *arguments: Any) -> Awaitable[T]:
        """What the query answers."""


def misplaced(node: Node, held: Iterable[Values]) -> Iterator[Broken]:
    """Cases held here by a unit nobody knows, or by one that another node hosts."""
    directory = node.directory()
    for row in held:
        unit = row["holder_unit"]
        known = unit in directory.units
        if known and (node.hosts(unit) or row["moving"]):
            continue
        rule = "HELD_ELSEWHERE" if known else "HOLDER_UNKNOWN"
        yield Broken(row["case_id"], row["case_no"], rule, f"holder {unit}")


async def deep(parts: Mapping[str, Granting], read: Read, *, frozen: bool) -> list[Broken]:
    """Each case's custody against each service's grant, and every log's chain.

    A frozen node's grants are all locked until it has compared with its neighbours, so they are
    not judged. What differs at the first look is looked at again: it may have been under way.
    """
    _, broken = await read(audit.chains)
    for service, part in parts.items():
        if not frozen:
            broken += await _lasting(service, part, read)
    return broken


async def _lasting(service: str, part: Granting, read: Read) -> list[Broken]:
    first = await _differing(service, part, read)
    if not first:
        return []
    await asyncio.sleep(SECOND_LOOK_S)
    again = await _differing(service, part, read)
    return [broken for key, broken in again.items() if key in first]


async def _differing(service: str, part: Granting, read: Read) -> dict[tuple[UUID, str], Broken]:
    """The service is asked first: a case that comes meanwhile is then known to both."""
    granted = {grant.case_id: grant for grant in await part.grants()}
    known = {case.case_id: case for case in await read(grants_known.cases, service)}
    found = (_broken(service, known.get(it), granted.get(it)) for it in known.keys() | granted)
    return {(one.case_id, one.rule): one for one in found if one is not None}


def _broken(service: str, known: Known | None, grant: Granted | None) -> Broken | None:
    rule = grant_rules.difference(known, grant)
    of = known or grant
    if not rule or of is None:
        return None
    number = known.case_no if known is not None else ""
    detail = f"{service}: {grant_rules.detail(known, grant)}"
    return Broken(of.case_id, number, rule, detail)
