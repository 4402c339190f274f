"""Is the certificate of the server that is dialled revoked? For a child and its parent.

Python's TLS could look at a list itself, but would take one past its date for no list at all; ours
goes by the last one that was handed in.
"""

import socket
import ssl
from pathlib import Path

from cryptography import x509

from kernel.revocations import Revocations

DIAL_S = 5.0


class ServerRevoked(ssl.SSLCertVerificationError):
    """The server's certificate is on the revocation list: whoever answers may have stolen it."""


class ServerGuard:
    """Judges the certificates of servers by the revocation list of their CA.

    Raises:
        RevocationsInvalid, OSError: the list cannot be used.
    """

    def __init__(self, ca: Path, revoked: Path) -> None:
        self._ca = ca
        self._revocations = Revocations(ca, revoked)
        self._shown = 0

    @property
    def refuses_now(self) -> bool:
        """Whether the server of the last handshake has been revoked since."""
        return self._shown in self._revocations.serials()

    def judge(self, certificate: bytes | None) -> None:
        """Look at what a server has shown (DER). Raises ServerRevoked."""
        if certificate is None:
            raise ServerRevoked("no certificate was shown")
        self._shown = x509.load_der_x509_certificate(certificate).serial_number
        if self.refuses_now:
            raise ServerRevoked("the server's certificate was revoked")

    def context(self) -> ssl.SSLContext:
        """A context whose handshakes fail where the server's certificate is revoked.

        Raises:
            OSError: the CA file cannot be used (ssl.SSLError is one).
        """
        judge = self.judge

        class Judged(ssl.SSLObject):
            def do_handshake(self) -> None:
                super().do_handshake()
                judge(self.getpeercert(binary_form=True))

        context = ssl.create_default_context(cafile=self._ca)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.sslobject_class = Judged
        return context

    def shown_by(self, target: str, pair: tuple[Path, Path] | None) -> bytes:
        """The certificate (PEM) that `host:port` shows, if CA, span and list allow it.

        `pair` are the files of the caller's own certificate and key. Blocks, five seconds at most
        for each step.

        Raises:
            ServerRevoked: it is on the list.
            OSError: nobody answers, or not with a certificate that holds.
        """
        host, _, port = target.rpartition(":")
        host = host.strip("[]")
        context = ssl.create_default_context(cafile=self._ca)
        context.set_alpn_protocols(["h2"])
        if pair is not None:
            context.load_cert_chain(*pair)
        with (
            socket.create_connection((host, int(port)), timeout=DIAL_S) as connection,
            context.wrap_socket(connection, server_hostname=host) as locked,
        ):
            shown = locked.getpeercert(binary_form=True)
        self.judge(shown)
        return ssl.DER_cert_to_PEM_cert(shown or b"").encode()
