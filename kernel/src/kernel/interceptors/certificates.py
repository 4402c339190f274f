"""Certificates of nodes at a door that demands them: which node, still valid, not revoked.

The handshake has proven the certificate's authority and, when the connection was made, its span. A
connection lives for days, so span and revocation are looked at again with every call.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography import x509

from kernel import logs
from kernel.errors import CertificateExpired, CertificateRevoked
from kernel.tls import Stamp, stamp_of

_log = logs.get_logger()
NODE_URI = "lianxin:node:"
"""A node's certificate carries this URI with the node code as subject alternative name."""
LOOK_S = 1.0
PEM = "x509_pem_cert"


class RevocationsInvalid(ValueError):
    """The revocation list is malformed, or its signature is not of the CA."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a certificate says: its number, its end (seconds UTC), the node it is for."""

    serial: int
    ends_at: float
    node: str


@lru_cache(maxsize=1024)
def read_shown(pem: bytes) -> Shown:
    """Read a certificate; one for no node, or for several, is for none."""
    certificate = x509.load_pem_x509_certificate(pem)
    nodes = [uri.removeprefix(NODE_URI) for uri in _uris(certificate) if uri.startswith(NODE_URI)]
    ends_at = certificate.not_valid_after_utc.timestamp()
    return Shown(certificate.serial_number, ends_at, nodes[0] if len(nodes) == 1 else "")


def _uris(certificate: x509.Certificate) -> list[str]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return []
    return found.value.get_values_for_type(x509.UniformResourceIdentifier)


class Certificates:
    """Judges the certificate of each call at one door. `seconds` is the time of day (UTC).

    `revoked` is the list of its CA; it is read when it changes. One that cannot be used stops the
    start; later the former goes on, with a warning in the log, so that a bad copy opens no door.
    """

    def __init__(
        self,
        ca: Path,
        revoked: Path | None = None,
        *,
        seconds: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ca = ca
        self._file = revoked
        self._seconds = seconds
        self._monotonic = monotonic
        self._looked_at = monotonic()
        self._stamp: Stamp = stamp_of(revoked)
        self._revoked = self._read()

    def node_of(self, context: Any) -> str:
        """The node in the certificate of this connection; empty where it names none.

        Raises:
            CertificateExpired, CertificateRevoked: as they say.
        """
        found = context.auth_context().get(PEM, ())
        if not found:
            return ""
        shown = read_shown(found[0])
        if shown.ends_at < self._seconds():
            raise CertificateExpired(node=shown.node)
        if shown.serial in self._serials():
            raise CertificateRevoked(node=shown.node)
        return shown.node

    def _serials(self) -> frozenset[int]:
        now = self._monotonic()
        if now - self._looked_at >= LOOK_S:
            self._looked_at = now
            self._look()
        return self._revoked

    def _look(self) -> None:
        try:
            stamp = stamp_of(self._file)
            if stamp != self._stamp:
                self._revoked, self._stamp = self._read(), stamp
                _log.info("revocations_read", count=len(self._revoked))
        except (OSError, RevocationsInvalid) as error:
            _log.warning("revocations_not_read", error=type(error).__name__)

    def _read(self) -> frozenset[int]:
        if self._file is None:
            return frozenset()
        return revoked_serials(self._file.read_bytes(), self._ca.read_bytes())


def revoked_serials(content: bytes, ca: bytes) -> frozenset[int]:
    """The numbers on a revocation list (PEM or DER).

    Raises:
        RevocationsInvalid: it is none, or none of the CA certificates (PEM) has signed it.
    """
    load = x509.load_pem_x509_crl if content.startswith(b"-----") else x509.load_der_x509_crl
    try:
        found = load(content)
        authorities = x509.load_pem_x509_certificates(ca)
        signed = any(found.is_signature_valid(each.public_key()) for each in authorities)  # type: ignore[arg-type]  # a key of another kind is refused with TypeError
    except (ValueError, TypeError):
        raise RevocationsInvalid("no revocation list") from None
    if not signed:
        raise RevocationsInvalid("the revocation list is not signed by the CA")
    return frozenset(each.serial_number for each in found)
