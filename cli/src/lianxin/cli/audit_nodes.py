"""The custody invariant over several nodes: every registered case has exactly one holder.

Each node is asked with the rights of somebody who works there; nothing is read from databases.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from lianxin.routing.v1 import custody_pb2 as custody
from lianxin.routing.v1 import worklist_pb2 as worklist

STATES = ("held", "releasing", "out", "ended")
HERE = frozenset({"held", "releasing", "received"})
PAGE = 200


@dataclass(frozen=True, slots=True)
class Witness:
    """A node and who is asked there: an auditor, and people who see its cases."""

    node: str
    auditor: Any
    """Stub of CustodyService with the token of somebody who may audit."""
    readers: Sequence[Any]
    """Stubs of WorklistService; together they see every case, sealed ones included."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that does not hold."""

    rule: str
    case_no: str
    detail: str


@dataclass
class Audit:
    """What the nodes together say."""

    registered: int = 0
    held_once: int = 0
    in_transit: int = 0
    entries: int = 0
    broken: list[Broken] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether every case has one holder, or one hand-over under way, and nothing is broken."""
        return not self.broken

    def count(self, rule: str) -> int:
        """How often a rule is broken."""
        return sum(1 for one in self.broken if one.rule == rule)


async def audit(witnesses: Sequence[Witness], registered: Iterable[str]) -> Audit:
    """Ask every node and compare; `registered` are the ids of all cases ever answered for."""
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    report = Audit()
    for witness in witnesses:
        for line in await lines_of(witness):
            found[line.case_id][witness.node] = line
        report.broken.extend([one async for one in _own_findings(witness, report)])
    for case_id in registered:
        report.registered += 1
        report.broken.extend(_judged(case_id, found.get(case_id, {}), report))
    return report


async def lines_of(witness: Witness) -> list[Any]:
    """Every case a node knows of, as a line with what the node itself has of it."""
    lines: dict[str, Any] = {}
    for reader in witness.readers:
        token = ""
        while True:
            page = await reader.ListWork(
                worklist.ListWorkRequest(
                    filter=worklist.WorkFilter(states=STATES), page_size=PAGE, page_token=token
                )
            )
            lines |= {line.case_id: line for line in page.lines}
            token = page.next_page_token
            if not token:
                break
    return list(lines.values())


def _judged(case_id: str, lines: dict[str, Any], report: Audit) -> Iterator[Broken]:
    """One holder; or none while exactly one hand-over is under way."""
    holders = sorted(node for node, line in lines.items() if line.custody in HERE)
    if len(holders) == 1:
        report.held_once += 1
    elif holders:
        yield Broken("TWO_HOLDERS", _number(lines), " ".join(holders))
    elif not any(line.custody == "out" for line in lines.values()):
        yield Broken("LOST", _number(lines) or case_id, "")
    else:
        report.in_transit += 1
    if len(holders) == 1:
        yield from _epochs(holders[0], lines)


def _epochs(holder: str, lines: dict[str, Any]) -> Iterator[Broken]:
    """Nobody may know of a later holding than the holder's own."""
    own = lines[holder].epoch
    for node, line in lines.items():
        if line.custody == "out" and line.epoch >= own:
            yield Broken("EPOCH_NOT_ABOVE", line.case_no, f"{holder} {own}, {node} {line.epoch}")


def _number(lines: dict[str, Any]) -> str:
    return next((line.case_no for line in lines.values()), "")


async def _own_findings(witness: Witness, report: Audit) -> Any:
    """What a node finds by itself: its rows, its services, its chains."""
    own = await witness.auditor.AuditCustody(custody.AuditCustodyRequest(deep=True))
    chains = await witness.auditor.AuditLog(custody.AuditLogRequest())
    report.entries += chains.entries
    for finding in [*own.findings, *chains.findings]:
        yield Broken(finding.rule, finding.case_no, f"{witness.node}: {finding.detail}")
