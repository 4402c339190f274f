"""The county takes a file of disputes in; the same rows a second time register nothing."""

import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence

from lianxin.cli.demo.ledger import Registered
from lianxin.cli.demo.people import Clerk
from lianxin.cli.demo.samples import Sample
from lianxin.cli.demo.stage import Stage
from lianxin.intake.v1 import intake_service_pb2 as intake

AGAIN = 30


async def play(stage: Stage, clerk: Clerk, rows: Sequence[Sample]) -> None:
    """Import all rows, then some of them once more."""
    screen = stage.screen
    screen.scene("scene.import", count=len(rows))
    began = time.perf_counter()
    outcomes = await _import(stage, clerk, rows)
    took = time.perf_counter() - began
    stage.ledger.figures["import_per_s"] = outcomes["registered"] / took
    screen.say(
        "import.done",
        registered=outcomes["registered"],
        refused=outcomes["refused"],
        seconds=f"{took:.1f}",
        rate=round(outcomes["registered"] / took),
    )
    again = await _import(stage, clerk, rows[:AGAIN])
    screen.say("import.again", count=AGAIN, already=again["already"], new=again["registered"])


async def _import(stage: Stage, clerk: Clerk, rows: Sequence[Sample]) -> Counter[str]:
    by_no = {row.no: row for row in rows}
    outcomes: Counter[str] = Counter()
    async for answer in clerk.intake.ImportCases(_requests(rows)):
        outcomes[answer.outcome] += 1
        if answer.outcome == "registered":
            sample = by_no[answer.row]
            stage.ledger.add(
                Registered(
                    answer.stamp.case_id,
                    answer.stamp.case_no,
                    answer.query_code,
                    clerk.doors.node,
                    clerk.unit,
                    sample.no,
                    sealed=bool(sample.draft.sealed_for),
                )
            )
        elif answer.outcome == "refused":
            stage.screen.say("import.refused", row=answer.row, reason=answer.reason)
    return outcomes


async def _requests(rows: Sequence[Sample]) -> AsyncIterator[intake.ImportCasesRequest]:
    for row in rows:
        yield intake.ImportCasesRequest(row=row.no, import_key="demo", draft=row.draft)
