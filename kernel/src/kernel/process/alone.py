"""A service alone in a process: `python -m <service>`; with `migrate`, the job of its database."""

import signal
import sys
from collections.abc import Callable
from typing import NoReturn, Protocol, TypeVar

from kernel import logs, migrate, settings, telemetry
from kernel.database_settings import OfDatabase, bring_up
from kernel.process.app import App
from kernel.process.run import AGAIN, run

SCHEMA_BEHIND = 69
"""Exit status of a service whose database was not migrated in time (EX_UNAVAILABLE)."""
_log = logs.get_logger()


class OfNode(OfDatabase, Protocol):
    """Settings of a service of a node."""

    @property
    def node(self) -> str:
        """Code of the node."""
        ...


S = TypeVar("S", bound=OfNode)


def run_alone(name: str, kind: type[S], prefix: str, build: Callable[[S], App]) -> None:
    """Settings from the environment, logs, the service until a signal; then the process ends.

    With the word `migrate` it brings the database to its newest schema instead, with the role of
    the address given, and ends.
    """
    words = sys.argv[1:]
    if words not in ([], ["migrate"]):
        sys.exit(f"usage: python -m {name} [migrate]")
    loaded = settings.load(kind, prefix)
    logs.configure()
    _log.info("settings", **settings.printed(loaded))
    if words:
        migrate.upgrade(loaded.database_url, name)
        _log.info("schema_migrated", service=name)
        return
    _await_schema(loaded, name)
    with telemetry.recording(name, loaded.node):
        again = run(build(loaded))
    sys.exit(AGAIN if again else 0)


def _await_schema(loaded: OfNode, name: str) -> None:
    """Where a job migrates, wait for it before anything is opened; a SIGTERM ends the wait."""
    if loaded.migrate:
        return
    former = signal.signal(signal.SIGTERM, _leave)  # process 1 has no default for it
    _log.info("schema_awaited", service=name)
    try:
        bring_up(loaded, name)
    except migrate.SchemaBehind as behind:
        _log.critical("schema_behind", service=name)
        sys.stderr.write(f"{behind}\n")
        sys.exit(SCHEMA_BEHIND)
    finally:
        signal.signal(signal.SIGTERM, former)


def _leave(_number: int, _frame: object) -> NoReturn:
    sys.exit(0)
