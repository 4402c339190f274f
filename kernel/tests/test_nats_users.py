"""Who may do what on a node's nats-server: each service and each child exactly its own."""

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import nats.errors
import pytest
import pytest_asyncio
from nats.aio.client import Client

from kernel.broker import Broker, BrokerAddress, BrokerDown, Consumer, Stream
from kernel.broker.topology import ensure
from kernel.nats_server import NatsKey, NatsServer, ServerConfig, child_user, node_users
from kernel.nats_server.permissions import (
    CASES_STREAM,
    DOWN_STREAM,
    HUB,
    LEAVES,
    UP_DURABLE,
    UP_STREAM,
    down_durable,
    inbox_prefix,
    service_inbox,
)
from kernel.testing.certificates import Authority
from kernel.testing.waiting import eventually

NODE, CHILDREN = "anji", ("dipu", "baofu")
SERVICES = (HUB, *LEAVES)
CASES = Stream(CASES_STREAM, ("case.>",))
UP, DOWN = Stream(UP_STREAM, ("up.>",)), Stream(DOWN_STREAM, ("down.>",))
OF_ROUTING = "case.*.*.*.routing.>"
PLACE = "case.330523.001.204"


class House:
    """A node's nats-server with its services and two child nodes as users."""

    def __init__(self, folder: Path, authority: Authority) -> None:
        self.keys = {name: NatsKey.make() for name in (*SERVICES, *CHILDREN, "stranger")}
        public = {name: key.public for name, key in self.keys.items()}
        children = [child_user(child, public[child]) for child in CHILDREN]
        users = (*node_users(NODE, {name: public[name] for name in SERVICES}), *children)
        self.ca = authority.file
        self.server = NatsServer(ServerConfig(folder, NODE, users, tls=authority.server()))

    def address(self, who: str) -> BrokerAddress:
        """Where a user dials, and as whom."""
        inbox = inbox_prefix(who) if who in CHILDREN else service_inbox(who)
        return BrokerAddress.of(self.server.url, self.keys[who].seed, inbox, self.ca)


class Spy:
    """A connection of one user, and what the server told it."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.told: list[str] = []
        self.asked = 0

    async def note(self, error: Exception) -> None:
        """The server's word."""
        self.told.append(str(error).lower())

    async def may_publish(self, subject: str) -> bool:
        """Whether the server takes a message on this subject."""
        await self.client.publish(subject, b"{}", reply="_INBOX.nobody")
        return await self._taken(subject)

    async def may_listen(self, subject: str) -> bool:
        """Whether the server lets this user listen there."""
        await self.client.subscribe(subject)
        return await self._taken(subject)

    async def _taken(self, subject: str) -> bool:
        """Refusals come in order: that of the last has come when that of a later one has."""
        self.asked += 1
        later = f"nobody.may.{self.asked}"
        await self.client.publish(later, b"")
        await eventually(lambda: self._was_refused(later))
        return not self._was_refused(subject)

    def _was_refused(self, subject: str) -> bool:
        return any(f'"{subject.lower()}"' in word for word in self.told)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """The county's."""
    return Authority(tmp_path / "ca")


@pytest_asyncio.fixture
async def house(tmp_path: Path, authority: Authority) -> AsyncIterator[House]:
    """The server, running, with the streams that routing makes."""
    found = House(tmp_path / "nats", authority)
    with found.server:
        yield found


async def spying(house: House, who: str) -> Spy:
    """A connection as this user."""
    spy, address = Spy(Client()), house.address(who)
    await spy.client.connect(
        servers=list(address.servers),
        nkeys_seed_str=address.seed,
        inbox_prefix=address.inbox_prefix,
        tls=address.tls(),
        error_cb=spy.note,
        allow_reconnect=False,
    )
    return spy


def foreign_to(who: str) -> tuple[list[str], list[str]]:
    """Subjects another user publishes to, and such as another listens to."""
    others = [other for other in SERVICES if other != who]
    publish = [f"{PLACE}.{other}.noted" for other in others]
    publish += [f"head.{NODE}.{other}" for other in others]
    publish += [f"$JS.API.CONSUMER.MSG.NEXT.CASE.{other}" for other in others]
    publish += [f"$JS.ACK.CASE.{other}.1.1.1.1.0" for other in others]
    publish += ["$JS.API.STREAM.DELETE.CASE", "$JS.API.STREAM.PURGE.CASE", "$JS.API.INFO"]
    publish += [f"$JS.API.CONSUMER.DELETE.CASE.{other}" for other in SERVICES]
    publish += ["$JS.API.STREAM.MSG.GET.CASE", "$SYS.REQ.SERVER.PING", "up.dipu.x"]
    publish += ["$JS.API.STREAM.UPDATE.CASE", "down.dipu.x"] if who != HUB else []
    listen = [">", "case.>", "up.>", "down.>", "$JS.>", "_INBOX.>", "$SYS.>"]
    listen += [f"{service_inbox(other)}.>" for other in others]
    listen += [f"resend.{NODE}.{other}" for other in others]
    return publish, listen


@pytest.mark.parametrize("who", SERVICES)
async def test_service_is_denied_what_is_not_its_own(house: House, who: str) -> None:
    """A service can neither speak for another, read its durable, nor change or empty a stream."""
    spy = await spying(house, who)
    publish, listen = foreign_to(who)
    assert [subject for subject in publish if await spy.may_publish(subject)] == []
    assert [subject for subject in listen if await spy.may_listen(subject)] == []
    assert await spy.may_publish(f"{PLACE}.{who}.noted")
    assert await spy.may_publish(f"head.{NODE}.{who}")
    await spy.client.close()


