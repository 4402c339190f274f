"""A county alone in a project of its own, by deploy/county and its override files.

Its PostgreSQL is outside: a container that belongs to no project, reached through the address of
the Docker bridge as another host would be.
"""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

import yaml

from kernel.pki import Authority, Subject
from kernel.testing.waiting import looks
from lianxin.cli.demo.people import FIRST_FILE
from lianxin.cli.demo.world import Doors

from .stack import LIMIT_S, ROOT, NotWell, Stack, _run, compose_command

PROJECT = "lianxin-county-e2e"
DATABASE, COLLECTOR, METRICS = (
    f"{PROJECT}-{name}" for name in ("database", "collector", "metrics")
)
PROMETHEUS = "lianxin-prometheus"
"""From Debian's packages, see deploy/observability/Dockerfile."""
FOLDER = ROOT / "deploy" / "county"
OVERRIDES = ("outside-postgres.yaml", "three-brokers.yaml")
BROKERS = ("broker", "broker-2", "broker-3")
FIRST_PORT = 7410
PORTS = {
    "INTAKE_PORT": FIRST_PORT,
    "ROUTING_PORT": FIRST_PORT + 1,
    "NATS_PORT": FIRST_PORT + 2,
    "MEDIATION_PORT": FIRST_PORT + 3,
    "HEARING_PORT": FIRST_PORT + 4,
    "PEERS_PORT": FIRST_PORT + 5,
    "NATS_PORT_2": FIRST_PORT + 6,
    "NATS_PORT_3": FIRST_PORT + 7,
}
DATABASE_PORT = FIRST_PORT + 8
OWNER = 10001
"""The user that containers run as."""


@dataclass
class County(Stack):
    """Compose files as an operator names them; `said` is what `.env` would say."""

    project: str = PROJECT
    said: dict[str, str] = field(default_factory=dict)

    def compose(self, *words: str, limit_s: float = LIMIT_S) -> str:
        """Run docker compose with the county's file and both overrides."""
        told = [f"{name}={value}" for name, value in self.said.items()]
        files = [f"--file={FOLDER / each}" for each in ("compose.yaml", *OVERRIDES)]
        command = ["env", *told, *compose_command(), "--project-name", self.project, *files]
        return _run([*command, *words], limit_s)

    def doors(self, node: str) -> Doors:
        """The county as somebody outside reaches it."""
        folder = self.folder / node
        if not folder.exists():
            folder.mkdir(parents=True)
            trusted = self.read("routing", "/run/lianxin/ca.pem")
            (folder / "ca.pem").write_text(trusted, encoding="ascii")
            first = self.read("routing", f"/var/lib/lianxin/data/{FIRST_FILE}")
            (folder / FIRST_FILE).write_text(first, encoding="ascii")
        ports = (FIRST_PORT, FIRST_PORT + 1, FIRST_PORT + 2, FIRST_PORT + 3, FIRST_PORT + 4)
        return Doors(node, folder, *ports, ca=folder / "ca.pem")

    def make_roles(self) -> None:
        """What the people of the database do with the script they were given."""
        script = self.compose("run", "--rm", "--no-deps", "migrate", "roles")
        lines = [line for line in script.splitlines() if not line.startswith("{")]
        told = ["docker", "exec", "--interactive", DATABASE, "sh", "-c"]
        psql = 'PGPASSWORD="$(cat /run/lianxin/postgres.password)" psql --host=localhost'
        words = [*told, f"{psql} --username=postgres --quiet --set=ON_ERROR_STOP=1"]
        done = subprocess.run(
            words, input="\n".join(lines), text=True, capture_output=True, check=False
        )
        if done.returncode:
            raise NotWell(f"roles were not made: {done.stderr[-2000:]}")

    def streams(self, broker: str) -> list[str]:
        """The streams that a broker keeps on its own volume."""
        look = ["find", "/var/lib/lianxin/data/jetstream", "-path", "*/streams/*"]
        found = self.docker("exec", self.container(broker), *look, "-prune", "-type", "d")
        return sorted(Path(line).name for line in found.splitlines())


def bridge() -> str:
    """The address by which containers reach this machine."""
    shown = ["docker", "network", "inspect", "bridge", "--format"]
    subnet = _run([*shown, "{{(index .IPAM.Config 0).Subnet}}"], LIMIT_S).strip()
    return str(ip_network(subnet)[1])


