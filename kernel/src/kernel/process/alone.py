"""A service alone in a process: `python -m <service>`."""

import sys
from collections.abc import Callable
from typing import Protocol, TypeVar

from kernel import logs, settings, telemetry
from kernel.process.app import App
from kernel.process.run import AGAIN, run


class OfNode(Protocol):
    """Settings of a service of a node."""

    @property
    def node(self) -> str:
        """Code of the node."""
        ...


S = TypeVar("S", bound=OfNode)


def run_alone(name: str, kind: type[S], prefix: str, build: Callable[[S], App]) -> None:
    """Settings from the environment, logs, the service until a signal; then the process ends."""
    loaded = settings.load(kind, prefix)
    logs.configure()
    logs.get_logger().info("settings", **settings.printed(loaded))
    with telemetry.recording(name, loaded.node):
        again = run(build(loaded))
    sys.exit(AGAIN if again else 0)
