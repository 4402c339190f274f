import asyncio
import io
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import grpc
import pytest
import structlog
from google.rpc import error_details_pb2, status_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from kernel import logs
from kernel.access import Access, AccessIncomplete
from kernel.catalogue import Catalogue, Language
from kernel.errors import CustodyMoved, FieldViolation, InvalidInput, MissingField
from kernel.grpc_client import Line, Manner, Remote, dial, from_error
from kernel.grpc_server import (
    GrpcServer,
    Ping,
    Pings,
    Served,
    ServerSettings,
    build_server,
)
from kernel.grpc_status import DETAILS_KEY
from kernel.identity import NOBODY, Caller, Kind, Role
from kernel.interceptors import current_caller
from kernel.testing import echo, echo_server
from kernel.testing.echo import EchoMessage, EchoServicer, EchoStub
from kernel.testing.waiting import eventually
from kernel.tokens import Authenticator, KeyRing, renewing

NODE = "330523"
TEXTS = Catalogue.load("kernel")
CLERK = Caller(Kind.STAFF, "zhao", NODE, NODE, "330523.000.000", frozenset({Role.REGISTRAR}))
HANDLER = Caller(Kind.STAFF, "li", NODE, NODE, "330523.000.000", frozenset({Role.SUPERVISOR}))
KINDS = ("say", "tell", "hear", "chat")


def ring_of(folder: Path) -> KeyRing:
    """The keys of the node under test."""
    return KeyRing.open(folder / "keys")


def token_of(folder: Path, caller: Caller = CLERK) -> Callable[[], str]:
    """A source of good tokens for a caller."""
    return renewing(
        ring_of(folder), caller, issuer=NODE, audience=NODE, clock=lambda: datetime.now(UTC)
    )


def serving(
    folder: Path,
    servicer: EchoServicer,
    entry: Access | None = None,
    *,
    pings: Pings | None = None,
    **options: Any,
) -> AbstractAsyncContextManager[GrpcServer]:
    """The echo service behind one door, listening."""
    authenticator = Authenticator(NODE, ring_of(folder))
    settings = ServerSettings(**{"grace_s": 5.0, **options})
    door = entry or Access("case.register")
    return echo_server.serving(authenticator, settings, servicer, door, pings=pings)


@pytest.fixture
def servicer() -> EchoServicer:
    """The servicer of the test; give it another `answer`."""
    return EchoServicer()


@pytest.fixture
async def server(tmp_path: Path, servicer: EchoServicer) -> AsyncIterator[GrpcServer]:
    """The echo service for callers who may register cases."""
    async with serving(tmp_path, servicer) as started:
        yield started


@pytest.fixture
async def line(tmp_path: Path, server: GrpcServer) -> AsyncIterator[Line]:
    """A clerk's line to it."""
    async with dial(server.target, Manner(token=token_of(tmp_path)), retries=0) as dialled:
        yield dialled


async def call(line: grpc.aio.Channel, kind: str, message: EchoMessage | None = None) -> list[Any]:
    """Call one of the four kinds of RPC; the answers."""
    request = message or echo.echo("x", n=2)
    stub = EchoStub(line)

    async def requests() -> AsyncIterator[EchoMessage]:
        for _ in range(2):
            yield request

    if kind == "say":
        return [await stub.say(request)]
    if kind == "hear":
        return [await stub.hear(requests())]
    answers = stub.tell(request) if kind == "tell" else stub.chat(requests())
    return [answer async for answer in answers]


async def refused(attempt: Awaitable[object], language: Language = Language.ZH_CN) -> Remote:
    """What the call was refused with."""
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await attempt
    return from_error(error.value, TEXTS, language)


def refusing(error: BaseException) -> Callable[[EchoMessage], Awaitable[EchoMessage]]:
    """An answer that raises."""

    async def answer(message: EchoMessage) -> EchoMessage:
        raise error

    return answer


@pytest.mark.parametrize("kind", KINDS)
async def test_all_four_kinds_answer(line: Line, kind: str) -> None:
    """Each kind of RPC passes through the edge unchanged."""
    answers = await call(line, kind)
    assert [answer.n for answer in answers] == ([2] if kind in {"say", "hear"} else [2, 2])


