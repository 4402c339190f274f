"""`lianxin pki`: a county's authority from its first day to a stolen certificate."""

import json
import stat

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import PolicyBuilder, Store

from kernel.interceptors.certificates import read_shown
from kernel.revocations import revoked_serials


@pytest.fixture
def pki(run, tmp_path):
    """Runs `lianxin pki …` on one authority and gives what it answers programs."""
    folders = ["--authority", str(tmp_path / "ca")]
    out = ["--out", str(tmp_path / "out")]

    def runs(command, *words):
        more = [*folders, *(out if command in {"issue", "renew"} else [])]
        outcome = run("--json", "pki", command, *words, *more)
        data = json.loads(outcome.out) if outcome.out else {}
        return outcome.status, data

    assert runs("init", "--name", "安吉县")[0] == 0
    return runs


def test_certificate_of_a_node(pki, tmp_path):
    """It names the node and its addresses, is checked by the CA alone, and its key is closed."""
    status, made = pki("issue", "dipu", "--node", "dipu", "--reached-at", "dipu.example")
    assert status == 0
    content = (tmp_path / "out" / "dipu.pem").read_bytes()
    assert read_shown(content).node == "dipu"
    certificate = x509.load_pem_x509_certificate(content)
    root = x509.load_pem_x509_certificate((tmp_path / "out" / "ca.pem").read_bytes())
    verifier = (
        PolicyBuilder().store(Store([root])).build_server_verifier(x509.DNSName("dipu.example"))
    )
    assert verifier.verify(certificate, []) == [certificate, root]
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert set(usage) == {ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH}
    assert isinstance(certificate.public_key(), ec.EllipticCurvePublicKey)
    assert made["good_until"] == certificate.not_valid_after_utc.date().isoformat()
    for key in (tmp_path / "ca" / "ca.key", tmp_path / "out" / "dipu.key"):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_certificate_of_a_server_speaks_for_no_node(pki, tmp_path):
    """A service's certificate opens no door of nodes."""
    assert pki("issue", "intake", "--reached-at", "intake", "--reached-at", "127.0.0.1")[0] == 0
    content = (tmp_path / "out" / "intake.pem").read_bytes()
    assert read_shown(content).node == ""
    usage = x509.load_pem_x509_certificate(content).extensions
    assert list(usage.get_extension_for_class(x509.ExtendedKeyUsage).value) == [
        ExtendedKeyUsageOID.SERVER_AUTH
    ]


def test_renewing_keeps_names_and_revoking_counts_for_all(pki, tmp_path):
    """A renewed certificate has a new key and the same names; revoking puts both on the list."""
    pki("issue", "dipu", "--node", "dipu", "--reached-at", "10.0.0.7")
    former = (tmp_path / "out" / "dipu.pem").read_bytes()
    assert pki("renew", "dipu", "--days", "20")[0] == 0
    newer = (tmp_path / "out" / "dipu.pem").read_bytes()
    assert read_shown(former).serial != read_shown(newer).serial
    assert {row["certificate_state"] for row in listed(pki)} == {"good", "ends_soon"}
    assert pki("revoke", "dipu") == (
        0,
        {"bearer": "dipu", "count": 2, "revocations": str(tmp_path / "ca" / "crl.pem")},
    )
    ca, crl = ((tmp_path / "ca" / name).read_bytes() for name in ("ca.pem", "crl.pem"))
    assert revoked_serials(crl, ca) == {read_shown(former).serial, read_shown(newer).serial}
    assert {row["certificate_state"] for row in listed(pki)} == {"revoked"}
    assert {row["reached_at"] for row in listed(pki)} == {"10.0.0.7"}


def listed(pki):
    """The rows of the list."""
    return pki("list")[1]["certificates"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("init", "--name", "x"), "AUTHORITY_EXISTS"),
        (("issue", "a b", "--node", "x"), "CERTIFICATE_NAME_INVALID"),
        (("issue", "x"), "CERTIFICATE_NAME_INVALID"),
        (("issue", "x", "--reached-at", "no host"), "CERTIFICATE_NAME_INVALID"),
        (("renew", "nobody"), "CERTIFICATE_UNKNOWN"),
        (("revoke", "nobody"), "CERTIFICATE_UNKNOWN"),
    ],
)
def test_what_cannot_be_is_said(pki, words, reason):
    """Each refusal has its reason."""
    status, said = pki(*words)
    assert (status, said) == (2, {"error": said["error"]})
    assert said["error"]["reason"] == reason


def test_open_key_is_not_used(pki, tmp_path):
    """A key of the authority that others may read is refused."""
    (tmp_path / "ca" / "ca.key").chmod(0o644)
    status, said = pki("issue", "x", "--node", "x")
    assert (status, said["error"]["reason"]) == (1, "KEY_EXPOSED")


def test_without_an_authority(run, tmp_path):
    """The list of a folder without an authority says how to begin one."""
    outcome = run("pki", "list", "--authority", str(tmp_path))
    assert outcome.status == 2
    assert "lianxin pki init" in outcome.err
