"""A nats-server on a small disk of its own that is filled to the last byte."""

import asyncio
import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kernel.broker import Broker, Message, Stream
from kernel.nats_server.room import ENOUGH
from kernel.testing.nats import LocalNats
from kernel.testing.waiting import eventually

UP = Stream("UP", ("up.>",))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Thrice as large as what counts as room enough."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={3 * ENOUGH}", "tmpfs", str(folder)]
    if subprocess.run(command, check=False, capture_output=True).returncode != 0:
        pytest.skip("no right to mount here: no disk can be made small")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(ballast: Path) -> None:
    """Write until there is no byte left."""
    with ballast.open("wb", buffering=0) as file:
        for block in (1 << 20, 1 << 12, 1):
            with contextlib.suppress(OSError):
                while True:
                    file.write(bytes(block))


async def stored(broker: Broker, number: int) -> bool:
    """Whether the server keeps one more message."""
    message = Message("up.A.case.x", bytes(1 << 16), {"Nats-Msg-Id": str(number)})
    return await broker.publish([message]) == 1


async def test_it_keeps_streams_again_once_there_is_room(small_disk: Path) -> None:
    """A full disk makes it give its streams up for good; it is started again when there is room."""
    nats = LocalNats(small_disk / "nats")
    nats.start()
    keeper = asyncio.create_task(nats.server.keep_running())
    try:
        broker = await nats.broker("services", (UP,))
        assert await stored(broker, 0)
        first = nats.server.pid
        await asyncio.to_thread(fill, small_disk / "ballast")
        numbers = iter(range(1, 1000))

        async def refused() -> bool:
            return not await stored(broker, next(numbers))

        await eventually(refused)
        (small_disk / "ballast").unlink()

        async def kept_again() -> bool:
            return nats.server.pid != first and await stored(broker, next(numbers))

        await eventually(kept_again, 30)
    finally:
        keeper.cancel()
        await nats.close()
        nats.stop()
