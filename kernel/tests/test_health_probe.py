"""The health check of a container, against real servers."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from kernel import health
from kernel.catalogue import Catalogue
from kernel.grpc_server import GrpcServer, Ping, Pings, ServerSettings, ServerTls, build_server
from kernel.testing.certificates import Authority
from kernel.tokens import Authenticator, KeyRing


@asynccontextmanager
async def serving(
    folder: Path, *, tls: ServerTls | None = None, pings: Pings | None = None
) -> AsyncIterator[GrpcServer]:
    """A server with nothing but health."""
    server = build_server(
        ServerSettings(tls=tls, grace_s=1),
        [],
        authenticator=Authenticator("anji", KeyRing.open(folder / "keys")),
        texts=Catalogue.load("kernel"),
        pings=pings or Pings(),
    )
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


async def status(*words: object) -> int:
    """The exit status of the check."""
    return await asyncio.to_thread(health.main, [str(word) for word in words])


async def test_a_server_that_serves_is_well(tmp_path):
    """A plain server that answers SERVING makes the check end with 0."""
    async with serving(tmp_path) as server:
        assert await status(server.port) == 0
        assert await status(server.port, server.port) == 0


async def test_a_vital_ping_that_fails_makes_it_unwell(tmp_path, capsys):
    """NOT_SERVING ends the check with 1 and a word."""

    async def away() -> None:
        raise ConnectionError

    async with serving(tmp_path, pings=Pings([Ping("database", away)])) as server:
        assert await status(server.port) == 1
    assert "does not serve" in capsys.readouterr().err


async def test_behind_tls_the_name_is_checked(tmp_path, capsys):
    """With a CA the check passes for the name in the certificate and for no other."""
    authority = Authority(tmp_path / "ca")
    tls = authority.server(reached_at=("intake",))
    async with serving(tmp_path, tls=tls) as server:
        assert await status(server.port, "--tls", authority.file, "intake") == 0
        assert await status(server.port, "--tls", authority.file, "routing") == 1
        assert "routing" in capsys.readouterr().err
        assert await status(server.port) == 1


async def test_nobody_there_is_unwell(capsys):
    """A port at which nothing listens, and something that is no gRPC server, are unwell."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(health, "LIMIT_S", 0.2)
            assert await status(port) == 1
    assert await status(port) == 1
    assert capsys.readouterr().err.count(str(port)) == 2
