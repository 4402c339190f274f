"""The order of the scenes, and what becomes of the demonstration at its end."""

import asyncio
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kernel.catalogue import Language
from kernel.clock import SystemClock
from lianxin.cli.demo import report, samples, staying
from lianxin.cli.demo.acts import NeverHappened
from lianxin.cli.demo.people import Clerk, Refused
from lianxin.cli.demo.processes import NodeDidNotStart
from lianxin.cli.demo.samples import Sample
from lianxin.cli.demo.scenes import (
    departments,
    ending,
    following,
    heard,
    hearing,
    importing,
    linking,
    links,
    mediating,
    midway,
    outside,
    papers,
    placing,
    plain,
    settling,
    sitting,
    watching,
)
from lianxin.cli.demo.showing import Screen
from lianxin.cli.demo.stage import Stage, staged
from lianxin.cli.demo.world import COUNTY, NODES, VILLAGE

FAILURE, USAGE, INTERRUPTED = 1, 2, 130
PLAIN = "AJ0038"
UPHELD, OVERRULED, CIRCLING = "AJ0039", "AJ0301", "AJ0274"
LETTER, ASSIGNED, DOWN = "AJ0146", "AJ0153", "AJ0207"
AGAIN, NEIGHBOUR, GROUP, OF_GROUP = "AJ0321", "AJ0348", "AJ0163", "AJ0208"
STAGED = frozenset(
    {UPHELD, OVERRULED, CIRCLING, LETTER, ASSIGNED, DOWN, AGAIN, NEIGHBOUR, GROUP, OF_GROUP}
)
"""Samples with a scene of their own."""
HARD, CONFIRMED, DEFAULT = "AJ0082", "AJ0071", "AJ0267"
FAILED, REFUSED, WITHDRAWN = "AJ0251", "AJ0144", "AJ0287"
SETTLED = {
    HARD: settling.hard,
    CONFIRMED: settling.confirmed,
    DEFAULT: settling.default,
    FAILED: ending.failed,
    REFUSED: ending.refused,
    WITHDRAWN: ending.withdrawn,
}
"""Samples that are placed like all others, and whose settling is a scene of its own."""
NOT_CONTENT = "AJ0174"
"""A petition whose answer does not content who asked."""
MIDWAY = "AJ0024"
"""Told at the village's counter; its mediation goes up in mid-course."""
TOLD_LATER = ("AJ0295", "AJ0043", "AJ0105", "AJ0114")
"""Samples that residents tell at a counter instead of being imported; the first one is urgent."""


def run(*, language: Language, stay: bool, folder: Path | None) -> int:
    """Play everything; the exit status is the audit's, 130 after Ctrl-C."""
    screen = Screen(language)
    with _place(folder) as place:
        if any(place.iterdir()):
            screen.say("folder_in_use", folder=place)
            return USAGE
        try:
            return asyncio.run(_perform(place, screen, stay=stay))
        except (KeyboardInterrupt, asyncio.CancelledError):
            screen.say("interrupted")
            return INTERRUPTED
        except (NodeDidNotStart, NeverHappened, Refused) as failure:
            screen.say("failed", what=failure)
            return FAILURE


@contextmanager
def _place(folder: Path | None) -> Iterator[Path]:
    """The folder given, which is kept, or one that is removed at the end."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="lianxin-demo-") as made:
        yield Path(made)


async def _perform(folder: Path, screen: Screen, *, stay: bool) -> int:
    _stop_on_sigterm()
    screen.say("start", folder=folder)
    async with staged(folder, screen, kill_at=links.KILL_AT) as stage:
        took = zip(NODES, stage.ledger.seconds["node_start"], strict=True)
        screen.say("started", **{node: f"{seconds:.1f}" for node, seconds in took})
        return await _play(stage, stay=stay)


async def _play(stage: Stage, *, stay: bool) -> int:
    rows = {sample.no: sample for sample in samples.load(SystemClock().now())}
    await mediating.play(stage)
    await plain.play(stage, rows.pop(PLAIN))
    told = [rows.pop(no) for no in TOLD_LATER]
    begun = rows.pop(MIDWAY)
    desk = await stage.clerk(stage.site(COUNTY), *plain.MIDDLE)
    village = [rows.pop(no) for no in list(rows) if rows[no].unit == stage.site(VILLAGE)]
    await sitting.play(stage, village)
    everything = list(rows.values())
    await importing.play(stage, desk, everything)
    case = stage.ledger.of_sample
    ordinary = [row for row in everything if not row.draft.sealed_for and row.no not in STAGED]
    placed = await placing.play(stage, desk, ordinary)
    await links.assigned_down(stage, desk, case(ASSIGNED))
    await watching.urgent(stage, told[0])
    await departments.objections(stage, desk, case(UPHELD), case(OVERRULED))
    await linking.play(stage, desk, case(UPHELD), case(AGAIN), case(NEIGHBOUR))
    await linking.group(stage, desk, case(GROUP), case(OF_GROUP))
    await departments.circling(stage, desk, case(CIRCLING))
    called = await hearing.play(stage, desk)
    sealed = [one for one in stage.ledger.cases.values() if one.sealed]
    await outside.sealed(stage, sealed, [desk, await _villager(stage), await _inspector(stage)])
    await outside.letter(stage, desk, case(LETTER))
    await watching.supervised(stage, case(OVERRULED))
    await links.cut(stage, desk, told[1:], case(DOWN))
    apart = {row.no: row for row in placed if row.no in {*SETTLED, NOT_CONTENT}}
    await _settle(stage, apart, begun)
    await placing.handle(stage, [row for row in placed if row.no not in apart])
    await watching.residents(stage, [one for one in stage.ledger.cases.values() if not one.sealed])
    await heard.play(stage, desk, called)
    return await _end(stage, stay=stay)


async def _settle(stage: Stage, rows: dict[str, Sample], begun: Sample) -> None:
    """Disputes at the township with a scene of their own, and one that comes up from the village.

    Raises:
        KeyError: one of them was never placed there.
    """
    clerk = await settling.township(stage)
    for no, scene in SETTLED.items():
        await scene(stage, clerk, stage.ledger.of_sample(no), rows[no])
    await midway.play(stage, begun)
    of = stage.ledger.of_sample
    await following.play(stage, of(HARD), of(NOT_CONTENT), rows[NOT_CONTENT])
    await papers.play(stage, clerk, of(CONFIRMED))


async def _villager(stage: Stage) -> Clerk:
    return await stage.clerk(stage.site(VILLAGE), *plain.FRONT)


async def _inspector(stage: Stage) -> Clerk:
    return await report.inspector(stage, COUNTY)


async def _end(stage: Stage, *, stay: bool) -> int:
    stage.screen.scene("scene.end")
    seconds = await report.settled_down(stage)
    stage.screen.say("end.rest", seconds=f"{seconds:.1f}")
    found = await report.audited(stage)
    await report.for_the_manager(stage)
    await report.for_the_operator(stage, found)
    if stay:
        staying.show(stage, stage.ledger.of_sample(HARD))
        await _until_interrupted()
    return 0 if found.clean else 1


async def _until_interrupted() -> None:
    """Ctrl-C is how a demonstration that stays is meant to end: the status is the audit's."""
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None:
            task.uncancel()


def _stop_on_sigterm() -> None:
    """SIGTERM ends it as Ctrl-C does: the nodes are stopped first."""
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
