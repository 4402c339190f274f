import asyncio
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from kernel.broker import Consumer, Message, Stream
from kernel.nats_server import NatsKey, NatsServer, ServerConfig, StoreInUse, process, service_user
from kernel.nats_server.permissions import NodeNameInvalid, down_durable, node_token
from kernel.testing.nats import LocalNats
from kernel.testing.waiting import eventually

UP = Stream("UP", ("up.>",))
DOWN = Stream("DOWN", ("down.>",))


def durable_of(child: str) -> Consumer:
    return Consumer("DOWN", down_durable(child), (f"down.{child}.>",))


def test_it_starts_on_a_free_port_and_keeps_it_over_restarts(nats_server: NatsServer) -> None:
    """A client that knows the address finds the server again after a restart."""
    port = nats_server.port
    nats_server.stop()
    assert not nats_server.running
    nats_server.start()
    assert (nats_server.running, nats_server.port) == (True, port)


def test_two_servers_on_one_directory_are_refused(
    nats_server: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second server never opens the store of a running one."""
    monkeypatch.setattr(process, "STOP_LIMIT", 0.05)
    with pytest.raises(StoreInUse):
        NatsServer(nats_server.config).start()
    monkeypatch.undo()
    assert nats_server.running


def test_secrets_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    """The key file is 0600, is the same at the next start and shows in no repr."""
    path = tmp_path / "keys" / "service.nk"
    key = NatsKey.load_or_make(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert NatsKey.load_or_make(path) == key
    assert key.seed not in repr(key)


def test_the_configuration_holds_no_secret(tmp_path: Path) -> None:
    """Who reads the configuration can log in as nobody."""
    key = NatsKey.make()
    text = ServerConfig(tmp_path, "n", (service_user(key.public),)).render(4222)
    assert key.public in text
    assert key.seed not in text


@pytest.mark.parametrize("name", ["", "a.b", "a b", "*", ">", "x" * 41])
def test_a_node_name_is_one_subject_token(name: str) -> None:
    """A name that could reach into a sibling's subjects is refused."""
    with pytest.raises(NodeNameInvalid):
        node_token(name)


def test_the_server_dies_with_the_process_that_started_it(tmp_path: Path) -> None:
    """After kill -9 of the node no nats-server is left behind, and a new one can start."""
    script = textwrap.dedent("""
        import sys, time
        from pathlib import Path
        from kernel.nats_server import NatsServer, ServerConfig
        server = NatsServer(ServerConfig(Path(sys.argv[1]), "orphan", ()))
        server.start()
        print(server.pid, flush=True)
        time.sleep(60)
    """)
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE
    ) as node:
        assert node.stdout is not None
        lines = (line for line in node.stdout if line.strip().isdigit())
        pid = int(next(lines))
        os.kill(pid, 0)
        node.kill()
    with NatsServer(ServerConfig(tmp_path, "orphan", ())) as heir:
        assert heir.pid != pid


async def test_a_server_that_ends_by_itself_is_started_again(nats_server: NatsServer) -> None:
    """A killed nats-server alone is repaired by the node."""
    keeper = asyncio.create_task(nats_server.keep_running())
    first = nats_server.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await eventually(lambda: nats_server.running and nats_server.pid != first)
    keeper.cancel()


async def test_a_child_reaches_its_own_link_and_nothing_else(parent_nats: LocalNats) -> None:
    """Child A publishes under its name and reads its durable."""
    services = await parent_nats.broker("services", (UP, DOWN, durable_of("A")))
    child = await parent_nats.broker("child", address=parent_nats.add_child("A"))
    assert await child.publish([Message("up.A.case.x", b"1", {"Nats-Msg-Id": "1"})]) == 1
    assert await services.publish([Message("down.A.offer", b"2", {"Nats-Msg-Id": "2"})]) == 1
    reading = await child.jetstream.pull_subscribe_bind(down_durable("A"), "DOWN")
    (message,) = await reading.fetch(1, timeout=5)
    await message.ack_sync()
    assert message.data == b"2"


FORGED = [
    "up.B.case.x",
    "down.A.offer",
    "down.B.offer",
    "case.330523.000.000.intake.registered",
    "head.A.routing",
    "resend.A.routing",
    "$JS.API.STREAM.DELETE.DOWN",
    "$JS.API.STREAM.PURGE.UP",
    "$JS.API.STREAM.CREATE.EVIL",
    "$JS.API.STREAM.MSG.GET.DOWN",
    "$JS.API.CONSUMER.CREATE.DOWN.spy",
    "$JS.API.CONSUMER.DELETE.DOWN.node_B",
    "$JS.API.CONSUMER.MSG.NEXT.DOWN.node_B",
    "$JS.API.CONSUMER.INFO.DOWN.node_B",
    "$JS.ACK.DOWN.node_B.1.1.1.1.1",
    "$SYS.REQ.SERVER.PING",
]


async def test_forged_subjects_are_denied(parent_nats: LocalNats) -> None:
    """Child A can neither speak for B, nor acknowledge for B, nor administer anything."""
    await parent_nats.broker("services", (UP, DOWN, durable_of("A"), durable_of("B")))
    child = await parent_nats.broker("child", address=parent_nats.add_child("A"))
    denied: list[str] = []

    async def note(error: Exception) -> None:
        denied.append(str(error))

    child.client._error_cb = note
    for subject in FORGED:
        await child.client.publish(subject, b"forged")
    await child.client.flush()
    await eventually(lambda: len(denied) == len(FORGED))
    assert all("permissions violation for publish" in text for text in denied)


@pytest.mark.parametrize("subject", ["_INBOX_B.>", "_INBOX.>", "down.>", "up.>", ">"])
async def test_a_child_listens_to_nobody_else(parent_nats: LocalNats, subject: str) -> None:
    """Child A cannot listen to answers or events of others."""
    child = await parent_nats.broker("child", address=parent_nats.add_child("A"))
    denied: list[str] = []

    async def note(error: Exception) -> None:
        denied.append(str(error))

    child.client._error_cb = note
    await child.client.subscribe(subject)
    await child.client.flush()
    await eventually(lambda: bool(denied))
    assert "permissions violation for subscription" in denied[0]


async def test_adding_a_child_keeps_the_others_connected(parent_nats: LocalNats) -> None:
    """A reload for a new child drops no connection."""
    services = await parent_nats.broker("services", (UP,))
    lost: list[bool] = []

    async def note() -> None:
        lost.append(True)

    services.client._disconnected_cb = note
    await parent_nats.broker("child", address=parent_nats.add_child("B"))
    assert await services.publish([Message("up.x", b"", {"Nats-Msg-Id": "1"})]) == 1
    assert lost == []
