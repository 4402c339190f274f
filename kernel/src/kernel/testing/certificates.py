"""Certificates for tests: an authority of their own, servers and nodes signed by it."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kernel.grpc_server import ClientTls, ServerTls
from kernel.interceptors.credentials import NODE_URI


class Authority:
    """A certificate authority that lives in a folder for a day."""

    def __init__(self, folder: Path, name: str = "test authority") -> None:
        self._folder = folder
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._key = ec.generate_private_key(ec.SECP256R1())
        folder.mkdir(parents=True, exist_ok=True)
        certificate = self._builder(self._name, self._key).add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        )
        self.file = folder / "ca.pem"
        self.file.write_bytes(_pem(certificate.sign(self._key, hashes.SHA256())))

    def server(self, *, require_clients: bool = False) -> ServerTls:
        """What a server on 127.0.0.1 listens with."""
        names = [x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("localhost")]
        certificate, key = self._issue("server", names)
        return ServerTls(certificate, key, self.file if require_clients else None)

    def node(self, code: str) -> ClientTls:
        """What a node dials with: its code is in the certificate."""
        uri = x509.UniformResourceIdentifier(NODE_URI + code)
        certificate, key = self._issue(f"node-{code}", [uri])
        return ClientTls(self.file, certificate, key)

    def client(self) -> ClientTls:
        """What somebody dials with who shows no certificate."""
        return ClientTls(self.file)

    def _issue(self, name: str, names: list[x509.GeneralName]) -> tuple[Path, Path]:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = self._builder(subject, key).add_extension(
            x509.SubjectAlternativeName(names), critical=False
        )
        certificate_file, key_file = (self._folder / f"{name}.{end}" for end in ("pem", "key"))
        certificate_file.write_bytes(_pem(builder.sign(self._key, hashes.SHA256())))
        key_file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return certificate_file, key_file

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey
    ) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(days=1))
        )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
