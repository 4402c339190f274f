"""The two tables at the end, and the audit that decides the exit status."""

import asyncio
from collections import Counter, defaultdict
from typing import Any

from lianxin.cli.audit_nodes import Audit, Witness, audit, lines_of
from lianxin.cli.demo import acts, report_settled
from lianxin.cli.demo.ledger import percentile
from lianxin.cli.demo.people import Clerk
from lianxin.cli.demo.stage import Stage
from lianxin.cli.demo.world import COUNTY, DISCIPLINE, NODES
from lianxin.common.v1.case_pb2 import Tier
from lianxin.routing.v1 import worklist_pb2 as worklist

QUIET_S = 60.0
AT_ONCE = 8
RETRIED = b'"step_failed"'
"""What a node logs each time a step of a hand-over failed and stays owed."""
STATES = ("held", "releasing", "out", "ended")


async def inspector(stage: Stage, node: str) -> Clerk:
    """Somebody at a node who sees every case of it; each of his readings is on record."""
    return await stage.clerk(stage.site(node), "upper_inspector", name=f"inspector.{node}")


async def settled_down(stage: Stage) -> float:
    """Wait until no hand-over is under way and nothing waits to be sent; the seconds it took."""
    admins = [await stage.administrator(node) for node in NODES]

    async def quiet() -> bool:
        answers = [await a.worklist.LinkStatus(worklist.LinkStatusRequest()) for a in admins]
        return not any(a.stuck or any(link.unsent for link in a.links) for a in answers)

    return await acts.until(quiet, "hand-overs did not come to rest", limit_s=QUIET_S)


async def audited(stage: Stage) -> Audit:
    """The custody audit over all nodes, against everything the demonstration had registered."""
    witnesses = []
    for node in NODES:
        readers = [(await inspector(stage, node)).worklist]
        if node == COUNTY:
            readers.append((await stage.clerk(DISCIPLINE, "discipline")).worklist)
        admin = await stage.administrator(node)
        witnesses.append(Witness(node, admin.custody, readers))
    return await audit(witnesses, stage.ledger.cases)


async def for_the_manager(stage: Stage) -> None:
    """Per tier and state, endings, settled where, overdue: as the county's node knows it."""
    screen, county = stage.screen, await inspector(stage, COUNTY)
    answer = await county.worklist.Summarize(worklist.SummarizeRequest())
    rows = [
        [
            screen.word("tier", Tier.Name(line.tier).removeprefix("TIER_").lower()),
            *(str(line.states.get(state, 0)) for state in STATES),
            str(line.settled),
            str(line.overdue),
            str(line.backlog),
        ]
        for line in answer.tiers
    ]
    columns = ["col.tier", *(f"col.{state}" for state in STATES)]
    screen.table("table.tiers", [*columns, "col.settled", "col.overdue", "col.backlog"], rows)
    endings: dict[str, Counter[str]] = defaultdict(Counter)
    for line in answer.tiers:
        for ending, count in line.endings.items():
            endings[ending][Tier.Name(line.tier).removeprefix("TIER_").lower()] += count
    tiers = ("village", "township", "county")
    screen.table(
        "table.endings",
        ["col.ending", *(f"tier.{tier}" for tier in tiers)],
        [
            [screen.word("ending", ending), *(str(counts[tier]) for tier in tiers)]
            for ending, counts in sorted(endings.items(), key=lambda one: -sum(one[1].values()))
        ],
    )

    near, ended = report_settled.near(answer)
    screen.say("end.near", near=near, ended=ended)
    await report_settled.show(stage, await known(stage))


async def known(stage: Stage) -> list[report_settled.Known]:
    """At each node somebody who sees its cases, and the lines of these."""
    found = []
    for node in NODES:
        reader = await inspector(stage, node)
        admin = await stage.administrator(node)
        found.append((reader, await lines_of(Witness(node, admin.custody, [reader.worklist]))))
    return found


async def for_the_operator(stage: Stage, report: Audit) -> None:
    """Hand-overs by kind, latencies, retries, losses, and the audit."""
    screen = stage.screen
    kinds, waits = await _handovers(stage)
    screen.table(
        "table.handovers",
        ["col.kind", "col.inside", "col.between"],
        [
            [screen.word("kind", kind), str(counts["inside"]), str(counts["between"])]
            for kind, counts in sorted(kinds.items())
        ],
    )
    _latencies(stage, waits)
    retries = parked = 0
    for node in NODES:
        admin = await stage.administrator(node)
        retries += stage.world.nodes[node].log.read_bytes().count(RETRIED)
        parked += (await admin.worklist.LinkStatus(worklist.LinkStatusRequest())).parked
    screen.table(
        "table.audit",
        ["col.what", "col.count"],
        [
            [screen.text("audit.registered"), str(report.registered)],
            [screen.text("audit.held"), str(report.held_once)],
            [screen.text("audit.transit"), str(report.in_transit)],
            [screen.text("audit.lost"), str(report.count("LOST"))],
            [screen.text("audit.doubled"), str(report.count("TWO_HOLDERS"))],
            [screen.text("audit.entries"), str(report.entries)],
            [screen.text("audit.retries"), str(retries)],
            [screen.text("audit.parked"), str(parked)],
            [screen.text("audit.broken"), str(len(report.broken))],
        ],
    )
    for one in report.broken[:20]:
        screen.plain(f"  {one.rule} {one.case_no} {one.detail}")
    screen.say("audit.clean" if report.clean else "audit.unclean")


def _latencies(stage: Stage, waits: dict[str, list[float]]) -> None:
    screen = stage.screen
    rows = []
    for name, values in {**waits, **stage.ledger.seconds}.items():
        figures = [percentile(values, share) * 1000 for share in (0.5, 0.9, 0.99)]
        rows.append([screen.word("timing", name), str(len(values)), *(f"{f:.0f}" for f in figures)])
    screen.table("table.latency", ["col.what", "col.count", "col.p50", "col.p90", "col.p99"], rows)


async def _handovers(stage: Stage) -> tuple[dict[str, Counter[str]], dict[str, list[float]]]:
    """Every hand-over the nodes know, once: by kind, and how long each was under way."""
    rows: dict[str, Any] = {}
    limit = asyncio.Semaphore(AT_ONCE)

    async def look(clerk: Clerk, case_id: str) -> None:
        async with limit:
            found = await acts.found_custody(clerk, case_id)
        for row in found.handovers if found else ():
            known = rows.setdefault(row.handoff_id, row)
            if row.HasField("closed_at") and not known.HasField("closed_at"):
                rows[row.handoff_id] = row

    everywhere = await known(stage)
    await asyncio.gather(
        *(look(clerk, line.case_id) for clerk, lines in everywhere for line in lines)
    )
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    waits: dict[str, list[float]] = {"inside": [], "between": []}
    for row in rows.values():
        where = "inside" if _same_node(stage, row) else "between"
        kinds[row.kind][where] += 1
        if row.HasField("closed_at"):
            took = row.closed_at.ToDatetime() - row.at.ToDatetime()
            waits[where].append(took.total_seconds())
    return kinds, waits


def _same_node(stage: Stage, row: Any) -> bool:
    directory = stage.directory
    return directory.node_of(row.from_unit) == directory.node_of(row.to_unit)
