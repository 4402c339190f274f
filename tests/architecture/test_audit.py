"""The audit of dependencies, against a service that answers, and one that does not."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from .source import ROOT

LOCK = (
    "jinja2==2.4.1 \\\n    --hash=sha256:00\n"
    "anyio==4.0 ; python_version > '3' \\\n    --hash=sha256:11\n"
)


def _module() -> Any:
    spec = spec_from_file_location("audit_lock", ROOT / "tools/audit_lock.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules["audit_lock"] = module
    spec.loader.exec_module(module)
    return module


audit = _module()


class _Service(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        """One advisory on jinja2, none on anything else."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        names = [one["package"]["name"] for one in asked]
        results = [{"vulns": [{"id": "GHSA-1"}]} if name == "jinja2" else {} for name in names]
        content = json.dumps({"results": results}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[str]:
    """The address of a service of advisories."""
    server = HTTPServer(("127.0.0.1", 0), _Service)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def run(lock: Path, service: str, **more: str) -> subprocess.CompletedProcess[str]:
    """The tool as CI calls it."""
    return subprocess.run(
        [sys.executable, str(ROOT / "tools/audit_lock.py"), str(lock)],
        env=os.environ | {"AUDIT_URL": service} | more,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_an_advisory_fails_and_names_package_and_version(tmp_path: Path, service: str) -> None:
    """A pinned version somebody warns of is named, and CI fails."""
    lock = tmp_path / "lock"
    lock.write_text(LOCK)
    done = run(lock, service)
    assert done.returncode == 1
    assert "ADVISORY GHSA-1: jinja2 2.4.1" in done.stdout
    lock.write_text("anyio==4.0 \\\n    --hash=sha256:11\n")
    clean = run(lock, service)
    assert clean.returncode == 0
    assert "1 packages, no open advisory" in clean.stdout


def test_silence_is_said_and_is_no_clean_bill(tmp_path: Path) -> None:
    """Without a network it says NOT CHECKED; where an answer is wanted, it fails."""
    lock = tmp_path / "lock"
    lock.write_text(LOCK)
    nobody = "http://127.0.0.1:9/"
    done = run(lock, nobody)
    assert done.returncode == 0
    assert "NOT CHECKED" in done.stdout
    assert "no open advisory" not in done.stdout
    assert run(lock, nobody, AUDIT_MUST_ANSWER="1").returncode == 1


def test_an_exception_counts_until_its_day() -> None:
    """With a date and a reason an advisory is excused; the day after, it fails."""
    today = date(2026, 11, 22)
    found = [audit.Advisory("jinja2", "2.4.1", "GHSA-1")]
    good = {"id": "GHSA-1", "until": today, "why": "not called"}
    assert audit.judge(found, [good], today).open == ()
    late = audit.judge(found, [good], today + timedelta(days=1))
    assert late.open == tuple(found)
    assert late.over
    assert audit.judge(found, [{"id": "GHSA-1", "until": today}], today).over


def test_every_package_of_the_lock_is_asked_about() -> None:
    """As many as the lock pins."""
    text = (ROOT / "requirements.lock").read_text("utf-8")
    lines = [line for line in text.splitlines() if "==" in line.split("#")[0].split(";")[0]]
    assert len(audit.pinned(text)) == len(lines) > 0
