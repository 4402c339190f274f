"""Every RPC of every service, with who may call it, as the services of a node declare them.

Read off the packages that make the servers, so that nobody keeps a list. What the servers say of
themselves is compared with it in `test_served`.
"""

import pkgutil
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from google.protobuf.descriptor_pool import Default
from google.protobuf.message_factory import GetMessageClass
from grpc_reflection.v1alpha import reflection_pb2
from grpc_reflection.v1alpha.reflection_pb2_grpc import ServerReflectionStub

from kernel.access import Access

PACKAGES = ("intake", "routing", "mediation", "hearing", "kernel.doors")
ENDING = "ACCESS"
"""How the name of a table of doors ends."""


def tables_of(package):
    """Every table of doors in the modules of a package."""
    found = import_module(package)
    for info in pkgutil.walk_packages(found.__path__, f"{package}."):
        if ".migrations" in info.name or info.name.endswith("__main__"):
            continue
        for name, value in vars(import_module(info.name)).items():
            if name.endswith(ENDING) and isinstance(value, dict):
                yield value


def collected():
    """One entry for each RPC; two that say different things of the same are a fault."""
    access: dict[str, Access] = {}
    for table in (table for package in PACKAGES for table in tables_of(package)):
        for name, entry in table.items():
            if access.setdefault(name, entry) != entry:
                raise AssertionError(f"{name} has two entries that differ")
    return access


ACCESS = collected()


@dataclass(frozen=True)
class Rpc:
    """One RPC of a service."""

    name: str
    method: Any
    service: str

    @property
    def access(self):
        """Who may call it."""
        return ACCESS[self.name]

    def request(self):
        """An empty request."""
        return GetMessageClass(self.method.input_type)()


def rpcs():
    """All RPCs of the services that have a table of doors."""
    services = dict.fromkeys(name.split("/")[1] for name in ACCESS)
    return [
        Rpc(f"/{name}/{method.name}", method, service.name)
        for name, service in ((name, Default().FindServiceByName(name)) for name in services)
        for method in service.methods
    ]


ALL_RPCS = rpcs()


async def listed(channel):
    """The services that a server says it has, by their full names."""
    asked = reflection_pb2.ServerReflectionRequest(list_services="")

    async def once():
        yield asked

    answers = ServerReflectionStub(channel).ServerReflectionInfo(once(), timeout=10)
    return {one.name async for said in answers for one in said.list_services_response.service}


async def at_each_door(channels):
    """The address of each service by its short name; the first that serves it stands for all."""
    doors: dict[str, str] = {}
    for address, channel in channels.items():
        for name in await listed(channel):
            doors.setdefault(name.rpartition(".")[2], address)
    return doors
