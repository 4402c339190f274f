"""Run routing alone: `python -m routing`, with settings from the environment (ROUTING_…)."""

import sys

from kernel import logs, process, settings, telemetry
from routing.app import build
from routing.settings import PREFIX, Settings


def main() -> None:
    """Settings, logs, service."""
    loaded = settings.load(Settings, PREFIX)
    logs.configure()
    logs.get_logger().info("settings", **settings.printed(loaded))
    with telemetry.recording("routing", loaded.node):
        again = process.run(build(loaded))
    sys.exit(process.AGAIN if again else 0)


if __name__ == "__main__":
    main()
