"""How disputes were settled, by tier: read from the case logs of the nodes, one count per case."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

from lianxin.cli.audit_nodes import HERE
from lianxin.cli.demo.people import Clerk
from lianxin.cli.demo.stage import Stage
from lianxin.common.v1.case_pb2 import Tier
from lianxin.routing.v1 import custody_pb2 as custody
from lianxin.routing.v1 import worklist_pb2 as worklist

AT_ONCE, PAGE = 8, 200
TIERS = ("village", "township", "county")
NEAR = frozenset({"village", "township"})
Known = tuple[Clerk, list[Any]]
"""Somebody at a node, and the lines of all cases that his node knows."""
Said = dict[str, str]
Way = Callable[[list[tuple[int, str, Said]]], bool]
"""Whether the entries of a case (epoch, kind, body) say that it went this way."""


def _said(kind: str, **wanted: str) -> Way:
    def holds(entries: list[tuple[int, str, Said]]) -> bool:
        return any(one == kind and wanted.items() <= body.items() for _, one, body in entries)

    return holds


def _in_mid_course(entries: list[tuple[int, str, Said]]) -> bool:
    """Mediated under two holders."""
    return len({epoch for epoch, kind, _ in entries if kind.startswith("mediation.")}) > 1


def _in_a_sitting(entries: list[tuple[int, str, Said]]) -> bool:
    """Told on a meeting day, and answered there and then."""
    told = _said("intake.registered", channel="meeting_day")
    return told(entries) and _said("custody.ended", ending="answered")(entries)


WAYS: dict[str, Way] = {
    "opened": _said("mediation.opened"),
    "oral": _said("mediation.agreement_in_force", form="oral"),
    "written": _said("mediation.agreement_in_force", form="written"),
    "performed": _said("mediation.closed", ending="settled"),
    "owed": _said("mediation.closed", ending="agreed"),
    "confirmed": _said("mediation.confirmation", result="confirmed"),
    "defaulted": _said("mediation.defaulted"),
    "again": _said("mediation.mediated_again"),
    "failed": _said("mediation.failed"),
    "not_mediated": _said("mediation.refused"),
    "withdrawn": _said("mediation.withdrawn"),
    "referred": _said("mediation.referral_answered"),
    "helped": _said("mediation.invited_presence", act="note_came"),
    "sitting": _in_a_sitting,
    "mid_course": _in_mid_course,
    "called_back": _said("intake.called_back"),
    "reviews": _said("review.requested"),
}


async def show(stage: Stage, known: list[Known]) -> None:
    """The table: each case is read where it is held, or ended."""
    limit = asyncio.Semaphore(AT_ONCE)
    counts: Counter[tuple[str, str]] = Counter()

    async def look(clerk: Clerk, case_id: str, tier: str) -> None:
        async with limit:
            entries = [one async for one in _entries(clerk, case_id)]
        counts.update((way, tier) for way, holds in WAYS.items() if holds(entries))

    jobs = [
        look(clerk, line.case_id, stage.directory.tier(line.holder_unit).value)
        for clerk, lines in known
        for line in lines
        if line.custody in HERE
    ]
    await asyncio.gather(*jobs)
    stage.screen.table(
        "table.settled",
        ["col.settled_how", *(f"tier.{tier}" for tier in TIERS)],
        [
            [stage.screen.text(f"settled.{way}"), *(str(counts[way, tier]) for tier in TIERS)]
            for way in WAYS
        ],
    )


async def _entries(clerk: Clerk, case_id: str) -> Any:
    """What the log says of a case."""
    asked = custody.GetLogRequest(case_id=case_id, page_size=PAGE)
    while True:
        answer = await clerk.custody.GetLog(asked)
        for entry in answer.entries:
            yield entry.epoch, entry.kind, json.loads(entry.body_json or "{}")
        asked.page_token = answer.next_page_token
        if not asked.page_token:
            return


def near(summary: worklist.SummarizeResponse) -> tuple[int, int]:
    """How many cases ended at a village or township, and how many in all."""
    ended = {
        Tier.Name(line.tier).removeprefix("TIER_").lower(): line.states.get("ended", 0)
        for line in summary.tiers
    }
    return sum(count for tier, count in ended.items() if tier in NEAR), sum(ended.values())
