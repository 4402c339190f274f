"""A county and a township as processes, every door locked: the link works, and nobody else's."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kernel.pki import Authority, Subject
from kernel.pki.files import write
from kernel.testing.waiting import eventually
from kernel.yaml_text import read_yaml
from lianxin.cli.node import identity_of
from lianxin.cli.nodes import from_folder

pytestmark = pytest.mark.timeout(240)
ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "deploy" / "samples" / "anji" / "directory.yaml"
HERE = ("127.0.0.1", "localhost")
COUNTY, TOWNSHIP = "anji", "dipu"
PASSWORD = "a-new-Password-of-11"


class Locked:
    """One node: its files, its process, and commands given to it."""

    def __init__(self, folder, code, authority):
        self.folder = folder / code
        self.folder.mkdir()
        self.data = self.folder / "data"
        self.code = code
        self.authority = authority
        self.process = None
        self.certify()

    def certify(self):
        """A certificate that is the node's and its doors'."""
        subject = Subject.of(self.code, node=self.code, reached_at=HERE)
        issued = self.authority.issue(subject, now=datetime.now(UTC))
        write(self.folder / "own.key", issued.key, secret=True)
        write(self.folder / "own.pem", issued.certificate)

    def revoke(self):
        """Put what it has on the list."""
        shown = (self.folder / "own.pem").read_bytes()
        serials = {one.serial for one in self.authority.issued() if one.certificate == shown}
        self.authority.revoke(serials, now=datetime.now(UTC))

    def configure(self, **more):
        """Its node file."""
        tls = {
            "certificate": "own.pem",
            "key": "own.key",
            "ca": str(self.authority.ca),
            "revoked": str(self.authority.revocations),
        }
        content = {"node": self.code, "tls": tls, **more}
        (self.folder / "node.yaml").write_text(json.dumps(content), "utf-8")

    def start(self):
        """Its process."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "lianxin.cli", "node", "up", "--config", "node.yaml"],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def stop(self):
        """End it."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)

    def run(self, *words, **environment):
        """A command; its status and what it answered."""
        home = {"LIANXIN_HOME": str(self.folder / "home"), "LIANXIN_NODE": str(self.data)}
        done = subprocess.run(
            [sys.executable, "-m", "lianxin.cli", "--json", *words],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env={**os.environ, **home, **environment},
        )
        return done.returncode, json.loads(done.stdout) if done.stdout.strip() else {}

    async def ready(self):
        """Wait until the first administrator can log in, and do."""
        file = self.data / "first-administrator-password"
        await eventually(file.exists, 90)
        first = file.read_text("utf-8").strip()

        def logged_in():
            said = {"LIANXIN_PASSWORD": first, "LIANXIN_NEW_PASSWORD": PASSWORD}
            return self.run("login", "admin", **said)[0] == 0

        await eventually(logged_in, 90)

    def link(self):
        """How the links of the node stand."""
        return self.run("node", "status")[1].get("links", [])


@pytest.fixture
def authority(tmp_path):
    """The county's."""
    return Authority.create(tmp_path / "ca", "county", now=datetime.now(UTC))


@pytest.fixture
def nodes(tmp_path, authority):
    """A county that has delegated the township's site, and the township."""
    county, town = (Locked(tmp_path, code, authority) for code in (COUNTY, TOWNSHIP))
    identity = identity_of(town.data / "keys")
    directory = read_yaml(SAMPLE.read_text("utf-8"))
    keys = {"public_key": identity.public_key, "nats_key": identity.nats_key}
    directory["delegations"] = [{"site": "s-dipu", "node": TOWNSHIP, **keys}]
    (county.folder / "directory.yaml").write_text(json.dumps(directory), "utf-8")
    county.configure(directory="directory.yaml")
    yield county, town
    for node in (town, county):
        node.stop()


async def test_locked_link_stands_and_falls_with_its_certificate(nodes):
    """A township is linked over TLS, goes on with a renewed certificate, and not with a revoked."""
    county, town = nodes
    county.start()
    await county.ready()
    doors = json.loads((county.data / "node.json").read_text("utf-8"))
    parent = {"node": COUNTY, "routing": doors["peers"], "nats": f"tls://{doors['nats']}"}
    town.configure(parent=parent)
    town.start()
    await town.ready()
    await eventually(lambda: connected(town), 60)
    town.revoke()
    await eventually(lambda: refused_for(county, "CERTIFICATE_REVOKED"), 60)
    await eventually(lambda: not connected(town), 60)
    town.certify()
    await eventually(lambda: connected(town), 60)
    door = from_folder(county.data)
    assert door.ca == str(county.authority.ca)
    at = ("--intake", door.intake, "--routing", door.routing, "login", "admin")
    elsewhere = {"LIANXIN_NODE": "", "LIANXIN_PASSWORD": PASSWORD}
    assert county.run(*at, **elsewhere)[0] == 0  # the CA was kept with the login before
    status, answer = county.run("--ca", "", *at, **elsewhere)
    assert (status, answer["error"]["reason"]) == (3, "DOOR_LOCKED")


def connected(node):
    """Whether the link upwards is up."""
    return any(link["direction"] == "up" and link["connected"] for link in node.link())


def refused_for(node, reason):
    """Whether the node has refused a call for this reason."""
    return f'"reason": "{reason}"' in (node.folder / "log").read_text("utf-8")
