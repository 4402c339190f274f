"""The echo service on a real server, for trying doors and lines."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from kernel.access import PUBLIC, Access
from kernel.catalogue import Catalogue
from kernel.grpc_server import GrpcServer, Pings, Served, ServerSettings, build_server
from kernel.testing import echo
from kernel.testing.echo import EchoServicer
from kernel.tokens import Authenticator


@asynccontextmanager
async def serving(
    authenticator: Authenticator,
    settings: ServerSettings,
    servicer: EchoServicer | None = None,
    entry: Access = PUBLIC,
    *,
    pings: Pings | None = None,
) -> AsyncIterator[GrpcServer]:
    """All four RPCs behind the same door, listening until it is left."""
    access = echo.access(entry)
    server = build_server(
        settings,
        [Served(echo.DESCRIPTOR, echo.add_to_server, servicer or EchoServicer(), access)],
        authenticator=authenticator,
        texts=Catalogue.load("kernel"),
        pings=pings or Pings(),
    )
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
