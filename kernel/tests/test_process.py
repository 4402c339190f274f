import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from kernel.access import Access
from kernel.catalogue import Catalogue
from kernel.grpc_client import dial
from kernel.grpc_server import GrpcServer, Served, ServerSettings, build_server
from kernel.process import App, Backoff, StartAgain, Worker, WorkerFailing, run_all
from kernel.testing import echo
from kernel.testing.waiting import eventually
from kernel.tokens import Authenticator, KeyRing


class Story:
    """What happened, in order."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def __call__(self, line: str) -> None:
        """Note a line."""
        self.lines.append(line)


async def forever() -> None:
    """Work that never ends."""
    await asyncio.Event().wait()


def plain_app(name: str, story: Story) -> App:
    """An app without a server, with one worker."""

    async def work() -> None:
        story(f"{name} works")
        try:
            await forever()
        finally:
            story(f"{name} rests")

    async def open_(app: App) -> None:
        story(f"{name} opens")
        app.on_close("database", lambda: story(f"{name} closes database"))
        app.on_close("broker", lambda: story(f"{name} closes broker"))
        app.add_worker("relay", work)

    return App(name, open_)


def echo_app(tmp_path: Path, story: Story) -> App:
    """An app with a server."""

    async def open_(app: App) -> GrpcServer:
        app.on_close("database", lambda: story("database closed"))
        proof = Authenticator("330523", KeyRing.open(tmp_path / "keys"))
        access = echo.access(Access(public=True))
        served = Served(echo.DESCRIPTOR, echo.add_to_server, echo.EchoServicer(), access)
        return build_server(
            ServerSettings(grace_s=5),
            [served],
            authenticator=proof,
            texts=Catalogue.load("kernel"),
            pings=app.pings,
        )

    return App("echo", open_)


async def test_apps_open_in_order_and_close_in_reverse() -> None:
    """Apps of one process open one after the other and stop the other way round."""
    story, stopping = Story(), asyncio.Event()
    running = asyncio.create_task(
        run_all([plain_app("broker", story), plain_app("intake", story)], stopping)
    )
    await eventually(lambda: "intake works" in story.lines)
    stopping.set()
    await running
    assert story.lines == [
        "broker opens",
        "broker works",
        "intake opens",
        "intake works",
        "intake rests",
        "intake closes broker",
        "intake closes database",
        "broker rests",
        "broker closes broker",
        "broker closes database",
    ]


async def test_worker_that_must_start_again_stops_the_process_in_order() -> None:
    """Apps are closed as at any stop, and the process is told to start again."""
    story = Story()

    async def replaced() -> None:
        raise StartAgain

    async def open_(app: App) -> None:
        app.add_worker("incarnation", replaced)
        app.on_close("database", lambda: story("intake closes database"))

    async with asyncio.timeout(20):
        again = await run_all([plain_app("broker", story), App("intake", open_)], asyncio.Event())
    assert again
    assert story.lines[2:4] == ["intake closes database", "broker rests"]


async def test_what_an_app_finds_while_the_next_one_opens_is_not_missed() -> None:
    """The apps after it are not opened any more; the process starts again."""
    story = Story()
    first, last = plain_app("routing", story), plain_app("last", story)

    async def open_(app: App) -> None:
        first.again.set()

    async with asyncio.timeout(20):
        assert await run_all([first, App("intake", open_), last], asyncio.Event())
    assert "last opens" not in story.lines
    assert "routing closes database" in story.lines


async def test_who_is_asked_to_stop_does_not_start_again() -> None:
    """An operator's stop wins over an app that would start again."""
    stopping, app = asyncio.Event(), plain_app("routing", Story())
    stopping.set()
    app.again.set()
    assert not await run_all([app], stopping)


async def test_server_serves_until_stopped(tmp_path: Path) -> None:
    """An app's server answers while it runs; it is stopped before what it leans on is closed."""
    story, stopping = Story(), asyncio.Event()
    app = echo_app(tmp_path, story)
    running = asyncio.create_task(run_all([app], stopping))
    await eventually(lambda: app.server is not None)
    assert app.server
    async with dial(app.server.target) as line:
        answer = await echo.EchoStub(line).say(echo.echo("hello"))
        assert answer.text == "hello"
        stream = echo.EchoStub(line).tell(echo.echo("x", n=10**9))
        await stream.read()
        stopping.set()
        await running
    assert story.lines == ["database closed"]


