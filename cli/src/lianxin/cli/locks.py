"""How the doors of a node are locked, and in words why one does not open."""

import socket
import ssl
from datetime import UTC, datetime
from pathlib import Path

from kernel.tls import ClientTls
from lianxin.cli.errors import BadInput, NodeAway
from lianxin.cli.nodes import NodeDoor

LIMIT_S = 3.0
OVER = frozenset({9, 10})
FOR_OTHERS = frozenset({62, 64})
"""Codes of X509_verify_cert: not yet or no longer good; another host, another address."""


def tls_of(door: NodeDoor) -> ClientTls | None:
    """What the doors are dialled with; None = plain.

    Raises:
        BadInput: the CA file cannot be used.
    """
    if not door.ca:
        return None
    _context(door.ca)
    return ClientTls(Path(door.ca))


def explain(door: NodeDoor) -> None:
    """Look why a door of the node did not open.

    Raises:
        NodeAway: naming what is wrong with a certificate, or that a side expects none. Nothing is
            raised where nobody listens: then the node is away.
    """
    for address in door.services.values():
        reason = why_shut(address, door.ca)
        if reason:
            raise NodeAway(reason, address=address, ca=door.ca)


def why_shut(address: str, ca: str) -> str:
    """The key of the text; empty where nothing is wrong, or nobody listens."""
    host, _, port = address.rpartition(":")
    try:
        connection = socket.create_connection((host.strip("[]"), int(port)), timeout=LIMIT_S)
    except OSError:
        return ""
    with connection:
        return _checked(connection, host.strip("[]"), ca) if ca else _unchecked(connection)


def ends_at(address: str, ca: str) -> datetime | None:
    """When the certificate of a door ends; None where it cannot be seen."""
    host, _, port = address.rpartition(":")
    try:
        with (
            socket.create_connection((host.strip("[]"), int(port)), timeout=LIMIT_S) as connection,
            _context(ca).wrap_socket(connection, server_hostname=host.strip("[]")) as locked,
        ):
            shown = locked.getpeercert() or {}
    except OSError:
        return None
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC)


def _checked(connection: socket.socket, host: str, ca: str) -> str:
    try:
        with _context(ca).wrap_socket(connection, server_hostname=host):
            return ""
    except ssl.SSLCertVerificationError as wrong:
        if wrong.verify_code in OVER:
            return "CERTIFICATE_OVER"
        return "CERTIFICATE_FOR_OTHERS" if wrong.verify_code in FOR_OTHERS else "CA_UNKNOWN"
    except OSError:  # no TLS was spoken; an SSLError is one
        return "DOOR_PLAIN"


def _unchecked(connection: socket.socket) -> str:
    """Whether TLS is spoken here at all. Nothing is sent over it."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    try:
        with context.wrap_socket(connection):
            return "DOOR_LOCKED"
    except OSError:
        return ""


def _context(ca: str) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=ca)
    except OSError:
        raise BadInput("CA_FILE_INVALID", field="--ca", file=ca) from None
    context.set_alpn_protocols(["h2"])
    return context
