"""Makes, renews and revokes certificates. ECDSA on P-256, signed with SHA-256 (RFC 5280).

The folder holds `ca.pem`, `ca.key` (owner only), `crl.pem` and `issued/`, one certificate a file by
its number. There is no other index: what is not in `crl.pem` is good until it ends. Keys of others
are handed out and not kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kernel.pki import files
from kernel.pki.subject import Subject

CA_LIFE = timedelta(days=3652)
LIFE = timedelta(days=397)
LIST_LIFE = timedelta(days=397)
"""How long a revocation list names itself good; our doors go by it for longer."""
BACKDATED = timedelta(hours=1)
"""A certificate is good a little before it was made: a village's clock may be behind."""


class AuthorityExists(FileExistsError):
    """There is an authority in this folder already; a second would make its certificates void."""


class AuthorityMissing(FileNotFoundError):
    """There is no authority in this folder."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate that was made. `key` is set only right after it was, with a key made here."""

    subject: Subject
    serial: int
    begins: datetime
    ends: datetime
    revoked_at: datetime | None
    certificate: bytes = field(repr=False)
    key: bytes = field(default=b"", repr=False)


class Authority:
    """The authority in a folder. Every call that changes anything writes its files at once."""

    def __init__(
        self, folder: Path, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey
    ) -> None:
        self._folder = folder
        self._certificate = certificate
        self._key = key

    @property
    def ca(self) -> Path:
        """The file everybody may have: by it the certificates are checked."""
        return self._folder / "ca.pem"

    @property
    def revocations(self) -> Path:
        """The revocation list: every node with a door for others needs the newest."""
        return self._folder / "crl.pem"

    @classmethod
    def create(cls, folder: Path, name: str, *, now: datetime, life: timedelta = CA_LIFE) -> Self:
        """Begin an authority. Raises AuthorityExists."""
        if (folder / "ca.key").exists():
            raise AuthorityExists(folder)
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate = (
            _builder(subject, subject, key.public_key(), now, now + life)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_may(key_cert_sign=True, crl_sign=True), critical=True)
            .sign(key, hashes.SHA256())
        )
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        files.write(folder / "ca.key", files.pem_of_key(key), secret=True)
        files.write(folder / "ca.pem", files.pem_of(certificate))
        authority = cls(folder, certificate, key)
        authority._write_list([], now)
        return authority

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The authority that lives in this folder. Raises AuthorityMissing, KeyFileExposed."""
        if not (folder / "ca.key").exists():
            raise AuthorityMissing(folder)
        certificate = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
        return cls(folder, certificate, files.read_key(folder / "ca.key"))

    def issue(self, subject: Subject, *, now: datetime, life: timedelta = LIFE) -> Issued:
        """A new certificate and key; never one that outlives the authority."""
        key = ec.generate_private_key(ec.SECP256R1())
        issued = self.certify(subject, key.public_key(), now=now, life=life)
        return replace(issued, key=files.pem_of_key(key))

    def certify(
        self,
        subject: Subject,
        key: ec.EllipticCurvePublicKey,
        *,
        now: datetime,
        life: timedelta = LIFE,
    ) -> Issued:
        """A certificate for a key that is elsewhere; never one that outlives the authority."""
        ends = min(now + life, self._certificate.not_valid_after_utc)
        certificate = (
            _builder(subject.written(), self._certificate.subject, key, now, ends)
            .add_extension(subject.alternatives(), critical=False)
            .add_extension(subject.usage(), critical=False)
            .add_extension(self._issuer(), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_may(digital_signature=True), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        shown = files.pem_of(certificate)
        files.write(self._folder / "issued" / f"{certificate.serial_number:x}.pem", shown)
        return Issued(
            subject,
            certificate.serial_number,
            certificate.not_valid_before_utc,
            certificate.not_valid_after_utc,
            None,
            shown,
        )

    def revoke(self, serials: set[int], *, now: datetime) -> None:
        """Put certificates on the list; those that are on it already stay as they are."""
        entries = list(self._list())
        known = {each.serial_number for each in entries}
        for serial in sorted(serials - known):
            builder = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now)
            entries.append(builder.build())
        self._write_list(entries, now)

    def issued(self) -> list[Issued]:
        """Every certificate, the newest last."""
        revoked = {each.serial_number: each.revocation_date_utc for each in self._list()}
        found = [self._read(file, revoked) for file in (self._folder / "issued").glob("*.pem")]
        return sorted(found, key=lambda each: (each.begins, each.ends))

    def _read(self, file: Path, revoked: dict[int, datetime]) -> Issued:
        content = file.read_bytes()
        certificate = x509.load_pem_x509_certificate(content)
        return Issued(
            Subject.read(certificate),
            certificate.serial_number,
            certificate.not_valid_before_utc,
            certificate.not_valid_after_utc,
            revoked.get(certificate.serial_number),
            content,
        )

    def _issuer(self) -> x509.AuthorityKeyIdentifier:
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())

    def _list(self) -> Iterator[x509.RevokedCertificate]:
        yield from x509.load_pem_x509_crl(self.revocations.read_bytes())

    def _write_list(self, entries: list[x509.RevokedCertificate], now: datetime) -> None:
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self._certificate.subject)
            .last_update(now - BACKDATED)
            .next_update(now + LIST_LIFE)
            .add_extension(x509.CRLNumber(int(now.timestamp() * 1000)), critical=False)
            .add_extension(self._issuer(), critical=False)
        )
        for entry in entries:
            builder = builder.add_revoked_certificate(entry)
        signed = builder.sign(self._key, hashes.SHA256())
        files.write(self.revocations, signed.public_bytes(serialization.Encoding.PEM))


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    now: datetime,
    ends: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _may(
    *, digital_signature: bool = False, key_cert_sign: bool = False, crl_sign: bool = False
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )
