"""Runs apps until a signal: SIGTERM as PID 1 of a container, SIGINT from a keyboard."""

import asyncio
import gc
import signal
import sys
from collections.abc import Coroutine, Sequence
from typing import Any

import uvloop

from kernel import logs
from kernel.process.app import App

_log = logs.get_logger()
AGAIN = 75
"""Exit status of a service that must be started again (EX_TEMPFAIL of sysexits.h)."""
SIGNALS = (signal.SIGTERM, signal.SIGINT)
COLLECTED_AT = (20_000, 20, 20)
"""New objects after which the youngest are gone through, and how often before the older are."""
SWITCH_S = 0.001
"""How long a thread may keep the interpreter while another waits: a command goes through several
threads one after the other, and each of them may meet one that computes."""


def run(*apps: App) -> bool:
    """Run the apps in this process until SIGTERM or SIGINT, then stop them gracefully.

    Answers whether the process is to start again: an app said so, and nobody asked it to stop.
    A second signal ends the process at once. An app that cannot start stops the others, and its
    error comes through as an exception group.
    """
    sys.setswitchinterval(SWITCH_S)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(run_until_signal(apps))


async def run_until_signal(apps: Sequence[App]) -> bool:
    """The same within a loop that runs already."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        loop.add_signal_handler(number, _ask_to_stop, number, stopping)
    try:
        return await run_all(apps, stopping)
    finally:
        for number in SIGNALS:
            loop.remove_signal_handler(number)


async def run_all(apps: Sequence[App], stopping: asyncio.Event) -> bool:
    """Run apps side by side, opened in order and stopped in the reverse order.

    So an app may count on those before it: the broker comes first. Answers as `run` does; an app
    may find while the next one opens that all must start again.
    """
    async with asyncio.TaskGroup() as group:
        running: list[tuple[asyncio.Event, asyncio.Task[None]]] = []
        for app in apps:
            if stopping.is_set() or _again(apps):
                break
            stop, ready = asyncio.Event(), asyncio.Event()
            task = group.create_task(app.run(stop, ready=ready), name=app.name)
            running.append((stop, task))
            await _first(ready.wait(), asyncio.wait([task]))
        _leave_alone_what_stays()
        await _first(stopping.wait(), *(app.again.wait() for app in apps))
        for stop, task in reversed(running):
            stop.set()
            await asyncio.wait([task])
    return _again(apps) and not stopping.is_set()


def _again(apps: Sequence[App]) -> bool:
    return any(app.again.is_set() for app in apps)


def _leave_alone_what_stays() -> None:
    """What a start has made lives as long as the process: the collector need not look at it again.

    A registration keeps some thousand objects alive for a moment, none of them in a circle; with
    the usual thresholds the collector would go through them all several times a batch.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED_AT)


async def _first(*awaited: Coroutine[Any, Any, object]) -> None:
    waiting = [asyncio.ensure_future(each) for each in awaited]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waiting:
            each.cancel()


def _ask_to_stop(number: int, stopping: asyncio.Event) -> None:
    _log.info("stop_requested", signal=signal.Signals(number).name)
    stopping.set()
    loop = asyncio.get_running_loop()
    for each in SIGNALS:
        loop.remove_signal_handler(each)  # a second signal does what it does to any process
