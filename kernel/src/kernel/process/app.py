"""A service as a process runs it: opened, serving, and stopped in the right order."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from kernel import logs
from kernel.grpc_server import GrpcServer, Pings
from kernel.process.workers import StartAgain, Worker

_log = logs.get_logger()
DRAIN = "LIANXIN_DRAIN_S"
"""Seconds that a stop goes on taking calls while health says that it serves no more; unset: 0."""
Step = Callable[[], Awaitable[object] | None]


@dataclass(slots=True)
class App:
    """One service, or the broker of a node.

    `open` connects, registers what there is to close with `on_close`, adds workers, and returns
    the server, if there is one; it is started last and stopped first. Several apps share a
    process and its event loop (an all-in-one node).
    """

    name: str
    open: Callable[["App"], Awaitable[GrpcServer | None]]
    pings: Pings = field(default_factory=Pings)
    server: GrpcServer | None = None
    beside: list[GrpcServer] = field(default_factory=list)
    """Further doors that `open` adds: started after the server, stopped before it."""
    again: asyncio.Event = field(default_factory=asyncio.Event)
    """Set by whatever finds that the process must stop and start again."""
    drain_s: float = field(default_factory=lambda: float(os.environ.get(DRAIN, "0")))
    """How long a stop still takes calls while health says that it serves no more: whoever shares
    calls out among replicas sends none here any longer."""
    _workers: list[Worker] = field(default_factory=list)
    _closing: list[tuple[str, Step]] = field(default_factory=list)

    def add_worker(self, name: str, work: Callable[[], Awaitable[object]]) -> Worker:
        """Run this from the start to the stop, again after each failure; its state is a ping."""
        worker = Worker(name, work)
        self._workers.append(worker)
        self.pings.add(worker.ping())
        return worker

    def add_workers(self, works: Mapping[str, Callable[[], Awaitable[object]]]) -> None:
        """The same for several."""
        for name, work in works.items():
            self.add_worker(name, work)

    def on_close(self, name: str, step: Step) -> None:
        """Call this at the stop; the last one registered goes first."""
        self._closing.append((name, step))

    async def run(self, stopping: asyncio.Event, *, ready: asyncio.Event | None = None) -> None:
        """Open, serve until `stopping` is set, close. What `open` raises comes through."""
        try:
            self.server = await self.open(self)
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._work(worker)) for worker in self._workers]
                await self._serve(stopping, ready)
                for task in tasks:
                    task.cancel()
        finally:
            await self._close()

    async def _work(self, worker: Worker) -> None:
        try:
            await worker.run()
        except StartAgain as found:
            _log.critical("start_again", service=self.name, worker=worker.name, **logs.fault(found))
            self.again.set()

    async def _serve(self, stopping: asyncio.Event, ready: asyncio.Event | None) -> None:
        doors = [*([self.server] if self.server else []), *self.beside]
        for door in doors:
            await door.start()
        _log.info("app_started", service=self.name, port=self.server.port if self.server else 0)
        if ready:
            ready.set()
        try:
            await stopping.wait()
            self.pings.leaving = True
            await asyncio.sleep(self.drain_s)
        finally:
            for door in reversed(doors):
                await door.stop()

    async def _close(self) -> None:
        """Every step is tried; one that fails is logged and the rest still runs."""
        while self._closing:
            name, step = self._closing.pop()
            try:
                outcome = step()
                if outcome is not None:
                    await outcome
            except Exception as error:  # noqa: BLE001 (the other steps must still run)
                _log.error("close_failed", service=self.name, target=name, **logs.fault(error))
        _log.info("app_stopped", service=self.name)