@pytest.mark.parametrize("kind", KINDS)
async def test_refusal_is_typed(line: Line, servicer: EchoServicer, kind: str) -> None:
    """A refusal arrives with code, reason, ids and its text, from every kind of RPC."""
    servicer.answer = refusing(CustodyMoved(holder="330523001", epoch=4))
    found = await refused(call(line, kind))
    assert found.code is grpc.StatusCode.ABORTED
    assert found.reason == "CUSTODY_MOVED"
    assert found.ids == {"holder": "330523001", "epoch": "4"}
    assert "330523001" in found.message


async def test_fields_are_named(line: Line, servicer: EchoServicer) -> None:
    """Each field violation arrives with its proto path and a text of its own."""
    servicer.answer = refusing(
        InvalidInput(
            FieldViolation("parties[0].phone", "MALFORMED_PHONE"),
            FieldViolation("requests[1].text", "TOO_LONG", limit=2000),
        )
    )
    found = await refused(call(line, "say"))
    assert found.code is grpc.StatusCode.INVALID_ARGUMENT
    assert found.fields == {
        "parties[0].phone": "电话号码格式不对。",
        "requests[1].text": "不得超过 2000 个字。",
    }


async def test_each_fault_of_a_field_is_told(line: Line, servicer: EchoServicer) -> None:
    """Several violations of one field arrive with all their texts, each once."""
    reasons = ("REQUIRED", "MALFORMED_PHONE", "REQUIRED")
    servicer.answer = refusing(InvalidInput(*(FieldViolation("phone", one) for one in reasons)))
    required = TEXTS.text("REQUIRED", Language.ZH_CN)
    found = await refused(call(line, "say"))
    assert found.fields == {"phone": f"{required} 电话号码格式不对。"}


async def test_of_very_many_faults_the_first_are_told(line: Line, servicer: EchoServicer) -> None:
    """More faults than fit into an answer's headers: typed as ever, with those that fit."""
    paths = [f"mediators[{at}].mediator_id" for at in range(2000)]
    servicer.answer = refusing(InvalidInput(*(FieldViolation(one, "REQUIRED") for one in paths)))
    found = await refused(call(line, "say"))
    assert found.reason == "INVALID_INPUT"
    assert list(found.fields) == paths[: len(found.fields)] != []


async def test_language_of_the_caller(
    tmp_path: Path, server: GrpcServer, servicer: EchoServicer
) -> None:
    """Texts come in the language asked for, in Chinese when none is."""
    servicer.answer = refusing(MissingField.of("place"))
    manner = Manner(token=token_of(tmp_path), language=Language.EN)
    async with dial(server.target, manner, retries=0) as english:
        found = await refused(call(english, "say"))
        assert found.fields == {"place": "Required."}
    async with grpc.aio.insecure_channel(server.target) as bare:
        found = await refused(call(bare, "say"))
        assert found.message == "尚未登录或登录已失效，请重新登录。"


@pytest.mark.parametrize("kind", KINDS)
async def test_fault_shows_an_id_only(line: Line, servicer: EchoServicer, kind: str) -> None:
    """Any other exception is INTERNAL with an id; its text is neither answered nor logged."""
    servicer.answer = refusing(ValueError("张三 13800001234"))
    stream = io.StringIO()
    logs.configure(stream=stream)
    found = await refused(call(line, kind))
    structlog.reset_defaults()
    assert found.code is grpc.StatusCode.INTERNAL
    assert found.reason == "INTERNAL"
    (entry,) = [
        entry
        for entry in map(json.loads, stream.getvalue().splitlines())
        if entry["event"] == "internal_error"
    ]
    assert found.ids == {"error_id": entry["error_id"]}
    assert entry["error"] == "ValueError"
    assert "test_grpc_server.py" in entry["where"]
    assert entry["caller_id"] == "zhao"
    assert "13800001234" not in stream.getvalue() + found.message


async def test_refusal_inside_a_task_group(line: Line, servicer: EchoServicer) -> None:
    """A refusal that a task group wrapped is still that refusal."""
    refusal = MissingField.of("place")
    servicer.answer = refusing(ExceptionGroup("tasks", [ExceptionGroup("inner", [refusal])]))
    assert (await refused(call(line, "chat"))).reason == "MISSING_FIELD"


@pytest.mark.parametrize("kind", KINDS)
async def test_unauthenticated_call_is_refused(server: GrpcServer, kind: str) -> None:
    """Without credentials no RPC runs."""
    async with dial(server.target, retries=0) as anonymous:
        found = await refused(call(anonymous, kind))
    assert found.code is grpc.StatusCode.UNAUTHENTICATED


