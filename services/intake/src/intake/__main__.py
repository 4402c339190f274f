"""Run intake alone: `python -m intake`, with settings from the environment (INTAKE_…)."""

import sys

from intake.app import build
from intake.settings import PREFIX, Settings
from kernel import logs, process, settings, telemetry


def main() -> None:
    """Settings, logs, service."""
    loaded = settings.load(Settings, PREFIX)
    logs.configure()
    logs.get_logger().info("settings", **settings.printed(loaded))
    with telemetry.recording("intake", loaded.node):
        again = process.run(build(loaded))
    sys.exit(process.AGAIN if again else 0)


if __name__ == "__main__":
    main()
