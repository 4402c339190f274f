import asyncio
import socket
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import grpc
import pytest

from kernel.access import PUBLIC, Access
from kernel.catalogue import Catalogue, Language
from kernel.errors import NotReady
from kernel.grpc_client import ClientTls, Manner, Remote, dial, from_error
from kernel.grpc_server import GrpcServer, ServerSettings, ServerTls
from kernel.identity import Caller
from kernel.interceptors import current_caller
from kernel.testing import echo, echo_server
from kernel.testing.certificates import Authority
from kernel.testing.echo import EchoMessage, EchoServicer, EchoStub
from kernel.tokens import Authenticator, KeyRing

TEXTS = Catalogue.load("kernel")


def serving(
    folder: Path,
    servicer: EchoServicer | None = None,
    entry: Access = PUBLIC,
    *,
    tls: ServerTls | None = None,
    port: int = 0,
) -> AbstractAsyncContextManager[GrpcServer]:
    """The echo service, listening."""
    authenticator = Authenticator("330523", KeyRing.open(folder / "keys"))
    settings = ServerSettings(tls=tls, port=port, grace_s=1)
    return echo_server.serving(authenticator, settings, servicer, entry)


async def say(target: str, *, tls: ClientTls | None = None, retries: int = 0) -> EchoMessage:
    """One call over a fresh line."""
    async with dial(target, tls=tls, retries=retries) as line:
        answer: EchoMessage = await EchoStub(line).say(echo.echo("hello"), timeout=5)
        return answer


async def failure(target: str, *, tls: ClientTls | None = None) -> Remote:
    """What a call that must fail was answered."""
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await say(target, tls=tls)
    return from_error(error.value, TEXTS, Language.EN)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Recording(EchoServicer):
    """Keeps who called."""

    def __init__(self) -> None:
        super().__init__(self._note)
        self.callers: list[Caller] = []

    async def _note(self, message: EchoMessage) -> EchoMessage:
        self.callers.append(current_caller())
        return message


async def test_certificate_alone_opens_no_door(tmp_path: Path) -> None:
    """Under mutual TLS a node has to sign as well: a certificate without a token is nobody."""
    authority = Authority(tmp_path / "ca")
    tls = authority.server(require_clients=True)
    async with serving(tmp_path, None, Access(node=True), tls=tls) as server:
        found = await failure(server.target, tls=authority.node("330523001"))
    assert found.reason == "UNAUTHENTICATED"


async def test_strangers_do_not_connect(tmp_path: Path) -> None:
    """Without a certificate, with one of another authority, or in clear nobody gets through."""
    authority, other = Authority(tmp_path / "ca"), Authority(tmp_path / "other", "stranger")
    stranger = other.node("330523001")
    mixed = ClientTls(authority.file, stranger.certificate, stranger.key)
    tls = authority.server(require_clients=True)
    async with serving(tmp_path, None, Access(node=True), tls=tls) as server:
        for client in (authority.client(), mixed, stranger, None):
            assert (await failure(server.target, tls=client)).code is grpc.StatusCode.UNAVAILABLE


async def test_one_sided_tls_needs_a_token(tmp_path: Path) -> None:
    """Without client certificates the line is encrypted, and the caller nobody."""
    authority = Authority(tmp_path / "ca")
    async with serving(tmp_path, None, Access(node=True), tls=authority.server()) as server:
        found = await failure(server.target, tls=authority.node("330523001"))
    assert found.reason == "UNAUTHENTICATED"


async def test_unavailable_is_retried(tmp_path: Path) -> None:
    """A call answered UNAVAILABLE is repeated, a bounded number of times."""
    attempts = 0

    async def answer(message: EchoMessage) -> EchoMessage:
        nonlocal attempts
        attempts += 1
        if attempts < 3:
            raise NotReady
        return message

    async with serving(tmp_path, EchoServicer(answer)) as server:
        assert (await say(server.target, retries=3)).text == "hello"
        assert attempts == 3
        attempts = -10
        with pytest.raises(grpc.aio.AioRpcError):
            await say(server.target, retries=2)
        assert attempts == -7


async def test_refusals_are_not_retried(tmp_path: Path) -> None:
    """Any other answer is final."""
    attempts = 0

    async def answer(message: EchoMessage) -> EchoMessage:
        nonlocal attempts
        attempts += 1
        raise ValueError

    async with serving(tmp_path, EchoServicer(answer)) as server:
        with pytest.raises(grpc.aio.AioRpcError):
            await say(server.target, retries=3)
    assert attempts == 1


async def test_nobody_there_is_unreachable() -> None:
    """Where nobody listens the answer is UNREACHABLE, in words a clerk understands."""
    found = await failure(f"127.0.0.1:{free_port()}")
    assert found.reason == "UNREACHABLE"
    assert found.retryable
    assert "cannot be reached" in found.message


async def test_deadline_is_bounded(tmp_path: Path) -> None:
    """A call without a deadline of its own ends after the line's."""

    async def never(message: EchoMessage) -> EchoMessage:
        await asyncio.Event().wait()
        return message

    async with (
        serving(tmp_path, EchoServicer(never)) as server,
        dial(server.target, Manner(deadline_s=0.2), retries=0) as line,
    ):
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await EchoStub(line).say(echo.echo())
    found = from_error(error.value, TEXTS)
    assert found.reason == "TIMED_OUT"
    assert found.retryable


async def test_restart_is_not_noticed(tmp_path: Path) -> None:
    """Calls that go on while the server is stopped and started again all get their answer."""
    async with serving(tmp_path) as first:
        port = first.port
        line = dial(first.target, retries=4)
        stub = EchoStub(line)
        calls = [asyncio.ensure_future(stub.say(echo.echo(str(n)))) for n in range(50)]
        await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
    late = [asyncio.ensure_future(stub.say(echo.echo("late"))) for _ in range(5)]
    async with serving(tmp_path, port=port):
        answers = await asyncio.gather(*calls, *late)
        await line.close()
    assert [answer.text for answer in answers] == [*map(str, range(50)), *["late"] * 5]


async def test_line_comes_back_after_a_restart(tmp_path: Path) -> None:
    """The same line works again soon after the server came back, without being dialled anew."""
    async with serving(tmp_path) as server:
        port = server.port
        line = dial(server.target, retries=0)
        stub = EchoStub(line)
        await stub.say(echo.echo())
    with pytest.raises(grpc.aio.AioRpcError):
        await stub.say(echo.echo())
    async with serving(tmp_path, port=port):
        loop = asyncio.get_running_loop()
        started = loop.time()
        answer = await stub.say(echo.echo("again"), wait_for_ready=True)
        assert answer.text == "again"
        assert loop.time() - started < 4
        await line.close()


async def test_stranger_error_is_read_safely(tmp_path: Path) -> None:
    """An error of a server that is none of ours is read without failing."""

    async def odd(data: bytes, context: "grpc.aio.ServicerContext[bytes, bytes]") -> bytes:
        await context.abort(
            grpc.StatusCode.DATA_LOSS, "odd", (("grpc-status-details-bin", b"\xff\xff"),)
        )

    server = grpc.aio.server()
    handler: Any = grpc.unary_unary_rpc_method_handler(odd)
    generic = grpc.method_handlers_generic_handler(
        "lianxin.testing.v1.EchoService", {"Say": handler}
    )
    server.add_generic_rpc_handlers((generic,))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    found = await failure(f"127.0.0.1:{port}")
    await server.stop(None)
    assert found.reason == "UNEXPECTED_ANSWER"
    assert found.code is grpc.StatusCode.DATA_LOSS
