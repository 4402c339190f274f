"""Asks a service of this machine how it is: `python -m kernel.health 7310 [--tls CA NAME]`.

For the health check of a container: ends with 0 when the service answers SERVING, else with 1 and a
word on standard error. It speaks the standard gRPC health service by hand, since loading a gRPC
library every few seconds in every container would cost more than the services themselves.
"""

import argparse
import socket
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path

LIMIT_S = 4.0
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
PATH = b"/grpc.health.v1.Health/Check"
DATA, HEADERS, SETTINGS, GOAWAY = 0, 1, 4, 7
END_STREAM, END_HEADERS, ACK = 1, 4, 1
FRAME_HEAD = 9
WHOLE_SERVER = b"\x00\x00\x00\x00\x00"
"""An empty HealthCheckRequest: not compressed, no bytes."""
SERVING = b"\x00\x00\x00\x00\x02\x08\x01"
"""HealthCheckResponse with status SERVING."""


class Unwell(Exception):
    """The service says that it does not serve, or what answers is no such service."""


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    """One HTTP/2 frame (RFC 9113, section 4.1)."""
    head = len(payload).to_bytes(3, "big") + bytes((kind, flags)) + stream.to_bytes(4, "big")
    return head + payload


def literal(name: bytes, value: bytes) -> bytes:
    """A header field without any table or Huffman code (RFC 7541, section 6.2.2)."""
    return b"\x00" + bytes((len(name),)) + name + bytes((len(value),)) + value


def request(scheme: bytes) -> bytes:
    """Everything the client says: preface, settings, one call."""
    fields = [
        (b":method", b"POST"),
        (b":scheme", scheme),
        (b":path", PATH),
        (b":authority", b"localhost"),
        (b"content-type", b"application/grpc"),
        (b"te", b"trailers"),
    ]
    headers = b"".join(literal(name, value) for name, value in fields)
    call = frame(HEADERS, END_HEADERS, 1, headers) + frame(DATA, END_STREAM, 1, WHOLE_SERVER)
    return PREFACE + frame(SETTINGS, 0, 0) + call


def frames(line: socket.socket) -> Iterator[tuple[int, int, bytes]]:
    """Kind, flags and content of each frame until the other side is silent."""
    kept = b""
    while True:
        while len(kept) < FRAME_HEAD or len(kept) < FRAME_HEAD + int.from_bytes(kept[:3], "big"):
            more = line.recv(65536)
            if not more:
                return
            kept += more
        end = FRAME_HEAD + int.from_bytes(kept[:3], "big")
        yield kept[3], kept[4], kept[FRAME_HEAD:end]
        kept = kept[end:]


def answer(line: socket.socket) -> bytes:
    """The message of the answer; empty when the call was refused."""
    said = b""
    for kind, flags, content in frames(line):
        if kind == SETTINGS and not flags & ACK:
            line.sendall(frame(SETTINGS, ACK, 0))
        elif kind == DATA:
            said += content
        if kind == GOAWAY or (kind in {DATA, HEADERS} and flags & END_STREAM):
            break
    return said


def ask(port: int, *, ca: Path | None = None, name: str = "", host: str = "127.0.0.1") -> None:
    """Return when the server says SERVING.

    Raises:
        Unwell: it answers something else.
        OSError: nobody answers in time, or the certificate is not good for `name`.
    """
    with socket.create_connection((host, port), timeout=LIMIT_S) as plain:
        if ca is None:
            plain.sendall(request(b"http"))
            said = answer(plain)
        else:
            context = ssl.create_default_context(cafile=ca)
            context.set_alpn_protocols(["h2"])
            with context.wrap_socket(plain, server_hostname=name) as locked:
                locked.sendall(request(b"https"))
                said = answer(locked)
    if said != SERVING:
        raise Unwell("it does not serve now")


def main(words: list[str]) -> int:
    """Ask, say what is wrong, answer the exit status."""
    parser = argparse.ArgumentParser(prog="kernel.health", description=__doc__)
    parser.add_argument("port", type=int, nargs="+")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--tls", nargs=2, metavar=("CA", "NAME"))
    given = parser.parse_args(words)
    ca, name = given.tls or (None, "")
    for port in given.port:
        try:
            ask(port, ca=ca, name=name, host=given.host)
        except (OSError, Unwell) as error:
            sys.stderr.write(f"{given.host}:{port}: {error}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
