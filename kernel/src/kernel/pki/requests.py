"""Requests for a certificate (PKCS 10): the key is made where it is used and never travels."""

from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kernel.pki import files
from kernel.pki.subject import Subject

SHOWN_BYTES, GROUP = 16, 4


class RequestInvalid(ValueError):
    """A request that cannot be followed; the argument is the reason.

    REQUEST_UNREADABLE, REQUEST_KEY_UNFIT (not ECDSA on P-256), REQUEST_NOT_SIGNED (its signature is
    not that of the key for which it asks).
    """


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be certified: names, and the public half of a key that stays where it is."""

    subject: Subject
    public_key: ec.EllipticCurvePublicKey

    @property
    def fingerprint(self) -> str:
        """Tells the key; the same where it was asked and where it is certified."""
        return fingerprint_of(self.public_key)

    @classmethod
    def read(cls, content: bytes) -> "Request":
        """A request (PEM) that whoever has its key has signed.

        Raises:
            RequestInvalid: it is none, its key is of another kind, or the signature is wrong.
            NameInvalid: a name in it can stand in no certificate, or it names nothing.
        """
        try:
            asked = x509.load_pem_x509_csr(content)
            key = asked.public_key()
            subject = _named(asked)
        except (ValueError, UnsupportedAlgorithm, LookupError, x509.DuplicateExtension) as error:
            raise RequestInvalid("REQUEST_UNREADABLE") from error
        if not isinstance(key, ec.EllipticCurvePublicKey) or not _is_p256(key):
            raise RequestInvalid("REQUEST_KEY_UNFIT")
        if not asked.is_signature_valid:
            raise RequestInvalid("REQUEST_NOT_SIGNED")
        return cls(_checked(subject), key)


def key_in(file: Path) -> ec.EllipticCurvePrivateKey:
    """The key in a file, made where there is none, for its owner only.

    Raises:
        KeyFileExposed: others may read it.
        RequestInvalid: it is a key of another kind.
    """
    if not file.exists():
        files.write(file, files.pem_of_key(ec.generate_private_key(ec.SECP256R1())), secret=True)
    try:
        key = files.read_key(file)
    except ValueError as error:
        raise RequestInvalid("REQUEST_KEY_UNFIT") from error
    if not _is_p256(key.public_key()):
        raise RequestInvalid("REQUEST_KEY_UNFIT")
    return key


def request_for(subject: Subject, key: ec.EllipticCurvePrivateKey) -> bytes:
    """A request (PEM) for these names, signed with the key."""
    builder = x509.CertificateSigningRequestBuilder().subject_name(subject.written())
    named = builder.add_extension(subject.alternatives(), critical=False)
    return named.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def fingerprint_of(key: ec.EllipticCurvePublicKey) -> str:
    """The first half of the SHA-256 of a public key, in groups that can be read out."""
    shown = serialization.PublicFormat.SubjectPublicKeyInfo
    digest = hashes.Hash(hashes.SHA256())
    digest.update(key.public_bytes(serialization.Encoding.DER, shown))
    text = digest.finalize()[:SHOWN_BYTES].hex()
    return " ".join(text[at : at + GROUP] for at in range(0, len(text), GROUP))


def _is_p256(key: ec.EllipticCurvePublicKey) -> bool:
    return isinstance(key.curve, ec.SECP256R1)


def _named(asked: x509.CertificateSigningRequest) -> Subject:
    """The names as they stand. Raises LookupError where it has no name of its own."""
    try:
        return Subject.read(asked)
    except x509.ExtensionNotFound:
        return Subject(str(asked.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value))


def _checked(subject: Subject) -> Subject:
    reached_at = (*subject.hosts, *subject.addresses)
    return Subject.of(subject.name, node=subject.node, reached_at=reached_at)
