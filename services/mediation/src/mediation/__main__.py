"""Run mediation alone: `python -m mediation`, with settings from the environment (MEDIATION_…)."""

import sys

from kernel import logs, process, settings, telemetry
from mediation.app import build
from mediation.settings import PREFIX, Settings


def main() -> None:
    """Settings, logs, service."""
    loaded = settings.load(Settings, PREFIX)
    logs.configure()
    logs.get_logger().info("settings", **settings.printed(loaded))
    with telemetry.recording("mediation", loaded.node):
        again = process.run(build(loaded))
    sys.exit(process.AGAIN if again else 0)


if __name__ == "__main__":
    main()
