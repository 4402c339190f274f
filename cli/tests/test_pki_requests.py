"""Certificates by request: the key is made at the node, and only the request travels."""

import json
import stat

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from kernel.interceptors.certificates import read_shown
from kernel.pki import Request, Subject, request_for
from kernel.revocations import revoked_serials
from kernel.tls import read_pair


@pytest.fixture
def pki(run, tmp_path):
    """Runs `lianxin pki …`: requests at the node, everything else at the county."""
    at_county = ["--authority", str(tmp_path / "ca"), "--out", str(tmp_path / "county")]
    at_node = ["--out", str(tmp_path / "node")]

    def runs(command, *words):
        more = at_node if command == "request" else at_county
        if command in {"init", "revoke", "list"}:
            more = at_county[:2]
        outcome = run("--json", "pki", command, *words, *more)
        return outcome.status, json.loads(outcome.out) if outcome.out else {}

    assert runs("init", "--name", "安吉县")[0] == 0
    return runs


@pytest.fixture
def asked(pki, tmp_path):
    """A request of the node dipu, and the file that was carried to the county."""
    status, said = pki("request", "dipu", "--reached-at", "dipu.example", "--reached-at", "broker")
    assert status == 0
    return said, str(tmp_path / "node" / "dipu.csr")


def test_the_key_stays_and_the_certificate_fits(pki, asked, tmp_path):
    """Both sides show one fingerprint; the county has no key of the node afterwards."""
    said, file = asked
    status, made = pki("issue", "dipu", "--request", file)
    assert (status, made["fingerprint"]) == (0, said["fingerprint"])
    assert (made["node"], made["reached_at"]) == ("dipu", "dipu.example broker")
    shown, key = tmp_path / "county/dipu.pem", tmp_path / "node/dipu.key"
    assert read_shown(shown.read_bytes()).node == "dipu"
    assert read_pair(shown, key)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert not list((tmp_path / "county").glob("*.key"))
    ca, crl = ((tmp_path / "county" / name).read_bytes() for name in ("ca.pem", "crl.pem"))
    assert revoked_serials(crl, ca) == set()


def test_renewed_by_request_with_the_key_that_is_there(pki, asked, tmp_path):
    """A second request keeps the key, so the former certificate goes on until it is replaced."""
    said, file = asked
    pki("issue", "dipu", "--request", file)
    again = pki("request", "dipu", "--reached-at", "dipu.example", "--reached-at", "broker")[1]
    assert again["fingerprint"] == said["fingerprint"]
    former = read_shown((tmp_path / "county/dipu.pem").read_bytes())
    assert pki("renew", "dipu", "--request", file)[0] == 0
    newer = read_shown((tmp_path / "county/dipu.pem").read_bytes())
    assert (newer.node, newer.serial != former.serial) == ("dipu", True)
    assert read_pair(tmp_path / "county/dipu.pem", tmp_path / "node/dipu.key")


def test_names_come_from_the_request_and_have_to_be_expected(pki, asked, tmp_path):
    """Neither another name, nor another node, nor other hosts than those of before."""
    file = asked[1]
    assert reason(pki("issue", "meixi", "--request", file)) == "REQUEST_NAMES_ANOTHER"
    spoken = pki("issue", "dipu", "--node", "meixi", "--request", file)
    assert reason(spoken) == "REQUEST_NAMES_ANOTHER"
    assert reason(pki("issue", "dipu", "--reached-at", "x", "--request", file)) == (
        "REQUEST_HAS_NAMES"
    )
    pki("issue", "dipu", "--request", file)
    pki("request", "dipu", "--reached-at", "elsewhere.example")
    assert reason(pki("renew", "dipu", "--request", file)) == "REQUEST_NAMES_ANOTHER"
    assert pki("issue", "dipu", "--request", file)[0] == 0
    disguised = Subject.of("dipu", node="anji", reached_at=("dipu.example",))
    other = written(tmp_path, request_for(disguised, ec.generate_private_key(ec.SECP256R1())))
    assert reason(pki("issue", "dipu", "--request", other)) == "REQUEST_NAMES_ANOTHER"


