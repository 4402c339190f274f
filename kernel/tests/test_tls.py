"""Certificates at work: renewed without loss, looked at with each call, and never half."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import grpc
import pytest

from kernel.access import Access
from kernel.catalogue import Catalogue
from kernel.door_settings import DoorSettings, DoorUnlocked, NoReplicas, TlsIncomplete
from kernel.errors import CertificateExpired
from kernel.grpc_client import ClientTls, Line, Manner, dial, from_error
from kernel.grpc_client import renewed as renewed_channel
from kernel.grpc_server import GrpcServer, ServerSettings, ServerTls
from kernel.identity import Caller, Kind
from kernel.interceptors import Certificates
from kernel.revocations import RevocationsInvalid
from kernel.testing import echo, echo_server
from kernel.testing.certificates import Authority
from kernel.testing.echo import EchoMessage, EchoServicer, EchoStub
from kernel.testing.waiting import eventually
from kernel.tls import FilesDoNotFit
from kernel.tokens import Authenticator, KeyRing, issue

TEXTS = Catalogue.load("kernel")
COUNTY, TOWN = "anji", "dipu"


class Town:
    """A township's keys, as the county's directory knows them."""

    def __init__(self, folder: Path) -> None:
        self.ring = KeyRing.open(folder)

    async def key(self, node: str, kid: str) -> bytes | None:
        """Its public key."""
        return self.ring.public_bytes().get(kid) if node == TOWN else None

    def token(self) -> str:
        """A token of now for the county."""
        me, now = Caller(Kind.NODE, TOWN), datetime.now(UTC)
        return issue(self.ring, me, issuer=TOWN, audience=COUNTY, now=now)


def county(
    folder: Path, tls: ServerTls, servicer: EchoServicer | None = None
) -> AbstractAsyncContextManager[GrpcServer]:
    """A door for nodes."""
    town, ring = Town(folder / "town"), KeyRing.open(folder / "keys")
    authenticator = Authenticator(COUNTY, ring, peer_keys=town.key)
    settings = ServerSettings(tls=tls, grace_s=1)
    return echo_server.serving(authenticator, settings, servicer, Access(node=True))


def line_to(server: GrpcServer, folder: Path, tls: ClientTls) -> Line:
    """A line on which the township speaks."""
    return dial(server.target, Manner(token=Town(folder / "town").token), tls=tls, retries=0)


async def said(line: Line) -> str:
    """What a call over the line came to: the text, or the reason of the refusal."""
    try:
        return str((await EchoStub(line).say(echo.echo("hello"), timeout=5)).text)
    except grpc.aio.AioRpcError as error:
        return from_error(error, TEXTS).reason


async def reason(server: GrpcServer, folder: Path, tls: ClientTls) -> str:
    """The same over a fresh line."""
    async with line_to(server, folder, tls) as line:
        return await said(line)


async def test_server_certificate_is_renewed_while_it_serves(tmp_path: Path) -> None:
    """A replaced certificate counts from the next handshake on; open lines go on."""
    former, newer = Authority(tmp_path / "a"), Authority(tmp_path / "b", "newer")
    tls, renewed = former.server(), newer.server()
    async with county(tmp_path, tls) as server, line_to(server, tmp_path, former.client()) as line:
        assert await said(line) == "hello"
        tls.key.write_bytes(renewed.key.read_bytes())  # half of it: the former pair goes on
        assert await reason(server, tmp_path, former.client()) == "hello"
        tls.certificate.write_bytes(renewed.certificate.read_bytes())
        assert await reason(server, tmp_path, newer.client()) == "hello"
        assert await reason(server, tmp_path, former.client()) == "UNREACHABLE"
        assert await said(line) == "hello"


async def test_client_files_are_renewed_between_two_calls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A node whose certificate was revoked is in again as soon as its files are replaced."""
    monkeypatch.setattr(renewed_channel, "LOOK_S", 0.0)
    authority = Authority(tmp_path / "ca")
    mine = authority.node(TOWN)
    async with (
        county(tmp_path, authority.server(require_clients=True)) as server,
        line_to(server, tmp_path, mine) as line,
    ):
        assert await said(line) == "hello"
        authority.revoke(mine)
        await eventually(refused_on(line, "CERTIFICATE_REVOKED"))
        assert authority.node(TOWN) == mine  # the same files, renewed
        assert await said(line) == "hello"


def refused_on(line: Line, wanted: str) -> Callable[[], Awaitable[bool]]:
    """Whether the next call is refused with this reason."""

    async def holds() -> bool:
        return await said(line) == wanted

    return holds


