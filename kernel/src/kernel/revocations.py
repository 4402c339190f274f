"""Revocation lists (CRL, RFC 5280): files signed by the CA, read again when they change."""

import time
from collections.abc import Callable
from pathlib import Path

from cryptography import x509

from kernel import logs
from kernel.tls import Stamp, stamp_of

_log = logs.get_logger()
LOOK_S = 1.0


class RevocationsInvalid(ValueError):
    """The revocation list is malformed, or its signature is not of the CA."""


class Revocations:
    """The list in a file; without a file nothing is revoked.

    One that cannot be used stops the start; later the former goes on, with a warning in the log, so
    that a bad copy opens no door.
    """

    def __init__(
        self,
        ca: Path,
        file: Path | None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ca = ca
        self._file = file
        self._monotonic = monotonic
        self._looked_at = monotonic()
        self._stamp: Stamp = stamp_of(file)
        self._revoked = self._read()

    def serials(self) -> frozenset[int]:
        """The numbers on the list; the file is looked at once a second at most."""
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
