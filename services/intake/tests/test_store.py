"""Attachments in the object store that a node's containers bring: rclone over S3, with TLS."""

import asyncio
import hashlib
import os
import signal
import socket
import ssl
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from intake.errors import StoreAway
from intake.pieces import AddressWrong, Pieces
from intake.settings import Settings
from kernel.pki import Authority, Subject
from kernel.settings import printed
from kernel.testing.waiting import eventually
from lianxin.intake.v1 import intake_service_pb2 as pb

from .test_files import PIECE, download, messages

STORE = Path(__file__).resolve().parents[3] / "deploy" / "store"
LONG = b"\xff\xd8\xff" + os.urandom(40 * PIECE - 3)
PASSWORD = "a-word-of-its-own"


@dataclass
class Server:
    """What deploy/store/start.sh runs in a container, as a process."""

    folder: Path
    port: int
    authority: Authority
    process: subprocess.Popen[bytes] | None = None

    @property
    def data(self):
        """Where it keeps the pieces."""
        return self.folder / "data"

    def url(self, password=PASSWORD, ca=""):
        """The address that intake is given."""
        trusted = ca or self.authority.ca
        return f"s3://intake:{password}@files?endpoint=https://localhost:{self.port}&ca={trusted}"

    def certify(self):
        """Give it a certificate, in the place of the one it has."""
        subject = Subject.of("store", reached_at=("localhost", "127.0.0.1"))
        issued = self.authority.issue(subject, now=datetime.now(UTC))
        (self.folder / "tls.key").write_bytes(issued.key)
        (self.folder / "tls.crt").write_bytes(issued.certificate)

    def environment(self):
        """Variables of its script."""
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        listen = f"127.0.0.1:{self.port}"
        places = {"GIVEN": str(self.folder), "DATA": str(self.data), "HOME": str(self.folder)}
        return {"PATH": path, "LISTEN": listen, "LOOKS_S": "0.1", **places}

    def is_well(self):
        """Whether its own health check passes."""
        asked = [sys.executable, str(STORE / "answers.py"), str(self.port)]
        done = subprocess.run(asked, env=self.environment(), capture_output=True, check=False)
        return done.returncode == 0

    async def start(self):
        """Start, and wait until it is well."""
        self.begin()
        await eventually(self.is_well)

    def begin(self):
        """Start its script in a group of its own."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(STORE / "start.sh")],
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def end(self, how=signal.SIGKILL):
        """End it and all it started."""
        if self.process is not None:
            os.killpg(self.process.pid, how)
            self.process.wait(20)
            self.process = None


@pytest.fixture
async def store(tmp_path):
    """An object store at work."""
    folder = tmp_path / "store"
    folder.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    Authority.create(tmp_path / "ca", "a node", now=datetime.now(UTC) - timedelta(hours=1))
    server = Server(folder, port, Authority.open(tmp_path / "ca"))
    (folder / "ca.pem").write_bytes(server.authority.ca.read_bytes())
    (folder / "password").write_text(PASSWORD, encoding="ascii")
    server.certify()
    await server.start()
    yield server
    server.end()


@pytest.fixture
async def desk(store, settings, clock, start):
    """An intake whose attachments are in that store."""
    async with start(replace(settings, files=store.url()), clock) as front:
        yield front


def kept(store):
    """The files that lie in the store."""
    return [file for file in (store.data / "files").rglob("*") if file.is_file()]


async def test_a_file_goes_through_the_store_and_lies_there_encrypted(desk, store):
    """Upload and download by S3 with TLS; each piece an object, nothing of it in clear."""
    case_id = (await desk.register()).stamp.case_id
    answer = await desk.intake(desk.clerk).UploadAttachment(messages(case_id, LONG))
    assert await download(desk, case_id, answer.attachment.attachment_id) == LONG
    pieces = [file.read_bytes() for file in kept(store)]
    assert len(pieces) == 40
    assert not any(LONG[n * PIECE : n * PIECE + 64] in each for n in range(40) for each in pieces)


async def test_a_store_killed_in_an_upload_loses_nothing(desk, store):
    """The upload is refused by type, nothing half done; said again it is whole."""
    case_id = (await desk.register()).stamp.case_id
    stub = desk.intake(desk.clerk)
    refused = asyncio.ensure_future(desk.refused(stub.UploadAttachment(messages(case_id, LONG))))
    await eventually(lambda: len(kept(store)) > 3)
    store.end()
    assert (await refused).reason == "STORE_AWAY"
    (store.data / "files" / ".rclone_temp_put_left").write_bytes(b"half a piece")
    await store.start()
    sha256 = hashlib.sha256(LONG).hexdigest()
    so_far = await stub.GetUpload(pb.GetUploadRequest(case_id=case_id, sha256=sha256))
    assert not so_far.complete
    done = await stub.UploadAttachment(messages(case_id, LONG, start=so_far.received))
    assert await download(desk, case_id, done.attachment.attachment_id) == LONG
    assert len(kept(store)) == 40


async def test_who_has_another_word_or_another_authority_gets_nothing(store, tmp_path):
    """A wrong password, no password, and a server of another authority are all refused."""
    Authority.create(tmp_path / "other", "another node", now=datetime.now(UTC))
    for url in (store.url("guessed"), store.url(ca=tmp_path / "other" / "ca.pem")):
        with pytest.raises(StoreAway):
            await Pieces.at(url).put("case/piece", b"x")
    with pytest.raises(StoreAway):
        await Pieces.at(store.url("guessed")).get("case/piece")
    assert kept(store) == []


async def test_a_renewed_certificate_is_shown_without_a_restart(store):
    """The store takes a new certificate by itself, and what was stored is there."""
    pieces = Pieces.at(store.url())
    await pieces.put("case/piece", b"kept")
    store.certify()
    wanted = ssl.PEM_cert_to_DER_cert((store.folder / "tls.crt").read_text("ascii"))

    def shown():
        try:
            pem = ssl.get_server_certificate(("127.0.0.1", store.port), timeout=2)
        except OSError:
            return False
        return ssl.PEM_cert_to_DER_cert(pem) == wanted

    await eventually(shown)
    assert await Pieces.at(store.url()).get("case/piece") == b"kept"


async def test_told_to_stop_it_stops(store):
    """SIGTERM ends the store and what it runs."""
    store.end(signal.SIGTERM)
    assert not store.is_well()


def test_an_address_that_cannot_be_read_is_refused_at_the_start():
    """An unknown word is named, the password never; nor is it printed with the settings."""
    with pytest.raises(AddressWrong, match="colour") as caught:
        Pieces.at(f"s3://intake:{PASSWORD}@files?colour=red")
    assert PASSWORD not in str(caught.value)
    url = f"s3://intake:{PASSWORD}@files?endpoint=https://store:7317"
    assert PASSWORD not in str(printed(Settings(node="anji", files=url)))
