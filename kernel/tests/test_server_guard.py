"""A server with a stolen, revoked certificate is told nothing by those who have the list."""

import asyncio
import ssl
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path

import grpc
import nats
import nats.errors
import pytest

from kernel.broker import Broker, BrokerAddress, standing
from kernel.grpc_client import ClientTls, Line, dial
from kernel.grpc_client import pinned as pinned_channel
from kernel.grpc_server import GrpcServer, ServerSettings, ServerTls
from kernel.nats_server import NatsKey, NatsServer, ServerConfig, service_user
from kernel.revocations import RevocationsInvalid
from kernel.server_guard import ServerGuard, ServerRevoked
from kernel.testing import echo, echo_server
from kernel.testing.certificates import Authority
from kernel.testing.echo import EchoMessage, EchoServicer, EchoStub
from kernel.testing.waiting import eventually
from kernel.tokens import Authenticator, KeyRing

CHILD, PARENT = "dipu", "anji"


@pytest.fixture(autouse=True)
def look_always(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests do not wait for the next look at a file or a certificate."""
    monkeypatch.setattr(pinned_channel, "LOOK_S", 0.0)
    monkeypatch.setattr("kernel.revocations.LOOK_S", 0.0)
    monkeypatch.setattr(standing, "LOOK_S", 0.05)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """The county's."""
    return Authority(tmp_path / "ca")


def serving(
    folder: Path, tls: ServerTls, servicer: EchoServicer, port: int = 0
) -> AbstractAsyncContextManager[GrpcServer]:
    """A parent's door, open until it is left."""
    authenticator = Authenticator(PARENT, KeyRing.open(folder / "keys"))
    settings = ServerSettings(tls=tls, port=port, grace_s=0.2, reflection=False)
    return echo_server.serving(authenticator, settings, servicer)


def parent(authority: Authority) -> tuple[ClientTls, ServerTls]:
    """A certificate of the parent, as files of one who dials and of one who listens."""
    own = authority.node(PARENT)
    assert own.certificate
    assert own.key
    return own, ServerTls(own.certificate, own.key, authority.file, authority.revoked)


def child(authority: Authority) -> ClientTls:
    """What the child dials with: it has the county's list."""
    return replace(authority.node(CHILD), revoked=authority.revoked)


async def said(line: Line) -> str:
    """What the server says; the code of the refusal where it does not."""
    try:
        return str((await EchoStub(line).say(echo.echo("a"))).text)
    except grpc.aio.AioRpcError as error:
        return error.code().name


async def test_revoked_server_is_told_nothing(tmp_path: Path, authority: Authority) -> None:
    """On a standing connection and on a new one; it does not even see a call, nor a token."""
    heard: list[EchoMessage] = []

    async def hear(message: EchoMessage) -> EchoMessage:
        heard.append(message)
        return message

    own, door = parent(authority)
    async with (
        serving(tmp_path, door, EchoServicer(hear)) as server,
        dial(server.target, tls=child(authority), retries=0) as standing,
    ):
        assert await said(standing) == "a"
        authority.revoke(own)
        assert await said(standing) == "UNAVAILABLE"
        async with dial(server.target, tls=child(authority), retries=0) as new:
            assert await said(new) == "UNAVAILABLE"
            with pytest.raises(grpc.aio.AioRpcError):
                await EchoStub(new).tell(echo.echo("a")).read()
        assert len(heard) == 1
        async with dial(server.target, tls=authority.node(CHILD), retries=0) as unaware:
            assert await said(unaware) == "a"


async def test_only_the_certificate_that_was_judged_is_believed(
    tmp_path: Path, authority: Authority
) -> None:
    """One of the same authority for the same host is not enough: it may be the stolen one."""
    _, door = parent(authority)
    async with (
        serving(tmp_path, door, EchoServicer()) as server,
        dial(server.target, tls=child(authority), retries=0) as line,
    ):
        assert await said(line) == "a"
        port = server.port
        stolen = authority.node("meixi")
        assert stolen.certificate
        assert stolen.key
        credentials = ClientTls(authority.file).credentials(trusted=door.certificate.read_bytes())
    other = ServerTls(stolen.certificate, stolen.key)
    async with (
        serving(tmp_path, other, EchoServicer(), port) as server,
        grpc.aio.secure_channel(server.target, credentials) as pinned,
    ):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await EchoStub(pinned).say(echo.echo("a"), timeout=2)
    assert refused.value.code() in {
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.DEADLINE_EXCEEDED,
    }


async def test_renewed_server_is_found_again(tmp_path: Path, authority: Authority) -> None:
    """A parent with a new certificate, and the former one revoked, is believed again by itself."""
    own, door = parent(authority)
    async with (
        serving(tmp_path, door, EchoServicer()) as server,
        dial(server.target, tls=child(authority), retries=0) as line,
    ):
        assert await said(line) == "a"
        authority.revoke(own)
        assert await said(line) == "UNAVAILABLE"
        parent(authority)  # the same files, renewed
        await eventually(lambda: _says(line, "a"), limit=10)


async def _says(line: Line, text: str) -> bool:
    return await said(line) == text


async def test_own_certificate_is_renewed_on_the_way(tmp_path: Path, authority: Authority) -> None:
    """The child's files are read again as they are without a list."""
    _, door = parent(authority)
    mine = child(authority)
    async with (
        serving(tmp_path, door, EchoServicer()) as server,
        dial(server.target, tls=mine, retries=0) as line,
    ):
        assert await said(line) == "a"
        former = authority.node(CHILD)
        assert await said(line) == "a"
        authority.revoke(former)
        authority.node(CHILD)
        assert await said(line) == "a"


async def test_parent_that_is_away_is_waited_for(tmp_path: Path, authority: Authority) -> None:
    """Nobody answers, then the parent is there: no restart is needed."""
    _, door = parent(authority)
    async with serving(tmp_path, door, EchoServicer()) as server:
        port, target = server.port, server.target
    async with dial(target, tls=child(authority), retries=0) as line:
        assert await said(line) == "UNAVAILABLE"
        async with serving(tmp_path, door, EchoServicer(), port):
            await eventually(lambda: _says(line, "a"), limit=10)


async def test_list_of_somebody_else_is_no_list(tmp_path: Path, authority: Authority) -> None:
    """Who has the parent's certificate can sign no list: it takes the authority's key."""
    forged = Authority(tmp_path / "forged")
    with pytest.raises(RevocationsInvalid):
        dial("localhost:1", tls=replace(child(authority), revoked=forged.revoked))
    guard = ServerGuard(authority.file, authority.revoked)
    with pytest.raises(ServerRevoked):
        guard.judge(None)


async def test_nats_server_is_found_again_with_a_certificate_that_holds(
    tmp_path: Path, authority: Authority
) -> None:
    """Who met a revoked one as it first connected tries again, and gets in by itself."""
    own, door = parent(authority)
    authority.revoke(own)
    key = NatsKey.make()
    users = (service_user(key.public),)
    server = NatsServer(ServerConfig(tmp_path / "nats", "parent", users, tls=door))
    server.start()
    guard = ServerGuard(authority.file, authority.revoked)
    address = BrokerAddress.of(server.url, key.seed, "_INBOX", authority.file, guard=guard)
    broker = Broker(address, "up")
    await broker.start()
    try:
        await eventually(lambda: ServerRevoked.__name__ in broker.last_error, limit=10)
        parent(authority)
        await asyncio.to_thread(server.reload, users)
        await broker.wait_up(20)
        assert broker.connected
    finally:
        await broker.stop()
        server.stop()


async def test_revoked_nats_server_is_left(tmp_path: Path, authority: Authority) -> None:
    """A connection that stands is given up, and none is made again."""
    own, door = parent(authority)
    key = NatsKey.make()
    users = (service_user(key.public),)
    server = NatsServer(ServerConfig(tmp_path / "nats", "parent", users, tls=door))
    server.start()
    guard = ServerGuard(authority.file, authority.revoked)
    address = BrokerAddress.of(server.url, key.seed, "_INBOX", authority.file, guard=guard)
    broker = Broker(address, "up")
    await broker.start()
    try:
        await broker.wait_up(10)
        authority.revoke(own)
        await eventually(lambda: not broker.connected, limit=10)
        noticed: list[str] = []

        async def notice(error: Exception) -> None:
            noticed.append(type(error).__name__)

        with pytest.raises((ssl.SSLError, nats.errors.Error)):
            await nats.connect(
                server.url,
                nkeys_seed_str=key.seed,
                tls=address.tls(),
                error_cb=notice,
                allow_reconnect=False,
                max_reconnect_attempts=0,
            )
        assert noticed == [ServerRevoked.__name__]
        assert not broker.connected
    finally:
        await broker.stop()
        server.stop()
