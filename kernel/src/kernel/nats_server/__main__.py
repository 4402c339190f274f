"""`python -m kernel.nats_server`: the nats-server of a node in a container of its own."""

from kernel import logs, settings, telemetry
from kernel.nats_server.app import NAME, build
from kernel.nats_server.settings import PREFIX, Settings
from kernel.process import run


def main() -> None:
    """Settings from the environment, then the server until a signal."""
    loaded = settings.load(Settings, PREFIX)
    logs.configure()
    logs.get_logger().info("settings", **settings.printed(loaded))
    with telemetry.recording(NAME, loaded.node):
        run(build(loaded))


if __name__ == "__main__":
    main()
