"""Runs a node: nats-server first, then routing, then the others; stopped in the reverse order."""

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
from kernel.process import App
from kernel.settings import Secret
from lianxin.cli.node.broker import open_broker
from lianxin.cli.node.config import NodeConfig
from lianxin.cli.node.doors import door, peers_door
from lianxin.cli.node.identity import service_keys, uplink_key
from lianxin.cli.node.memory import spare_memory
from lianxin.cli.node.ports import Addresses, settle


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
    """The broker and the services of a node, in the order they start; each has its key there."""
    service_keys(config.keys)
    return [
        App("nats", partial(open_broker, config, addresses)),
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
        **door(config, addresses, "intake"),
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
        **door(config, addresses, "mediation"),
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
        **door(config, addresses, "hearing"),
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
        **door(config, addresses, "routing"),
        intake=addresses.intake,
        mediation=addresses.mediation,
        hearing=addresses.hearing,
        parent=parent.routing if parent else "",
        parent_node=parent.node if parent else "",
        profile=config.profile,
        parent_nats=parent.nats if parent else "",
        parent_seed=Secret(uplink_key(config.keys).seed),
        **peers_door(config, addresses),
        directory=config.directory,
        regulation=config.regulation,
        restored=restored,
        notices=config.notices,
        sweeps=config.sweeps,
        retention=config.retention,
        issuer=config.issuer,
    )
