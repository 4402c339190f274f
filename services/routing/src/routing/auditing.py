"""The parts of the custody audit that look beyond the rows: directory and services."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol
from uuid import UUID

from routing.node import Node
from routing.storage.audit import Broken

Values = Mapping[str, Any]
AT_ONCE = 16


class Facts(Protocol):
    """A service of the node, as far as the audit asks it."""

    async def fact_numbers(self, case_id: UUID, after: int) -> list[int]:
        """Numbers of the service's facts of a case after this one."""


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


async def compare_services(parts: Mapping[str, Facts], held: Iterable[Values]) -> list[Broken]:
    """Ask each service for the last fact of each held case: one that is not in the log is named."""
    limit = asyncio.Semaphore(AT_ONCE)

    async def ask(row: Values, service: str) -> Broken | None:
        applied = row["applied"].get(service, 0)
        async with limit:
            told = await parts[service].fact_numbers(row["case_id"], max(0, applied - 1))
        came = row["epoch"] > 1  # facts from before it came stay with the node that wrote them
        if told == ([applied] if applied else []) or (came and not told):
            return None
        detail = f"{service}: the log has {applied} facts, the service names {told[:3]}"
        return Broken(row["case_id"], row["case_no"], "FACTS_DIFFER", detail)

    asked = [ask(row, service) for row in held for service in parts]
    return [broken for broken in await asyncio.gather(*asked) if broken is not None]