@contextmanager
def outside_database(folder: Path) -> Iterator[str]:
    """A PostgreSQL of somebody else: its address, `host:port`. Its authority is `ca/ca.pem`."""
    host = bridge()
    now = datetime.now(UTC)
    authority = Authority.create(folder / "ca", "people of the database", now=now)
    issued = authority.issue(Subject.of("database", reached_at=(host, "localhost")), now=now)
    given = folder / "database"
    given.mkdir()
    (given / "tls.crt").write_bytes(issued.certificate)
    (given / "tls.key").write_bytes(issued.key)
    (given / "postgres.password").write_text("a-word-of-theirs", encoding="ascii")
    for each in (given, *given.iterdir()):
        each.chmod(0o700 if each.is_dir() else 0o600)
        os.chown(each, OWNER, OWNER)
    image = f"lianxin-postgres:{os.environ.get('LIANXIN_VERSION', 'latest')}"
    where = [f"--publish={host}:{DATABASE_PORT}:5432", f"--volume={given}:/run/lianxin:ro"]
    remove = ["docker", "rm", "--force", "--volumes", DATABASE]
    with suppress(RuntimeError):
        _run(remove, LIMIT_S)  # what an interrupted run left behind
    _run(["docker", "run", "--detach", f"--name={DATABASE}", *where, image], LIMIT_S)
    try:
        _until_open(host, DATABASE_PORT)
        yield f"{host}:{DATABASE_PORT}"
    finally:
        _run(remove, LIMIT_S)


def _until_open(host: str, port: int) -> None:
    ready = ["docker", "exec", DATABASE, "pg_isready", "--quiet", "--host=localhost"]
    for _ in looks(LIMIT_S, poll=0.5):
        with suppress(OSError, RuntimeError), socket.create_connection((host, port), timeout=2):
            _run([*ready, "--username=postgres"], LIMIT_S)
            return
    raise NotWell(f"no PostgreSQL at {host}:{port}")


@contextmanager
def watching(stack: County) -> Iterator[None]:
    """What stands for a collector on the county's network, and Prometheus with our files."""
    version, network = os.environ.get("LIANXIN_VERSION", "latest"), f"{stack.project}_default"
    watched, here = ROOT / "deploy" / "observability", ROOT / "tests" / "compose"
    joined = ["docker", "run", "--detach", f"--network={network}", "--read-only", "--cap-drop=ALL"]
    collector = [f"--name={COLLECTOR}", "--network-alias=collector", "--entrypoint=python"]
    files = [f"--volume={watched}:/etc/lianxin:ro", "--volume=/prometheus"]
    kept = ["--config.file=/etc/lianxin/prometheus.yaml", "--storage.tsdb.path=/prometheus"]
    runs = f"--volume={here / 'receiving.py'}:/receiving.py:ro"
    remove = ["docker", "rm", "--force", "--volumes", COLLECTOR, METRICS]
    try:
        _run([*joined, *collector, runs, f"lianxin-node:{version}", "/receiving.py"], LIMIT_S)
        _run([*joined, f"--name={METRICS}", *files, f"{PROMETHEUS}:{version}", *kept], LIMIT_S)
        yield
    finally:
        _run(remove, LIMIT_S)


@contextmanager
def county(folder: Path) -> Iterator[County]:
    """The county with its database outside and three nats-servers; gone at the end."""
    with outside_database(folder) as database:
        stack = County(folder, said=_said(folder, database))
        with suppress(RuntimeError):
            stack.down()  # what an interrupted run left behind
        try:
            stack.compose("run", "--rm", "--no-deps", "prepare")
            stack.make_roles()
            stack.up()
            yield stack
        finally:
            stack.down()


def _said(folder: Path, database: str) -> dict[str, str]:
    given, configuration = folder / "given", folder / "lianxin"
    given.mkdir()
    configuration.mkdir()
    shutil.copy(folder / "ca" / "ca.pem", given / "database-ca.pem")
    sample = ROOT / "deploy" / "samples" / "anji" / "directory.yaml"
    directory = yaml.safe_load(sample.read_text("utf-8"))
    del directory["delegations"]  # so the county's node hosts every site
    written = yaml.safe_dump(directory, allow_unicode=True)
    (configuration / "directory.yaml").write_text(written, encoding="utf-8")
    folder.chmod(0o755)
    for each in (given, configuration, given / "database-ca.pem", configuration / "directory.yaml"):
        os.chown(each, OWNER, OWNER)
    return {
        "NODE": "anji",
        "HOSTS": "localhost,127.0.0.1",
        "DATABASE": database,
        "COMPOSE_PROFILES": "store",
        "FILES_FILE": "/run/lianxin/files.url",
        "TELEMETRY": "http://collector:4317",
        "GIVEN": str(given),
        "CONFIGURATION": str(configuration),
        "BACKUPS": str(folder / "backups"),
        "DIRECTORY": "/etc/lianxin/directory.yaml",
        **{name: str(port) for name, port in PORTS.items()},
    }