@pytest.mark.parametrize("kind", KINDS)
async def test_role_without_permission_is_denied(
    tmp_path: Path, server: GrpcServer, servicer: EchoServicer, kind: str
) -> None:
    """A caller whose roles lack the permission is denied, and the servicer never runs."""
    servicer.answer = refusing(AssertionError("ran"))
    manner = Manner(token=token_of(tmp_path, HANDLER))
    async with dial(server.target, manner, retries=0) as line:
        found = await refused(call(line, kind))
    assert found.code is grpc.StatusCode.PERMISSION_DENIED
    assert found.ids == {"permission": "case.register"}


async def test_servicer_knows_the_caller(line: Line, servicer: EchoServicer) -> None:
    """The proven caller is at hand in the servicer, in streams too, and nobody is outside."""
    seen: list[Caller] = []

    async def answer(message: EchoMessage) -> EchoMessage:
        seen.append(current_caller())
        return message

    servicer.answer = answer
    for kind in KINDS:
        await call(line, kind)
    assert set(seen) == {CLERK}
    assert current_caller() is NOBODY


async def test_public_method_needs_nobody(tmp_path: Path, servicer: EchoServicer) -> None:
    """A public method answers anybody, but credentials that do not hold are still refused."""
    async with serving(tmp_path, servicer, Access(public=True)) as server:
        async with dial(server.target) as anonymous:
            assert await call(anonymous, "say")
        async with dial(server.target, Manner(token=lambda: "noise"), retries=0) as forged:
            assert (await refused(call(forged, "say"))).reason == "TOKEN_INVALID"


async def test_rate_is_shared_by_replicas(tmp_path: Path, servicer: EchoServicer) -> None:
    """One of three processes lets a third of the calls through."""
    entry = Access(public=True, per_minute=6)
    async with (
        serving(tmp_path, servicer, entry, replicas=3) as server,
        dial(server.target, retries=0) as line,
    ):
        assert [bool(await call(line, "say", echo.echo("x"))) for _ in range(2)] == [True, True]
        found = await refused(call(line, "say", echo.echo("x")))
    assert found.reason == "RATE_LIMITED"


async def test_rate_is_limited_per_peer(tmp_path: Path, servicer: EchoServicer) -> None:
    """After the calls of a minute a peer is told how many seconds to wait."""
    entry = Access(public=True, per_minute=3)
    async with serving(tmp_path, servicer, entry) as server, dial(server.target) as line:
        for _ in range(3):
            await call(line, "say")
        found = await refused(call(line, "say"))
    assert found.reason == "RATE_LIMITED"
    assert 0 < int(found.ids["retry_after_s"]) <= 20
    assert found.retryable


async def test_whoever_is_refused_for_a_while_is_told_how_long_in_the_standard_way(
    tmp_path: Path, servicer: EchoServicer
) -> None:
    """RESOURCE_EXHAUSTED carries a RetryInfo, which libraries of other languages understand too."""
    entry = Access(public=True, per_minute=1)
    async with serving(tmp_path, servicer, entry) as server, dial(server.target) as line:
        await call(line, "say")
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await call(line, "say")
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    metadata = dict(caught.value.trailing_metadata() or ())
    status = status_pb2.Status.FromString(bytes(metadata[DETAILS_KEY]))
    retry = error_details_pb2.RetryInfo()
    assert any(detail.Unpack(retry) for detail in status.details)
    assert 0 < retry.retry_delay.seconds <= 60


async def test_a_method_may_take_less_than_the_server(
    tmp_path: Path, servicer: EchoServicer
) -> None:
    """A request above the method's own limit is refused with that limit, one below is answered."""
    entry = Access(public=True, max_bytes=100)
    async with serving(tmp_path, servicer, entry) as server, dial(server.target) as line:
        assert await call(line, "say", echo.echo("a" * 80))
        found = await refused(call(line, "say", echo.echo("a" * 110)))
    assert (found.reason, found.ids["limit"]) == ("MESSAGE_TOO_LARGE", "100")


