"""The floor of every RPC figure: a bare grpc.aio server that answers at once with ready bytes.

It has no interceptor, no health, no store: what is left is what grpc.aio itself costs. Run by the
other scripts: `python bench/floor_server.py RESPONSE_BYTES` prints its port.
"""

import sys

import grpc
import uvloop
from google.protobuf.message import Message

from lianxin.intake.v1 import intake_service_pb2 as pb
from lianxin.intake.v1 import intake_service_pb2_grpc as rpc


class Floor(rpc.IntakeServiceServicer):
    """The intake service, empty."""

    def __init__(self, response_bytes: int) -> None:
        self._answer = sized(pb.RegisterCaseResponse(), "query_code", response_bytes)
        self._header = sized(pb.CountCasesResponse(), "", 0)

    async def RegisterCase(
        self, request: pb.RegisterCaseRequest, _: object
    ) -> pb.RegisterCaseResponse:
        """Answer with as many bytes as the service would."""
        return self._answer  # type: ignore[return-value]  # made from this very message

    async def CountCases(self, request: pb.CountCasesRequest, _: object) -> pb.CountCasesResponse:
        """Answer with nothing."""
        return self._header  # type: ignore[return-value]  # as above


def sized(message: Message, field: str, size: int) -> Message:
    """The message, filled up to `size` bytes on the wire."""
    if field:
        setattr(message, field, "x" * max(0, size - 3))
    return message


async def serve(response_bytes: int) -> None:
    """Serve until killed."""
    server = grpc.aio.server()
    floor = Floor(response_bytes)  # type: ignore[abstract]  # two rpcs are enough for a floor
    rpc.add_IntakeServiceServicer_to_server(floor, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(port, flush=True)
    await server.wait_for_termination()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