def test_nobody_is_given_the_host_of_another(pki, asked):
    """Whoever had it could answer in the other's place; "broker" is everybody's."""
    pki("issue", "dipu", "--request", asked[1])
    pki("request", "meixi", "--reached-at", "dipu.example")
    other = asked[1].replace("dipu.csr", "meixi.csr")
    refused = pki("issue", "meixi", "--request", other)
    assert reason(refused) == "REQUEST_TAKES_NAME"
    pki("request", "meixi", "--reached-at", "meixi.example", "--reached-at", "broker")
    assert pki("issue", "meixi", "--request", other)[0] == 0
    pki("revoke", "dipu")
    pki("request", "lujia", "--reached-at", "dipu.example")
    assert pki("issue", "lujia", "--request", asked[1].replace("dipu.csr", "lujia.csr"))[0] == 0


def test_what_is_no_sound_request_is_refused_by_type(pki, asked, tmp_path):
    """Altered on the way, of another kind of key, or no request at all."""
    signed = tmp_path / "node/dipu.csr"
    altered = written(tmp_path, altered_of(signed.read_bytes()))
    assert reason(pki("issue", "dipu", "--request", altered)) == "REQUEST_NOT_SIGNED"
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    other = written(tmp_path, request_for(Subject.of("dipu", node="dipu"), key))
    assert reason(pki("issue", "dipu", "--request", other)) == "REQUEST_KEY_UNFIT"
    curve = ec.generate_private_key(ec.SECP384R1())
    other = written(tmp_path, request_for(Subject.of("dipu", node="dipu"), curve))
    assert reason(pki("issue", "dipu", "--request", other)) == "REQUEST_KEY_UNFIT"
    noise = written(tmp_path, b"-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n")
    assert reason(pki("issue", "dipu", "--request", noise)) == "REQUEST_UNREADABLE"
    nameless = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    content = nameless.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
    pem = content.public_bytes(serialization.Encoding.PEM)
    assert reason(pki("issue", "dipu", "--request", written(tmp_path, pem))) == (
        "REQUEST_UNREADABLE"
    )
    assert reason(pki("issue", "dipu", "--request", str(tmp_path / "none"))) == "FILE_UNREADABLE"
    assert pki("list")[1]["certificates"] == []


def test_key_of_a_request_is_its_owners_and_fits(pki, asked, tmp_path):
    """A key that others may read, or one of another kind, is asked for with no certificate."""
    key = tmp_path / "node/dipu.key"
    key.chmod(0o644)
    again = pki("request", "dipu", "--reached-at", "dipu.example")
    assert (again[0], reason(again)) == (1, "KEY_EXPOSED")
    key.write_bytes(
        ec.generate_private_key(ec.SECP384R1()).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    key.chmod(0o600)
    assert reason(pki("request", "dipu", "--reached-at", "x")) == "REQUEST_KEY_UNFIT"
    assert reason(pki("request", "a b", "--reached-at", "x")) == "CERTIFICATE_NAME_INVALID"


def test_request_made_with_other_tools_is_read():
    """A request without alternative names asks for nothing that TLS looks at."""
    name = Subject.of("door", reached_at=("door.example",))
    made = Request.read(request_for(name, ec.generate_private_key(ec.SECP256R1())))
    assert (made.subject, len(made.fingerprint.split())) == (name, 8)


def reason(answered):
    """Why a command was refused."""
    status, said = answered
    assert status != 0
    return said["error"]["reason"]


def written(folder, content):
    """A file with this request."""
    file = folder / "other.csr"
    file.write_bytes(content)
    return str(file)


def altered_of(pem):
    """The same request with another host in it, of the same length, and the former signature."""
    der = x509.load_pem_x509_csr(pem).public_bytes(serialization.Encoding.DER)
    changed = x509.load_der_x509_csr(der.replace(b"dipu.example", b"anji.example"))
    return changed.public_bytes(serialization.Encoding.PEM)
