"""No secret in the checkout; the search for them finds each kind, in images too."""

import io
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from .source import ROOT, tracked_files

SAMPLES = {
    "private key": "-----BEGIN EC PRIVATE" + " KEY-----\nMHcCAQEEIAbcdefghijklmnop",
    "key of a system": "lxk" + "_0123456789ab_" + "x" * 43,
    "NKey seed": "SU" + "A" * 56,
    "signed token": "eyJ" + "a" * 20 + ".eyJ" + "b" * 40 + "." + "c" * 86,
    "password hash": "$argon2id" + "$v=19$m=19456,t=2,p=1$" + "c2FsdHNhbHRzYWx0" + "$" + "A" * 43,
    "password in an address": "postgresql" + "://intake:hunter2hunter2@db/intake",
    "access key": "AKIA" + "ABCDEFGHIJKLMNOP",
}
"""Made up, and put together here so that the search of the checkout does not find them."""


def search(*paths: Path) -> subprocess.CompletedProcess[str]:
    """What the tool says of these paths."""
    command = [sys.executable, str(ROOT / "tools/find_secrets.py"), *map(str, paths)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_the_checkout_holds_no_secret() -> None:
    """No tracked file has a key, a token, a seed or a password in an address."""
    done = search(*(ROOT / path for path in tracked_files()))
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("kind", SAMPLES)
def test_each_kind_is_found_and_not_repeated(tmp_path: Path, kind: str) -> None:
    """The place and the kind are named, never the secret itself."""
    log = tmp_path / "node.log"
    log.write_text(f"started\nvalue={SAMPLES[kind]}\n")
    done = search(tmp_path)
    assert done.returncode == 1
    assert f"node.log: {kind}" in done.stdout
    assert SAMPLES[kind] not in done.stdout


def test_a_layer_of_an_image_is_looked_into(tmp_path: Path) -> None:
    """An image is saved as an archive of archives; a file in a layer is found by its name."""
    layer = _archive({"opt/lianxin/env": SAMPLES["NKey seed"].encode(), "etc/motd": b"hello"})
    image = tmp_path / "image.tar"
    image.write_bytes(_archive({"blobs/sha256/0123": layer, "manifest.json": b"[]"}))
    done = search(image)
    assert done.returncode == 1
    assert "opt/lianxin/env: NKey seed" in done.stdout
    assert "motd" not in done.stdout


def test_what_is_no_secret_is_left_alone(tmp_path: Path) -> None:
    """Public keys, placeholders, hidden passwords and the patterns themselves are no finding."""
    fine = (
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2Vw\npostgresql://intake:***@db/intake\n"
        "postgresql://…/intake\nhttps://user:${PASSWORD}@host/\nlxk_ID_SECRET\n"
    )
    (tmp_path / "notes.md").write_text(fine, "utf-8")
    done = search(tmp_path)
    assert done.returncode == 0, done.stdout


def _archive(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return made.getvalue()