async def test_leaf_reads_routing_only(house: House) -> None:
    """A service cannot widen its durable to what others say, nor read children's links."""
    spy = await spying(house, "intake")
    api = "$JS.API.CONSUMER"
    for wider in ("", ".>", ".case.>", ".case.*.*.*.mediation.>"):
        assert not await spy.may_publish(f"{api}.CREATE.CASE.intake{wider}")
    for stream in (UP_STREAM, DOWN_STREAM):
        assert not await spy.may_publish(f"{api}.CREATE.{stream}.intake")
        assert not await spy.may_publish(f"$JS.API.STREAM.INFO.{stream}")
    assert not await spy.may_publish(f"{api}.DURABLE.CREATE.CASE.intake")
    await spy.client.close()


async def test_child_is_denied_what_is_not_its_own(house: House) -> None:
    """A child node reaches its own link and nothing of a sibling, of a service, of the server."""
    spy = await spying(house, "dipu")
    theirs = down_durable("baofu")
    publish = ["up.baofu.x", f"{PLACE}.routing.noted", "down.dipu.x", f"head.{NODE}.routing"]
    publish += [f"$JS.API.CONSUMER.MSG.NEXT.DOWN.{theirs}", f"$JS.ACK.DOWN.{theirs}.1.1.1.1.0"]
    publish += ["$JS.API.STREAM.INFO.UP", "$JS.API.CONSUMER.CREATE.DOWN.x", "$JS.API.INFO"]
    listen = [">", "up.>", "down.>", "down.dipu.>", "case.>", "_INBOX.>", "_INBOX_baofu.>"]
    assert [subject for subject in publish if await spy.may_publish(subject)] == []
    assert [subject for subject in listen if await spy.may_listen(subject)] == []
    assert await spy.may_publish("up.dipu.x")
    await spy.client.close()


async def test_nobody_gets_in_without_a_key(house: House) -> None:
    """Neither without credentials nor with a key that the server does not know."""
    for seed in (None, house.keys["stranger"].seed):
        spy = Spy(Client())
        with pytest.raises((nats.errors.Error, OSError)):
            await spy.client.connect(
                servers=[house.server.url],
                nkeys_seed_str=seed,
                tls=house.address(HUB).tls(),
                error_cb=spy.note,
                allow_reconnect=False,
            )


async def test_nobody_gets_in_in_clear(house: House) -> None:
    """A client that does not lock the connection is hung up on."""
    with socket.create_connection(("127.0.0.1", house.server.port), timeout=5) as plain:
        plain.settimeout(5)
        while said := plain.recv(4096):
            assert b"+OK" not in said
            plain.sendall(b'CONNECT {"verbose":true}\r\nPING\r\n')
        assert said == b""


@pytest_asyncio.fixture
async def members(house: House) -> AsyncIterator[dict[str, Broker]]:
    """Every service as it joins the bus."""
    wanted = {leaf: (CASES, Consumer(CASES_STREAM, leaf, (OF_ROUTING,))) for leaf in LEAVES}
    heard = tuple(f"case.*.*.*.{leaf}.>" for leaf in LEAVES)
    up = Consumer(UP_STREAM, UP_DURABLE, ("up.>",))
    hub = (CASES, UP, DOWN, Consumer(CASES_STREAM, HUB, heard), up)
    found = {HUB: Broker(house.address(HUB), HUB, hub)}
    found |= {leaf: Broker(house.address(leaf), leaf, of) for leaf, of in wanted.items()}
    for broker in found.values():
        await broker.start()
    for broker in found.values():
        await broker.wait_up(10)
    yield found
    for broker in found.values():
        await broker.stop()


async def test_every_service_gets_what_it_needs(members: dict[str, Broker]) -> None:
    """Streams and durables are made, and a question between two services is answered."""
    hub, leaf = members[HUB], members["intake"]
    wish = f"resend.{NODE}.intake"

    async def answer(asked: object) -> None:
        await asked.respond(b"sent")  # type: ignore[attr-defined]  # a message

    async with leaf.listening(wish, answer, queue="intake"):
        await eventually(lambda: answered(hub, wish))
    child = Consumer(DOWN_STREAM, down_durable("dipu"), ("down.dipu.>",))
    await ensure(hub.jetstream, child)
    assert (await hub.jetstream.consumer_info(DOWN_STREAM, child.durable)).config.filter_subject


async def answered(asking: Broker, subject: str) -> bool:
    """Whether a question is answered."""
    try:
        return await asking.ask(subject, b"{}", 1.0) == b"sent"
    except BrokerDown:
        return False


async def test_certificate_of_the_server_is_renewed(house: House, authority: Authority) -> None:
    """The server shows a replaced certificate to the next client; connections go on."""
    spy = await spying(house, HUB)
    following = asyncio.create_task(house.server.follow_files())
    await spy.client.flush()  # by now it follows
    former = shown(house)
    authority.server()
    await eventually(lambda: shown(house) != former)
    await spy.client.flush()
    assert spy.client.is_connected
    following.cancel()
    await spy.client.close()


def shown(house: House) -> bytes:
    """The certificate that the server shows."""
    context = house.address(HUB).tls()
    assert context is not None
    with socket.create_connection(("127.0.0.1", house.server.port), timeout=5) as plain:
        plain.recv(4096)  # what it says of itself comes in clear
        with context.wrap_socket(plain, server_hostname="127.0.0.1") as locked:
            return locked.getpeercert(binary_form=True) or b""
