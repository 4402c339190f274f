"""The order of the scenes, and what becomes of the demonstration at its end."""

import asyncio
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kernel.catalogue import Language
from kernel.clock import SystemClock
from lianxin.cli.demo import samples
from lianxin.cli.demo.scenes import plain
from lianxin.cli.demo.showing import Screen
from lianxin.cli.demo.stage import Stage, staged
from lianxin.cli.demo.world import NODES

INTERRUPTED = 130
PLAIN = "AJ0038"


def run(*, language: Language, stay: bool, folder: Path | None) -> int:
    """Play everything; the exit status is the audit's, 130 after Ctrl-C."""
    screen = Screen(language)
    with _place(folder) as place:
        try:
            return asyncio.run(_perform(place, screen, stay=stay))
        except (KeyboardInterrupt, asyncio.CancelledError):
            screen.say("interrupted")
            return INTERRUPTED


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
    async with staged(folder, screen) as stage:
        took = zip(NODES, stage.ledger.seconds["node_start"], strict=True)
        screen.say("started", **{node: f"{seconds:.1f}" for node, seconds in took})
        return await _play(stage, stay=stay)


async def _play(stage: Stage, *, stay: bool) -> int:
    drafts = {sample.no: sample for sample in samples.load(SystemClock().now())}
    await plain.play(stage, drafts.pop(PLAIN))
    if stay:
        await asyncio.Event().wait()
    return 0


def _stop_on_sigterm() -> None:
    """SIGTERM ends it as Ctrl-C does: the nodes are stopped first."""
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
