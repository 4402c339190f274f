"""Runs a node: nats-server first, then routing, then the others; stopped in the reverse order."""

import asyncio
import contextlib
import os
import sys
from functools import partial

import hearing.app
import hearing.settings
import intake.app
import intake.settings
import mediation.app
import mediation.settings
import routing.app
import routing.settings
from kernel import process, telemetry
from kernel.directory import Directory
from kernel.grpc_server import GrpcServer
from kernel.nats_server import NatsServer, ServerConfig, child_user, service_user
from kernel.nats_server.permissions import User
from kernel.process import App
from kernel.settings import Secret
from lianxin.cli.node.config import NodeConfig
from lianxin.cli.node.identity import services_key, uplink_key
from lianxin.cli.node.knowing import Publications, stored_directory
from lianxin.cli.node.memory import spare_memory
from lianxin.cli.node.ports import Addresses, port_of, settle

LOOK_S = 2.0


def run_node(config: NodeConfig, *, restored: bool = False) -> None:
    """Run until SIGTERM or SIGINT. Starts again by itself when a service says that it must."""
    spare_memory()
    addresses = settle(config)
    with telemetry.recording("node", config.node):
        again = process.run(*apps(config, addresses, restored=restored))
    if again:
        words = ["up" if word == "restored" else word for word in sys.argv[1:]]
        os.execv(sys.executable, [sys.executable, "-m", "lianxin.cli", *words])  # noqa: S606 (our own command line)


def apps(config: NodeConfig, addresses: Addresses, *, restored: bool = False) -> list[App]:
    """The broker and the services of a node, in the order they start."""
    return [
        App("nats", partial(_open_broker, config, addresses)),
        routing.app.build(routing_settings(config, addresses, restored=restored)),
        intake.app.build(intake_settings(config, addresses)),
        mediation.app.build(mediation_settings(config, addresses)),
        hearing.app.build(hearing_settings(config, addresses)),
    ]


def intake_settings(config: NodeConfig, addresses: Addresses) -> intake.settings.Settings:
    """Intake of an embedded node."""
    return intake.settings.Settings(
        node=config.node,
        data=config.data,
        keys=config.keys,
        incarnation=config.incarnation,
        database=config.databases.intake,
        host=config.listen.host,
        port=port_of(addresses.intake),
        nats=f"nats://{addresses.nats}",
        nats_seed=Secret(services_key(config.keys).seed),
        routing=addresses.routing,
        mediation=addresses.mediation,
        hearing=addresses.hearing,
        regulation=config.regulation,
        profile=config.profile,
        documents=config.documents,
        notices=config.notices,
    )


def mediation_settings(config: NodeConfig, addresses: Addresses) -> mediation.settings.Settings:
    """Mediation of an embedded node."""
    return mediation.settings.Settings(
        node=config.node,
        data=config.data,
        keys=config.keys,
        incarnation=config.incarnation,
        database=config.databases.mediation,
        host=config.listen.host,
        port=port_of(addresses.mediation),
        nats=f"nats://{addresses.nats}",
        nats_seed=Secret(services_key(config.keys).seed),
        routing=addresses.routing,
        intake=addresses.intake,
        hearing=addresses.hearing,
        regulation=config.regulation,
        profile=config.profile,
    )


def hearing_settings(config: NodeConfig, addresses: Addresses) -> hearing.settings.Settings:
    """Hearing of an embedded node."""
    return hearing.settings.Settings(
        node=config.node,
        data=config.data,
        keys=config.keys,
        incarnation=config.incarnation,
        database=config.databases.hearing,
        host=config.listen.host,
        port=port_of(addresses.hearing),
        nats=f"nats://{addresses.nats}",
        nats_seed=Secret(services_key(config.keys).seed),
        routing=addresses.routing,
        intake=addresses.intake,
        regulation=config.regulation,
        profile=config.profile,
        notices=config.notices,
    )


def routing_settings(
    config: NodeConfig, addresses: Addresses, *, restored: bool = False
) -> routing.settings.Settings:
    """Routing of an embedded node."""
    parent = config.parent
    return routing.settings.Settings(
        node=config.node,
        data=config.data,
        keys=config.keys,
        incarnation=config.incarnation,
        database=config.databases.routing,
        host=config.listen.host,
        port=port_of(addresses.routing),
        nats=f"nats://{addresses.nats}",
        nats_seed=Secret(services_key(config.keys).seed),
        intake=addresses.intake,
        mediation=addresses.mediation,
        hearing=addresses.hearing,
        parent=parent.routing if parent else "",
        parent_node=parent.node if parent else "",
        profile=config.profile,
        parent_nats=parent.nats if parent else "",
        parent_seed=Secret(uplink_key(config.keys).seed),
        directory=config.directory,
        regulation=config.regulation,
        restored=restored,
        notices=config.notices,
        sweeps=config.sweeps,
        retention=config.retention,
        issuer=config.issuer,
    )


async def _open_broker(config: NodeConfig, addresses: Addresses, app: App) -> GrpcServer | None:
    server = NatsServer(
        ServerConfig(
            directory=config.data / "nats",
            name=config.node,
            users=users(config, stored_directory(config)),
            host=config.listen.host,
            port=port_of(addresses.nats),
        )
    )
    server.start()
    app.on_close("nats-server", server.stop)
    app.add_worker("nats-server", server.keep_running)
    app.add_worker("nats users", partial(_follow_directory, config, server))
    return None


def users(config: NodeConfig, directory: Directory | None) -> tuple[User, ...]:
    """The services of the node, and each child node with a key in the directory."""
    own = service_user(services_key(config.keys).public)
    if directory is None:
        return (own,)
    children = [
        child_user(entry.node, entry.nats_key)
        for entry in directory.file.delegations
        if entry.nats_key and directory.parent_node(entry.node) == config.node
    ]
    return (own, *children)


async def _follow_directory(config: NodeConfig, server: NatsServer) -> None:
    """Let new child nodes in when the directory names them."""
    known = server.config.users
    with contextlib.closing(Publications.of(config)) as publications:
        while True:
            await asyncio.sleep(LOOK_S)
            directory = await asyncio.to_thread(publications.newer)
            if directory is not None and (wanted := users(config, directory)) != known:
                await asyncio.to_thread(server.reload, wanted)
                known = wanted