async def test_call_under_way_ends_on_the_former_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Renewing a client's files cuts no call off."""
    monkeypatch.setattr(renewed_channel, "LOOK_S", 0.0)
    authority, arrived, go = Authority(tmp_path / "ca"), asyncio.Event(), asyncio.Event()

    async def slow(message: EchoMessage) -> EchoMessage:
        arrived.set()
        await go.wait()
        return message

    tls = authority.server(require_clients=True)
    async with (
        county(tmp_path, tls, EchoServicer(slow)) as server,
        line_to(server, tmp_path, authority.node(TOWN)) as line,
    ):
        former = asyncio.create_task(said(line))
        await arrived.wait()
        arrived.clear()
        authority.node(TOWN)
        newer = asyncio.create_task(said(line))
        await arrived.wait()
        go.set()
        assert [await former, await newer] == ["hello", "hello"]


async def test_what_a_certificate_is_refused_for(tmp_path: Path) -> None:
    """Another node's, an expired one, one of a server, none at all: none opens the door."""
    authority = Authority(tmp_path / "ca")
    server_tls = authority.server(require_clients=True)
    as_server = ClientTls(authority.file, server_tls.certificate, server_tls.key)
    expired = authority.node("late", ends_in=timedelta(minutes=-5))
    async with county(tmp_path, server_tls) as server:
        assert await reason(server, tmp_path, authority.node("baofu")) == "CERTIFICATE_MISMATCH"
        for wrong in (expired, as_server, authority.client()):
            assert await reason(server, tmp_path, wrong) == "UNREACHABLE"


def test_certificate_that_ends_while_connected(tmp_path: Path) -> None:
    """A connection made in time does not outlive its certificate."""
    authority = Authority(tmp_path / "ca")
    mine = authority.node(TOWN).certificate
    assert mine is not None
    connection = Connected(mine.read_bytes())
    now = datetime.now(UTC)
    assert at(authority, now).node_of(connection) == TOWN
    with pytest.raises(CertificateExpired) as refused:
        at(authority, now + timedelta(days=2)).node_of(connection)
    assert refused.value.ids == {"node": TOWN}


class Connected:
    """The context of a call over a connection with this certificate."""

    def __init__(self, pem: bytes) -> None:
        self._pem = pem

    def auth_context(self) -> dict[str, list[bytes]]:
        """What grpc tells of the connection."""
        return {"x509_pem_cert": [self._pem]}


def at(authority: Authority, now: datetime) -> Certificates:
    """The door's judgement at this time."""
    return Certificates(authority.file, authority.revoked, seconds=now.timestamp)


def test_list_of_a_stranger_is_not_believed(tmp_path: Path) -> None:
    """A revocation list that another authority signed, or that is none, stops the start."""
    authority, other = Authority(tmp_path / "a"), Authority(tmp_path / "b", "other")
    noise = tmp_path / "noise.pem"
    noise.write_text("noise")
    for wrong in (other.revoked, noise):
        with pytest.raises(RevocationsInvalid):
            Certificates(authority.file, wrong)


def test_pair_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    """A key of another certificate, or a file that is none, is named at once."""
    authority = Authority(tmp_path / "ca")
    one, two = authority.node("one"), authority.node("two")
    for wrong in (two.key, authority.file):
        with pytest.raises(FilesDoNotFit):
            ClientTls(authority.file, one.certificate, wrong).credentials()


@pytest.mark.parametrize("host", ["0.0.0.0", "10.1.2.3", "::", "county.example"])  # noqa: S104 (never listened on)
def test_open_door_is_refused(host: str) -> None:
    """Nothing listens beyond this machine in clear unless the operator vouches for the network."""
    with pytest.raises(DoorUnlocked, match="plain_inside"):
        DoorSettings(host=host)
    assert DoorSettings(host=host, plain_inside=True).server_tls is None
    files = {name: Path(name) for name in ("tls_certificate", "tls_key", "tls_ca")}
    assert DoorSettings(host=host, **files).server_tls == ServerTls(
        files["tls_certificate"], files["tls_key"]
    )


def test_half_of_the_files_is_refused() -> None:
    """Certificate, key and CA go together."""
    with pytest.raises(TlsIncomplete):
        DoorSettings(tls_certificate=Path("c"), tls_key=Path("k"))
    with pytest.raises(NoReplicas):
        DoorSettings(replicas=0)
    assert DoorSettings(host="127.0.0.1").client_tls is None
