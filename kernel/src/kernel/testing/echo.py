"""A service with all four kinds of RPC, made without a .proto file, for trying servers and lines.

`Say` answers what it is told, `Tell` answers `n` times, `Hear` counts, `Chat` echoes one by one.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Protocol

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from kernel.access import Access

PACKAGE = "lianxin.testing.v1"
SERVICE = f"/{PACKAGE}.EchoService"
SAY, TELL, HEAR, CHAT = (f"{SERVICE}/{name}" for name in ("Say", "Tell", "Hear", "Chat"))
_KINDS = {"Say": (False, False), "Tell": (False, True), "Hear": (True, False), "Chat": (True, True)}


class EchoMessage(Protocol):
    """The one message of the service."""

    case_id: str
    text: str
    n: int

    def SerializeToString(self) -> bytes:
        """The bytes of the message."""
        ...


def _file() -> descriptor_pb2.FileDescriptorProto:
    file = descriptor_pb2.FileDescriptorProto(
        name="lianxin/testing/v1/echo.proto", package=PACKAGE, syntax="proto3"
    )
    message = file.message_type.add(name="Echo")
    field = descriptor_pb2.FieldDescriptorProto
    kinds = {"case_id": field.TYPE_STRING, "text": field.TYPE_STRING, "n": field.TYPE_INT32}
    for number, (name, kind) in enumerate(kinds.items(), start=1):
        message.field.add(name=name, number=number, type=kind, label=field.LABEL_OPTIONAL)
    service = file.service.add(name="EchoService")
    for name, (many_in, many_out) in _KINDS.items():
        echo = f".{PACKAGE}.Echo"
        service.method.add(
            name=name,
            input_type=echo,
            output_type=echo,
            client_streaming=many_in,
            server_streaming=many_out,
        )
    return file


_POOL = descriptor_pool.DescriptorPool()
_POOL.Add(_file())
DESCRIPTOR = _POOL.FindServiceByName(f"{PACKAGE}.EchoService")
_CLASS: Any = message_factory.GetMessageClass(_POOL.FindMessageTypeByName(f"{PACKAGE}.Echo"))


def echo(text: str = "", *, n: int = 0, case_id: str = "") -> EchoMessage:
    """A message."""
    message: EchoMessage = _CLASS(text=text, n=n, case_id=case_id)
    return message


Answer = Callable[[EchoMessage], Awaitable[EchoMessage]]


async def _same(message: EchoMessage) -> EchoMessage:
    return message


class EchoServicer:
    """Answers with `answer`, which may refuse or fail."""

    def __init__(self, answer: Answer = _same) -> None:
        self.answer = answer

    async def say(self, request: EchoMessage, _: object) -> EchoMessage:
        """One in, one out."""
        return await self.answer(request)

    async def tell(self, request: EchoMessage, _: object) -> AsyncIterator[EchoMessage]:
        """One in, `n` out."""
        for _ in range(request.n):
            yield await self.answer(request)

    async def hear(self, requests: AsyncIterator[EchoMessage], _: object) -> EchoMessage:
        """Many in, their number out."""
        heard = [await self.answer(request) async for request in requests]
        return echo(n=len(heard))

    async def chat(
        self, requests: AsyncIterator[EchoMessage], _: object
    ) -> AsyncIterator[EchoMessage]:
        """Many in, as many out."""
        async for request in requests:
            yield await self.answer(request)


def add_to_server(servicer: EchoServicer, server: grpc.aio.Server) -> None:
    """What generated code would do."""
    codec: Mapping[str, Any] = {
        "request_deserializer": _CLASS.FromString,
        "response_serializer": _CLASS.SerializeToString,
    }
    handlers = {
        "Say": grpc.unary_unary_rpc_method_handler(servicer.say, **codec),
        "Tell": grpc.unary_stream_rpc_method_handler(servicer.tell, **codec),
        "Hear": grpc.stream_unary_rpc_method_handler(servicer.hear, **codec),
        "Chat": grpc.stream_stream_rpc_method_handler(servicer.chat, **codec),
    }
    generic = grpc.method_handlers_generic_handler(f"{PACKAGE}.EchoService", handlers)
    server.add_generic_rpc_handlers((generic,))


def access(entry: Access) -> dict[str, Access]:
    """The same door for all four RPCs."""
    return dict.fromkeys((SAY, TELL, HEAR, CHAT), entry)


class EchoStub:
    """What generated code would give a client."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        codec: Mapping[str, Any] = {
            "request_serializer": lambda message: message.SerializeToString(),
            "response_deserializer": _CLASS.FromString,
        }
        self.say: Any = channel.unary_unary(SAY, **codec)
        self.tell: Any = channel.unary_stream(TELL, **codec)
        self.hear: Any = channel.stream_unary(HEAR, **codec)
        self.chat: Any = channel.stream_stream(CHAT, **codec)
