"""Keys of a node on its own disk: listed, made newer, ended."""

import json
import os
import subprocess
import sys

import pytest

from kernel.tokens import KeyRing
from lianxin.cli.node.identity import identity_of


@pytest.fixture
def keys(tmp_path):
    """The command for a node that never ran."""
    file = tmp_path / "node.yaml"
    file.write_text("node: fresh\n", "utf-8")
    identity_of(tmp_path / "data" / "keys")

    def run(*words):
        done = subprocess.run(
            [sys.executable, "-m", "lianxin.cli", "keys", *words, "--config", str(file), "--json"],
            check=False,
            capture_output=True,
            env=os.environ | {"LIANXIN_LANG": "en"},
        )
        return done.returncode, json.loads(done.stdout or done.stderr)

    return run


def test_a_signing_key_is_rotated_and_the_former_ended(keys, tmp_path):
    """The newest signs; the one that signs cannot be ended, a former one can, once."""
    ring = KeyRing.open(tmp_path / "data" / "keys")
    former, _ = ring.signing()
    status, made = keys("rotate", "signing")
    assert (status, ring.signing()[0]) == (0, made["key_id"])
    shown = keys("list")[1]["keys"]
    assert [(one["key_id"], one["in_use"]) for one in shown] == [
        (former, False),
        (made["key_id"], True),
    ]
    assert keys("retire", made["key_id"])[1]["error"]["reason"] == "KEY_IN_USE"
    assert keys("retire", former)[0] == 0
    assert ring.public(former) is None
    assert keys("retire", former)[1]["error"]["reason"] == "KEY_UNKNOWN"