async def test_malformed_bytes_are_refused(
    tmp_path: Path, server: GrpcServer, servicer: EchoServicer
) -> None:
    """Bytes that are no message get a typed answer, from every kind, and change nothing."""
    servicer.answer = refusing(AssertionError("ran"))
    metadata = (("authorization", f"Bearer {token_of(tmp_path)()}"),)

    async def noise() -> AsyncIterator[bytes]:
        yield b"\xff\xff\xff"

    raw: Any
    async with grpc.aio.insecure_channel(server.target) as raw:
        attempts: list[Awaitable[object]] = [
            raw.unary_unary(echo.SAY)(b"\xff\xff\xff", metadata=metadata),
            raw.stream_unary(echo.HEAR)(noise(), metadata=metadata),
            raw.unary_stream(echo.TELL)(b"\xff\xff\xff", metadata=metadata).read(),
            raw.stream_stream(echo.CHAT)(noise(), metadata=metadata).read(),
        ]
        for attempt in attempts:
            assert (await refused(attempt)).reason == "MALFORMED_REQUEST"


@pytest.mark.parametrize("size", [1001, 3_000_000])
async def test_oversized_message_is_refused(
    tmp_path: Path, servicer: EchoServicer, size: int
) -> None:
    """More bytes than allowed are refused as such, also where the transport itself cuts off."""
    async with (
        serving(tmp_path, servicer, max_message_bytes=1000) as server,
        dial(server.target, Manner(token=token_of(tmp_path)), retries=0) as line,
    ):
        assert await call(line, "say", echo.echo("x" * 900))
        found = await refused(call(line, "say", echo.echo("x" * size)))
    assert found.code is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert found.reason == "MESSAGE_TOO_LARGE"
    assert not found.retryable


async def test_unknown_method_is_refused(server: GrpcServer) -> None:
    """A method that is not served gets a typed answer, also without credentials."""
    raw: Any
    async with grpc.aio.insecure_channel(server.target) as raw:
        found = await refused(raw.unary_unary("/lianxin.testing.v1.EchoService/Fly")(b""))
    assert found.code is grpc.StatusCode.UNIMPLEMENTED
    assert found.reason == "UNKNOWN_METHOD"


async def test_unimplemented_method_is_refused(line: Line, servicer: EchoServicer) -> None:
    """A method whose servicer leaves it out answers as an unknown one, not as a fault."""
    servicer.answer = refusing(NotImplementedError())
    assert (await refused(call(line, "say"))).reason == "UNKNOWN_METHOD"


async def test_missing_access_entry_keeps_the_server_down(tmp_path: Path) -> None:
    """A server with an RPC that has no access entry is not built."""
    access = echo.access(Access("case.register"))
    del access[echo.CHAT]
    with pytest.raises(AccessIncomplete, match="Chat: no entry"):
        build_server(
            ServerSettings(),
            [Served(echo.DESCRIPTOR, echo.add_to_server, EchoServicer(), access)],
            authenticator=Authenticator(NODE, ring_of(tmp_path)),
            texts=TEXTS,
            pings=Pings(),
        )


async def test_port_is_not_shared(tmp_path: Path, server: GrpcServer) -> None:
    """A second server on the same port is an error, not a silent partner."""
    with pytest.raises(RuntimeError, match="bind"):
        async with serving(tmp_path, EchoServicer(), port=server.port):
            pass


async def test_stop_ends_streams_and_lets_calls_finish(
    tmp_path: Path, server: GrpcServer, line: Line, servicer: EchoServicer
) -> None:
    """At a stop an open stream is told to come back, and a call under way gets its answer."""
    stub, gate, entered = EchoStub(line), asyncio.Event(), asyncio.Event()
    stream = stub.tell(echo.echo("x", n=10**9))
    await anext(aiter(stream))

    async def slow(message: EchoMessage) -> EchoMessage:
        if message.text == "last":
            entered.set()
            await gate.wait()
        return message

    servicer.answer = slow
    under_way = asyncio.ensure_future(stub.say(echo.echo("last")))
    await entered.wait()
    stopping = asyncio.ensure_future(server.stop())
    found = await refused(_to_the_end(stream))
    assert found.reason == "SHUTTING_DOWN"
    assert found.retryable
    gate.set()
    assert (await under_way).text == "last"
    await stopping


async def _to_the_end(stream: Any) -> None:
    async for _ in stream:
        pass


async def test_caller_who_leaves_ends_its_stream(line: Line, servicer: EchoServicer) -> None:
    """When the caller goes away the servicer's generator is closed at once."""
    closed = asyncio.Event()

    async def answer(message: EchoMessage) -> EchoMessage:
        try:
            await asyncio.Event().wait()
        finally:
            closed.set()
        return message

    servicer.answer = answer
    stream = EchoStub(line).tell(echo.echo("x", n=1))
    reading = asyncio.ensure_future(stream.read())
    await eventually(lambda: not stream.done())
    await asyncio.wait({reading}, timeout=0.2)
    stream.cancel()
    async with asyncio.timeout(10):
        await closed.wait()
    with pytest.raises(asyncio.CancelledError):
        await reading


