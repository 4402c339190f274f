"""Keys of a node on its own disk: listed, made newer, ended."""

import json
import os
import subprocess
import sys

import pytest

from kernel.nats_server.rotation import let_in
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


def test_keys_of_services_at_nats_are_rotated_and_the_former_ended(keys, tmp_path):
    """Both are let in until the former ones end; each command says how many."""
    folder = tmp_path / "data" / "keys" / "nats"
    former = {file.name: let_in(file) for file in folder.glob("*.pub")}
    assert keys("rotate", "nats") == (0, {"kind": "nats", "count": len(former)})
    assert {file.name: let_in(file)[1:] for file in folder.glob("*.pub")} == former
    assert keys("retire", "nats") == (0, {"kind": "nats", "count": len(former)})
    assert {len(let_in(file)) for file in folder.glob("*.pub")} == {1}
    assert keys("retire", "nats")[1]["count"] == 0


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
