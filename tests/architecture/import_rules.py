"""Who may import whom (design, sections 6 and 7)."""

import sys
from collections.abc import Callable, Iterator

from .source import SERVICES, Source

Rule = Callable[[Source], Iterator[str]]

VALUE_OBJECTS = frozenset(
    {
        "calendar",
        "clock",
        "directory",
        "divisions",
        "errors",
        "facts",
        "identity",
        "ids",
        "regulation",
        "roles",
    }
)
PROTOCOL_DOORS = frozenset({"grpc_api", "subscriptions", "convert", "exchange"})
"""`exchange` is routing's door to other nodes and to the parts of its own."""
WAITING = frozenset({"asyncio", "socket", "sqlite3", "ssl"})
NETWORK = frozenset({"asyncio", "grpc", "nats", "socket"})


def _found(source: Source, line: int, what: str) -> str:
    return f"{source.path}:{line}: {what}"


def services_stand_alone(source: Source) -> Iterator[str]:
    """A service imports no other service and not the command line."""
    if not source.is_service or source.is_test:
        return
    for line, name in source.imports:
        top = name.partition(".")[0]
        if (top in SERVICES and top != source.package) or name.startswith("lianxin.cli"):
            yield _found(source, line, f"{source.package} imports {name}")


def kernel_knows_no_service(source: Source) -> Iterator[str]:
    """The kernel imports no service, not the command line, and generated code in `doors` only.

    There it is what every service of a node speaks: that of the exchange, and routing's.
    """
    if source.package != "kernel" or source.is_test:
        return
    foreign: tuple[str, ...] = (*SERVICES, "lianxin")
    if source.layer == "doors":
        others = SERVICES - {"routing"}
        foreign = (*SERVICES, *(f"lianxin.{name}" for name in others), "lianxin.cli")
    for line, name in source.imports:
        if any(name == one or name.startswith(f"{one}.") for one in foreign):
            yield _found(source, line, f"the kernel imports {name}")


def domain_is_pure(source: Source) -> Iterator[str]:
    """Domain imports the standard library, kernel value objects, itself and its errors only."""
    if not source.is_service or source.layer != "domain" or source.is_test:
        return
    for line, name in source.imports:
        if not _fit_for_domain(source.package, name):
            yield _found(source, line, f"domain imports {name}")


def _fit_for_domain(package: str, name: str) -> bool:
    top, second = (*name.split("."), "")[:2]
    if top == "kernel":
        return second in VALUE_OBJECTS
    if top == package:
        return second in {"domain", "errors"}
    if top == "msgspec":  # the kernel's value objects are its structs
        return True
    return top in sys.stdlib_module_names and top not in WAITING


def protocol_stays_at_the_doors(source: Source) -> Iterator[str]:
    """In a service, generated code is imported at the doors and in convert only."""
    if not source.is_service or source.is_test or source.layer in PROTOCOL_DOORS:
        return
    for line, name in source.imports:
        if "_pb2" in name or name.startswith("google.protobuf"):
            yield _found(source, line, f"{source.layer} imports {name}")


def queries_live_in_storage(source: Source) -> Iterator[str]:
    """In a service, SQLAlchemy is imported in storage and migrations only."""
    if (
        not source.is_service
        or source.is_test
        or source.layer
        in {
            "storage",
            "migrations",
            "testing",  # a harness looks into the tables
        }
    ):
        return
    for line, name in source.imports:
        if name.partition(".")[0] == "sqlalchemy":
            yield _found(source, line, f"{source.layer} imports {name}")


def handlers_cannot_wait(source: Source) -> Iterator[str]:
    """Handlers and storage reach no network: they run inside a transaction."""
    if not source.is_service or source.is_test or source.layer not in {"handlers", "storage"}:
        return
    for line, name in source.imports:
        if name.partition(".")[0] in NETWORK:
            yield _found(source, line, f"{source.layer} imports {name}")


RULES: tuple[Rule, ...] = (
    services_stand_alone,
    kernel_knows_no_service,
    domain_is_pure,
    protocol_stays_at_the_doors,
    queries_live_in_storage,
    handlers_cannot_wait,
)