async def test_health_is_the_pings(tmp_path: Path, servicer: EchoServicer) -> None:
    """Health answers for the whole and for each ping; a ping that is not vital fails alone."""
    down: set[str] = {"relay"}

    def ping(name: str, *, vital: bool = True) -> Ping:
        async def check() -> None:
            if name in down:
                raise ConnectionError

        return Ping(name, check, vital=vital)

    pings = Pings([ping("database"), ping("relay", vital=False)])
    async with serving(tmp_path, servicer, pings=pings) as server, dial(server.target) as line:
        stub: Any = health_pb2_grpc.HealthStub(line)

        async def status(service: str) -> str:
            request = health_pb2.HealthCheckRequest(service=service)
            answer = await stub.Check(request)
            return health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status)

        assert await status("") == "SERVING"
        assert await status("relay") == "NOT_SERVING"
        assert (await refused(status("coffee"))).code is grpc.StatusCode.NOT_FOUND
        watch = stub.Watch(health_pb2.HealthCheckRequest())
        assert (await watch.read()).status == health_pb2.HealthCheckResponse.SERVING
        down.add("database")
        assert (await watch.read()).status == health_pb2.HealthCheckResponse.NOT_SERVING
        assert await status("database") == "NOT_SERVING"


async def test_slow_ping_counts_as_failing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that does not answer in time fails, and holds up no other."""
    monkeypatch.setattr("kernel.grpc_server.health.PING_LIMIT_S", 0.01)

    async def hangs() -> None:
        await asyncio.Event().wait()

    async def works() -> None:
        pass

    failing = await Pings([Ping("broker", hangs), Ping("database", works)]).failing()
    assert failing == {"broker": "TimeoutError"}


async def test_reflection_lists_the_services(server: GrpcServer) -> None:
    """The server describes its services to tools, without credentials."""
    async with dial(server.target) as line:
        reflection: Any = reflection_pb2_grpc
        stub = reflection.ServerReflectionStub(line)
        request = reflection_pb2.ServerReflectionRequest(list_services="")

        async def requests() -> AsyncIterator[reflection_pb2.ServerReflectionRequest]:
            yield request

        answers = [answer async for answer in stub.ServerReflectionInfo(requests())]
    names = {service.name for service in answers[0].list_services_response.service}
    assert "lianxin.testing.v1.EchoService" in names


async def test_stop_waits_for_nobody_stuck(tmp_path: Path, servicer: EchoServicer) -> None:
    """A child that keeps a stream open and one that broke off in a call delay a stop by 1.5 s."""
    settings = ServerSettings()
    manner = Manner(token=token_of(tmp_path))
    async with (
        serving(tmp_path, servicer, grace_s=settings.grace_s) as server,
        dial(server.target, manner, retries=0) as child,
    ):
        stream = EchoStub(child).tell(echo.echo("x", n=10**9))
        await anext(aiter(stream))
        _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(HALF_A_CALL)
        await writer.drain()
        began = time.monotonic()
        await server.stop()
        took = time.monotonic() - began
        writer.close()
        found = await refused(_to_the_end(stream))
    assert found.reason == "SHUTTING_DOWN"
    assert took < settings.grace_s + 2.0


def _frame(kind: int, flags: int, stream: int, body: bytes) -> bytes:
    """A frame of HTTP/2."""
    return len(body).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + body


def _header(name: bytes, value: bytes) -> bytes:
    """A header field as a literal that is not indexed."""
    return b"\x00" + bytes([len(name)]) + name + bytes([len(value)]) + value


HALF_A_CALL = (
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    + _frame(4, 0, 0, b"")
    + _frame(
        1,
        4,
        1,
        b"".join(
            _header(name, value)
            for name, value in (
                (b":method", b"POST"),
                (b":scheme", b"http"),
                (b":path", echo.SAY.encode()),
                (b":authority", b"here"),
                (b"content-type", b"application/grpc"),
                (b"te", b"trailers"),
            )
        ),
    )
)
"""A client's greeting and the headers of a call whose request never comes."""
