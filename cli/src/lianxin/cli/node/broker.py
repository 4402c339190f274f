"""The nats-server of an embedded node: started first, told of new child nodes, kept running."""

import asyncio
import contextlib
from functools import partial

from kernel.directory import Directory
from kernel.grpc_server import GrpcServer
from kernel.nats_server import NatsServer, ServerConfig, child_users, node_users
from kernel.nats_server.permissions import User
from kernel.nats_server.rotation import services_in, services_let_in
from kernel.process import App
from kernel.tls import ServerTls
from lianxin.cli.node.config import NodeConfig
from lianxin.cli.node.knowing import Publications, stored_directory
from lianxin.cli.node.ports import Addresses, port_of

LOOK_S = 2.0


async def open_broker(config: NodeConfig, addresses: Addresses, app: App) -> GrpcServer | None:
    """Start it within the app; a key or a certificate that was replaced needs no restart."""
    server = NatsServer(
        ServerConfig(
            directory=config.data / "nats",
            name=config.node,
            users=users(config, stored_directory(config)),
            host=config.listen.host,
            port=port_of(addresses.nats),
            tls=ServerTls(config.tls.certificate, config.tls.key) if config.tls else None,
        )
    )
    server.start()
    app.on_close("nats-server", server.stop)
    app.add_worker("nats-server", server.keep_running)
    app.add_worker("nats users", partial(_follow_directory, config, server))
    app.add_worker("nats certificate", server.follow_files)
    return None


def users(config: NodeConfig, directory: Directory | None) -> tuple[User, ...]:
    """Each service of the node, and each child node with a key in the directory."""
    own = services_let_in(services_in(config.keys))
    return (*node_users(config.node, own), *child_users(config.node, directory))


async def _follow_directory(config: NodeConfig, server: NatsServer) -> None:
    """Let new child nodes in when the directory names them, and services by newer keys."""
    latest = stored_directory(config)
    with contextlib.closing(Publications.of(config)) as publications:
        while True:
            await asyncio.sleep(LOOK_S)
            latest = await asyncio.to_thread(publications.newer) or latest
            await asyncio.to_thread(_tell, config, latest, server)


def _tell(config: NodeConfig, directory: Directory | None, server: NatsServer) -> None:
    if (wanted := users(config, directory)) != server.config.users:
        server.reload(wanted)
