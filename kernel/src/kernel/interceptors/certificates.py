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

from kernel.errors import CertificateExpired, CertificateRevoked
from kernel.revocations import Revocations

NODE_URI = "lianxin:node:"
"""A node's certificate carries this URI with the node code as subject alternative name."""
PEM = "x509_pem_cert"


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

    `revoked` is the list of its CA.
    """

    def __init__(
        self,
        ca: Path,
        revoked: Path | None = None,
        *,
        seconds: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds = seconds
        self._revocations = Revocations(ca, revoked, monotonic=monotonic)

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
        if shown.serial in self._revocations.serials():
            raise CertificateRevoked(node=shown.node)
        return shown.node