async def test_a_stop_says_first_that_it_serves_no_more(tmp_path: Path) -> None:
    """Health turns before the door shuts; calls of who has not looked yet are still answered."""
    story, stopping = Story(), asyncio.Event()
    app = echo_app(tmp_path, story)
    app.drain_s = 30.0
    running = asyncio.create_task(run_all([app], stopping))
    await eventually(lambda: app.server is not None)
    assert app.server
    async with dial(app.server.target) as line:
        health = health_pb2_grpc.HealthStub(line)
        ask = health_pb2.HealthCheckRequest()
        assert (await health.Check(ask)).status == health_pb2.HealthCheckResponse.SERVING
        stopping.set()

        async def says_no() -> bool:
            said = await health.Check(ask)
            return bool(said.status == health_pb2.HealthCheckResponse.NOT_SERVING)

        await eventually(says_no)
        assert (await echo.EchoStub(line).say(echo.echo("late"))).text == "late"
    running.cancel()
    await asyncio.wait([running])
    assert story.lines == ["database closed"]


async def test_app_that_cannot_open_stops_the_others() -> None:
    """When one app fails to open, those already running are closed and the error comes through."""
    story = Story()

    async def broken(app: App) -> None:
        app.on_close("half", lambda: story("half closed"))
        raise OSError("port taken")

    apps = [plain_app("broker", story), App("intake", broken)]
    with pytest.raises(ExceptionGroup) as told:
        await run_all(apps, asyncio.Event())
    assert told.group_contains(OSError)
    assert "half closed" in story.lines
    assert "broker closes database" in story.lines


async def test_a_failing_close_hinders_no_other() -> None:
    """Each closing step is tried, also after one that failed."""
    story, stopping = Story(), asyncio.Event()
    stopping.set()

    def fails() -> None:
        raise OSError

    async def open_(app: App) -> None:
        app.on_close("first", lambda: story("first closed"))
        app.on_close("second", fails)

    await App("x", open_).run(stopping)
    assert story.lines == ["first closed"]


async def test_worker_is_restarted_and_shows_in_health() -> None:
    """A worker that fails is started again, and its ping fails until it has run well."""
    attempts = 0

    async def work() -> None:
        nonlocal attempts
        attempts += 1
        if attempts < 3:
            raise ConnectionError
        await forever()

    worker = Worker("relay", work, Backoff(first=0.001, longest=0.002, healthy=0.05))
    running = asyncio.create_task(worker.run())
    await eventually(lambda: worker.failures == 2)
    with pytest.raises(WorkerFailing):
        await worker.ping().check()
    await eventually(lambda: not worker.failing)
    await worker.ping().check()
    assert attempts == 3
    running.cancel()


async def test_failing_worker_leaves_the_server_serving() -> None:
    """A worker's failure shows under its own name; the service as a whole still serves."""
    stopping = asyncio.Event()

    async def work() -> None:
        raise ConnectionError

    async def open_(app: App) -> None:
        app.add_workers({"relay": work})

    app = App("x", open_)
    running = asyncio.create_task(app.run(stopping))

    async def shown() -> bool:
        return "worker.relay" in await app.pings.failing()

    await eventually(shown)
    assert await app.pings.serves()
    assert not await app.pings.serves("worker.relay")
    stopping.set()
    await running


async def test_finished_worker_stays_finished() -> None:
    """Work that returns is done and is not started again."""
    runs = 0

    async def work() -> None:
        nonlocal runs
        runs += 1

    await Worker("once", work).run()
    assert runs == 1


def test_backoff_doubles_within_its_limit() -> None:
    """Pauses double with each failure up to the longest, each spread by up to a half."""
    backoff = Backoff(first=1, longest=8)
    for failures, limit in [(1, 1), (2, 2), (3, 4), (4, 8), (5, 8), (5000, 8)]:
        pauses = [backoff.pause(failures) for _ in range(50)]
        assert min(pauses) >= limit / 2
        assert max(pauses) <= limit


PROGRAM = """
import asyncio
from kernel import logs
from kernel.process import App, run

async def work():
    print("working", flush=True)
    await asyncio.Event().wait()

async def open_(app):
    app.add_worker("relay", work)
    app.on_close("database", lambda: print("closed", flush=True))

logs.configure()
run(App("x", open_))
print("ended", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_signal_stops_the_process(number: signal.Signals) -> None:
    """SIGTERM and SIGINT end a process with everything closed and exit status 0."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        PROGRAM,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        stdin=asyncio.subprocess.DEVNULL,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout
    assert await process.stdout.readline() == b"working\n"
    process.send_signal(number)
    async with asyncio.timeout(20):
        rest = await process.stdout.read()
        assert await process.wait() == 0
    assert rest == b"closed\nended\n"
