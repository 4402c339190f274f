"""Run routing alone: `python -m routing`, with settings from the environment (ROUTING_…)."""

from kernel import logs, process, settings, telemetry
from routing.app import build
from routing.settings import PREFIX, Settings


def main() -> None:
    """Settings, logs, service."""
    loaded = settings.load(Settings, PREFIX)
    logs.configure()
    logs.get_logger().info("settings", **settings.printed(loaded))
    with telemetry.recording("routing", loaded.node):
        process.run(build(loaded))


if __name__ == "__main__":
    main()
