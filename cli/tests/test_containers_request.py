"""A township's jobs: the key of its certificate is made on its host and stays there."""

from datetime import UTC, datetime, timedelta

import pytest

from kernel.pki import Authority, Request
from kernel.tls import FilesDoNotFit, read_pair
from lianxin.cli.containers import preparing
from lianxin.cli.containers.__main__ import main
from lianxin.cli.containers.preparing import CertificateAwaited, prepare

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@pytest.fixture
def township(tmp_path):
    """A township whose county is elsewhere."""
    places = {name: tmp_path / name for name in ("keys", "pki", "given")}
    hosts = ("dipu.example",)
    folder = tmp_path / "prepared"
    return preparing.Settings("dipu", hosts, folder, parent="county.example:7315", **places)


@pytest.fixture
def county(tmp_path):
    """The authority that signs."""
    return Authority.create(tmp_path / "county", "安吉县", now=NOW)


def asked(township):
    """The request that lies where the township's operator takes it from."""
    return Request.read((township.folder / "doors/request.csr").read_bytes())


def give(township, county, request, *, now=NOW):
    """Carry back what the county makes of a request."""
    township.given.mkdir(exist_ok=True)
    made = county.certify(request.subject, request.public_key, now=now)
    (township.given / "node.pem").write_bytes(made.certificate)
    (township.given / "nodes-ca.pem").write_bytes(county.ca.read_bytes())
    return made.certificate


def test_it_asks_waits_and_goes_on(township, county):
    """Request and public keys are there at the first run; nothing secret has to be carried."""
    with pytest.raises(CertificateAwaited, match=r"node\.pem and nodes-ca\.pem"):
        prepare(township, now=NOW)
    assert (township.folder / "doors/identity.json").exists()
    request = asked(township)
    assert (request.subject.node, "dipu.example" in request.subject.hosts) == ("dipu", True)
    with pytest.raises(CertificateAwaited):
        prepare(township, now=NOW)
    assert asked(township) == request
    given = give(township, county, request)
    prepare(township, now=NOW)
    for place in ("routing", "broker"):
        folder = township.folder / place
        assert read_pair(folder / "node.pem", folder / "node.key")
        assert (folder / "node.pem").read_bytes() == given
    assert not (township.given / "node.key").exists()


def test_certificate_of_another_key_is_refused(township, county, tmp_path):
    """What was signed for somebody else is handed to no container."""
    with pytest.raises(CertificateAwaited):
        prepare(township, now=NOW)
    other = preparing.Settings(
        "dipu", (), tmp_path / "b", tmp_path / "kb", tmp_path / "pb", parent="county.example:7315"
    )
    with pytest.raises(CertificateAwaited):
        prepare(other, now=NOW)
    give(township, county, asked(other))
    with pytest.raises(FilesDoNotFit):
        prepare(township, now=NOW)
    assert not (township.folder / "routing/node.pem").exists()


def test_renewed_by_the_same_request(township, county):
    """The next certificate takes the place of the former; the key is the same."""
    with pytest.raises(CertificateAwaited):
        prepare(township, now=NOW)
    first = give(township, county, asked(township))
    prepare(township, now=NOW)
    key = (township.folder / "routing/node.key").read_bytes()
    later = NOW + timedelta(days=380)
    second = give(township, county, asked(township), now=later)
    prepare(township, now=later)
    assert first != second == (township.folder / "routing/node.pem").read_bytes()
    assert key == (township.folder / "routing/node.key").read_bytes()


def test_the_job_says_what_it_waits_for(township, monkeypatch):
    """One line for the operator, and no trace of the program."""
    for name in ("node", "parent", "folder", "keys", "pki", "given"):
        monkeypatch.setenv(f"PREPARE_{name.upper()}", str(getattr(township, name)))
    with pytest.raises(SystemExit, match=r"lianxin pki issue NODE --request FILE"):
        main(["prepare"])
