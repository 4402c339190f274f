"""Looks for secrets where none may be: files, folders, logs, and images (`docker save` archives).

`python tools/find_secrets.py PATH...` Exit status 1 when there is one; it is not printed.
"""

import re
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

LARGEST = 32 * 1024 * 1024
"""Bytes of a file that are looked at; keys are small, and what is larger is data."""
# `s3cret` is the password that our own tests hide from logs.
PATTERNS = {
    "private key": re.compile(rb"-----BEGIN [A-Z ]*PRIVATE" + rb" KEY-----\s+[A-Za-z0-9+/=]{16}"),
    "key of a system": re.compile(rb"\blxk_[0-9a-f]{12}_[A-Za-z0-9_-]{40,}"),
    "NKey seed": re.compile(rb"\bS[UANOCX][A-Z2-7]{56}\b"),
    "signed token": re.compile(
        rb"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{40,}"
    ),
    "password hash": re.compile(rb"\$argon2id\$v=\d+\$[^\s$]+\$[A-Za-z0-9+/]{16,}\$"),
    "password in an address": re.compile(
        rb"\b(?:postgres(?:ql)?|nats|s3|https?)://[^\s:/@{}$<>*]+:(?!\*|s3cret@)[^\s:/@{}$<>*\xe2]{6,}@"
    ),
    "access key": re.compile(rb"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
}


def found_in(content: bytes) -> list[str]:
    """The kinds of secrets that can be read in some bytes."""
    return [kind for kind, pattern in PATTERNS.items() if pattern.search(content)]


def found_at(path: Path) -> Iterator[tuple[str, str]]:
    """Where under a path there is one, and of which kind; archives are looked into."""
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if not file.is_file() or file.is_symlink():
            continue
        if tarfile.is_tarfile(file):
            yield from _in_archive(file)
        elif file.stat().st_size <= LARGEST:
            yield from ((str(file), kind) for kind in found_in(file.read_bytes()))


def _in_archive(file: Path) -> Iterator[tuple[str, str]]:
    """An image is an archive of layers, each of which is an archive."""
    with tarfile.open(file) as archive:
        for member in archive:
            stream = archive.extractfile(member) if member.isfile() else None
            if stream is None:
                continue
            if member.name.endswith((".tar", ".tar.gz")) or "/sha256/" in member.name:
                yield from _in_layer(f"{file}:{member.name}", stream)
            elif member.size <= LARGEST:
                yield from ((f"{file}:{member.name}", kind) for kind in found_in(stream.read()))


def _in_layer(name: str, stream: object) -> Iterator[tuple[str, str]]:
    try:
        with tarfile.open(fileobj=stream, mode="r:*") as layer:  # type: ignore[call-overload] # a reader of bytes
            for member in layer:
                content = layer.extractfile(member) if member.isfile() else None
                if content is not None and member.size <= LARGEST:
                    kinds = found_in(content.read())
                    yield from ((f"{name}:{member.name}", kind) for kind in kinds)
    except tarfile.ReadError:  # a manifest beside the layers
        return


def main() -> int:
    """Say where, and of which kind."""
    hits = [hit for path in sys.argv[1:] for hit in found_at(Path(path))]
    for where, kind in hits:
        print(f"{where}: {kind}")
    print(f"{len(hits)} found" if hits else "no secret found")
    return int(bool(hits))


if __name__ == "__main__":
    sys.exit(main())
