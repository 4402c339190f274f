"""Runs apps until a signal: SIGTERM as PID 1 of a container, SIGINT from a keyboard."""

import asyncio
import gc
import signal
import sys
from collections.abc import Sequence

import uvloop

from kernel import logs
from kernel.process.app import App

_log = logs.get_logger()
SIGNALS = (signal.SIGTERM, signal.SIGINT)
COLLECTED_AT = (20_000, 20, 20)
"""New objects after which the youngest are gone through, and how often before the older are."""
SWITCH_S = 0.001
"""How long a thread may keep the interpreter while another waits: a command goes through several
threads one after the other, and each of them may meet one that computes."""


def run(*apps: App) -> None:
    """Run the apps in this process until SIGTERM or SIGINT, then stop them gracefully.

    A second signal ends the process at once. An app that cannot start stops the others, and its
    error comes through as an exception group.
    """
    sys.setswitchinterval(SWITCH_S)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run_until_signal(apps))


async def run_until_signal(apps: Sequence[App]) -> None:
    """The same within a loop that runs already."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        loop.add_signal_handler(number, _ask_to_stop, number, stopping)
    try:
        await run_all(apps, stopping)
    finally:
        for number in SIGNALS:
            loop.remove_signal_handler(number)


async def run_all(apps: Sequence[App], stopping: asyncio.Event) -> None:
    """Run apps side by side, opened in order and stopped in the reverse order.

    So an app may count on those before it: the broker comes first.
    """
    async with asyncio.TaskGroup() as group:
        running: list[tuple[asyncio.Event, asyncio.Task[None]]] = []
        for app in apps:
            if stopping.is_set():
                break
            stop, ready = asyncio.Event(), asyncio.Event()
            task = group.create_task(app.run(stop, ready=ready), name=app.name)
            running.append((stop, task))
            await _ready_or_done(ready, task)
        _leave_alone_what_stays()
        await stopping.wait()
        for stop, task in reversed(running):
            stop.set()
            await asyncio.wait([task])


def _leave_alone_what_stays() -> None:
    """What a start has made lives as long as the process: the collector need not look at it again.

    A registration keeps some thousand objects alive for a moment, none of them in a circle; with
    the usual thresholds the collector would go through them all several times a batch.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED_AT)


async def _ready_or_done(ready: asyncio.Event, task: asyncio.Task[None]) -> None:
    waiting = asyncio.ensure_future(ready.wait())
    try:
        await asyncio.wait({waiting, task}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()


def _ask_to_stop(number: int, stopping: asyncio.Event) -> None:
    _log.info("stop_requested", signal=signal.Signals(number).name)
    stopping.set()
    loop = asyncio.get_running_loop()
    for each in SIGNALS:
        loop.remove_signal_handler(each)  # a second signal does what it does to any process
