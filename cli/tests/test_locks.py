"""What a user is told when a door is locked otherwise than the command was told."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import grpc
import pytest

from kernel.grpc_server import ServerTls
from kernel.testing.certificates import Authority
from lianxin.cli.checks.findings import of_certificate
from lianxin.cli.locks import ends_at


@contextmanager
def door(tls=None):
    """A server without services, locked with these files or plain; answers its address."""
    with ThreadPoolExecutor(1) as pool:
        server = grpc.server(pool)
        here = "127.0.0.1:0"
        bind = server.add_insecure_port
        port = server.add_secure_port(here, tls.credentials()) if tls else bind(here)
        server.start()
        yield f"127.0.0.1:{port}"
        server.stop(None).wait()


@pytest.fixture
def county(tmp_path):
    """The county's authority."""
    return Authority(tmp_path / "county")


@pytest.fixture
def ask(run):
    """Asks a door something and gives status and reason."""

    def asks(address, *words):
        at = ("--intake", address, "--routing", address)
        outcome = run(*at, *words, "case", "track", "330523-2026-00001", "ABCDE-FGHJK", "--json")
        return outcome.status, json.loads(outcome.out)["error"]["reason"]

    return asks


def test_right_authority_opens(ask, county):
    """With the county's CA the call arrives: what the server lacks is the method."""
    with door(county.server()) as address:
        assert ask(address, "--ca", str(county.file)) == (1, "UNKNOWN_METHOD")


def test_each_wrong_lock_is_named(ask, county, tmp_path):
    """Another CA, a certificate that is over, one for another name: each has its own word."""
    other = Authority(tmp_path / "other", "other")
    late = county.node("late", ends_in=timedelta(minutes=-5))
    elsewhere = county.server(reached_at=("elsewhere.example", "10.9.9.9"))
    found = {}
    for name, tls, ca in (
        ("another", other.server(), county.file),
        ("over", ServerTls(late.certificate, late.key), county.file),
        ("elsewhere", elsewhere, county.file),
    ):
        with door(tls) as address:
            found[name] = ask(address, "--ca", str(ca))
    assert found == {
        "another": (3, "CA_UNKNOWN"),
        "over": (3, "CERTIFICATE_OVER"),
        "elsewhere": (3, "CERTIFICATE_FOR_OTHERS"),
    }


def test_lock_on_one_side_only_is_named(ask, county):
    """A CA was named for a plain door, or none for a locked one."""
    with door() as address:
        assert ask(address, "--ca", str(county.file)) == (3, "DOOR_PLAIN")
    with door(county.server()) as address:
        assert ask(address) == (3, "DOOR_LOCKED")


def test_file_that_is_no_authority(ask, tmp_path):
    """A file that is missing or no PEM is said before anything is dialled."""
    noise = tmp_path / "noise.pem"
    noise.write_text("noise", "utf-8")
    for file in (noise, tmp_path / "missing.pem"):
        assert ask("127.0.0.1:9", "--ca", str(file)) == (2, "CA_FILE_INVALID")


def test_nobody_there_is_just_away(ask, county):
    """Where nobody listens the lock is not blamed."""
    assert ask("127.0.0.1:9", "--ca", str(county.file)) == (3, "UNREACHABLE")


def test_next_step_is_told(run, county):
    """The user reads what happened and what to do."""
    with door(county.server()) as address:
        told = run("--intake", address, "--routing", address, "login", "admin", typed="x\n").err
    assert address in told
    assert "lianxin login --ca" in told


def test_doctor_sees_an_end_that_is_near(county, tmp_path):
    """A door's certificate that ends within thirty days is a finding with its days."""
    now = datetime.now(UTC)
    with door(county.server()) as address:
        ends = ends_at(address, str(county.file))
        assert now < ends < now + timedelta(days=2)
        (found,) = of_certificate(address, ends, now)
        assert (found.rule, found.ids) == ("CERTIFICATE_ENDS", {"address": address, "days": 0})
        assert list(of_certificate(address, ends + timedelta(days=40), now)) == []
    assert ends_at(address, str(county.file)) is None
