"""Routing publishes the directory; mediation asks it."""

from collections.abc import Awaitable, Callable

from kernel.grpc_client import Line
from kernel.service import Publication
from lianxin.routing.v1 import directory_pb2, directory_pb2_grpc


def directory_at(routing: Line) -> Callable[[int], Awaitable[Publication]]:
    """Asks routing for a directory newer than a version."""
    stub: directory_pb2_grpc.DirectoryServiceAsyncStub = directory_pb2_grpc.DirectoryServiceStub(
        routing
    )

    async def ask(have: int) -> Publication:
        request = directory_pb2.GetDirectoryRequest(have_version=have)
        answer = await stub.GetDirectory(request)
        return Publication(answer.version, answer.content)

    return ask
