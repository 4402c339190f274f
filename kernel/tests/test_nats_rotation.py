"""Newer keys of services at a nats-server that runs: nobody is shut out before his time."""

from pathlib import Path

import pytest

from kernel.broker import Broker, BrokerAddress, standing
from kernel.nats_server import NatsKey, NatsServer, ServerConfig, node_users
from kernel.nats_server.rotation import let_in, retire, rotate
from kernel.testing.waiting import eventually

NODE = "anji"
SERVICES = ("routing", "intake", "mediation", "hearing")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The keys of a node's services."""
    keys = tmp_path / "keys" / "nats"
    keys.mkdir(parents=True)
    for service in SERVICES:
        NatsKey.published(keys / f"{service}.nk")
    return keys


def public(folder: Path) -> dict[str, str]:
    """Whom the server lets in, by service."""
    return {service: " ".join(let_in(folder / f"{service}.pub")) for service in SERVICES}


def test_a_rotation_lets_both_in_and_an_end_the_newest_alone(folder: Path) -> None:
    """The newest comes first; a look at the key meanwhile takes nothing away."""
    former = public(folder)
    made = rotate(folder)
    both = public(folder)
    assert {each.split()[1] for each in both.values()} == set(former.values())
    assert {each.split()[0] for each in both.values()} == set(made)
    assert NatsKey.published(folder / "intake.nk").public == both["intake"].split()[0]
    assert public(folder) == both
    assert len(node_users(NODE, both)) == 2 * len(SERVICES)
    assert set(retire(folder)) == set(former.values())
    assert set(public(folder).values()) == set(made)
    assert retire(folder) == []
    assert {file.stat().st_mode & 0o077 for file in folder.glob("*.nk")} == {0}


async def test_a_service_takes_its_newer_key_by_itself(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes back with the newer one as soon as there is one, and stays when the former ends."""
    monkeypatch.setattr(standing, "LOOK_S", 0.05)
    server = NatsServer(ServerConfig(tmp_path / "nats", NODE, node_users(NODE, public(folder))))
    server.start()
    key = folder / "intake.nk"
    broker = Broker(BrokerAddress.of(server.url, "", "_INBOX.intake", key=key), "intake")
    rises: list[str] = []
    broker.on_up.append(lambda: rises.append("rose"))
    await broker.start()
    try:
        await broker.wait_up(10)
        rotate(folder)
        server.reload(node_users(NODE, public(folder)))
        await eventually(lambda: rises == ["rose", "rose"])
        retire(folder)
        server.reload(node_users(NODE, public(folder)))
        assert (broker.connected, rises) == (True, ["rose", "rose"])
    finally:
        await broker.stop()
        server.stop()
