"""Certificates of a server and of those who dial it, read again when their files change."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import grpc
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from kernel import logs

_log = logs.get_logger()
Stamp = tuple[tuple[int, int, int], ...]
"""What tells one state of files from another: inode, size and time of change of each."""


class FilesDoNotFit(ValueError):
    """The key is not that of the certificate: one of the two files is of another time."""


def stamp_of(*files: Path | None) -> Stamp:
    """The state of the files that are given. Raises OSError where one is not there."""
    found = [file.stat() for file in files if file is not None]
    return tuple((each.st_ino, each.st_size, each.st_mtime_ns) for each in found)


def read_pair(certificate: Path, key: Path) -> tuple[bytes, bytes]:
    """Key and certificate (PEM) that belong together.

    Raises:
        FilesDoNotFit: they do not, or one of them is no PEM.
        OSError: a file cannot be read.
    """
    secret, shown = key.read_bytes(), certificate.read_bytes()
    try:
        signed = x509.load_pem_x509_certificate(shown).public_key()
        own = serialization.load_pem_private_key(secret, password=None).public_key()
    except (ValueError, TypeError):
        raise FilesDoNotFit(f"{certificate} or {key} is no PEM without password") from None
    if own != signed:
        raise FilesDoNotFit(f"{key} is not the key of {certificate}")
    return secret, shown


@dataclass(frozen=True, slots=True)
class ServerTls:
    """PEM files of a server. With `client_ca` every client must show a certificate of that CA.

    `revoked` is the revocation list of that CA.
    """

    certificate: Path
    key: Path
    client_ca: Path | None = None
    revoked: Path | None = None

    def credentials(self) -> grpc.ServerCredentials:
        """What grpc listens with. A file that was replaced counts from the next handshake on.

        Raises:
            FilesDoNotFit, OSError: the files cannot be used.
        """
        return grpc.dynamic_ssl_server_credentials(
            self.configuration(),
            self._newer(),  # type: ignore[arg-type]  # typed without None, which says: no change
            self.client_ca is not None,
        )

    def configuration(self) -> grpc.ServerCertificateConfiguration:
        """The files as they are now. Raises as `credentials` does."""
        pair = read_pair(self.certificate, self.key)
        ca = self.client_ca.read_bytes() if self.client_ca else None
        return grpc.ssl_server_certificate_configuration([pair], ca)

    def _newer(self) -> Callable[[], grpc.ServerCertificateConfiguration | None]:
        """Asked at each handshake; None for no change. Half a renewal goes on with the former."""
        files = (self.certificate, self.key, self.client_ca)
        seen = stamp_of(*files)

        def newer() -> grpc.ServerCertificateConfiguration | None:
            nonlocal seen
            try:
                now = stamp_of(*files)
                if now == seen:
                    return None
                fresh = self.configuration()
            except (OSError, FilesDoNotFit) as error:
                _log.warning("certificate_not_read", error=type(error).__name__)
                return None
            seen = now
            _log.info("certificate_renewed")
            return fresh

        return newer


@dataclass(frozen=True, slots=True)
class ClientTls:
    """PEM files of a client: the CA of the server and, for mutual TLS, its own certificate.

    With `revoked`, a revocation list of that CA, the server's certificate is judged by it.
    """

    ca: Path
    certificate: Path | None = None
    key: Path | None = None
    revoked: Path | None = None

    @property
    def pair(self) -> tuple[Path, Path] | None:
        """Its own certificate and key, where it has them."""
        return (self.certificate, self.key) if self.certificate and self.key else None

    def credentials(self, *, trusted: bytes = b"") -> grpc.ChannelCredentials:
        """What grpc dials with; the files are read now. `trusted` (PEM) is believed instead of CA.

        Raises:
            FilesDoNotFit, OSError: the files cannot be used.
        """
        secret, shown = None, None
        if self.certificate and self.key:
            secret, shown = read_pair(self.certificate, self.key)
        return grpc.ssl_channel_credentials(trusted or self.ca.read_bytes(), secret, shown)

    def stamp(self) -> Stamp:
        """The state of the files. Raises OSError where one is not there."""
        return stamp_of(self.ca, self.certificate, self.key)
