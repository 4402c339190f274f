import os
import stat
import threading

import pytest

from kernel.ids import new_id
from kernel.sealing import (
    NodeKey,
    Unopenable,
    commitment,
    new_private_key,
    open_with,
    public_key_of,
    random_bytes,
    seal_to,
)
from kernel.sealing.node_key import rotate
from kernel.tokens.keys import KeyFileExposed


def test_a_field_opens_under_its_name_and_in_its_case_only(tmp_path):
    """Ciphertext moved to another field or another case does not open."""
    node = NodeKey.load(tmp_path / "keys")
    one, other = node.new_case(new_id()), node.new_case(new_id())
    sealed = one.seal("name", b"secret")
    assert one.open("name", sealed) == b"secret"
    for case, name in ((one, "phone"), (other, "name")):
        with pytest.raises(Unopenable):
            case.open(name, sealed)


def test_case_keys_survive_a_rotation_and_a_restart(tmp_path):
    """What was sealed under a former node key opens; what is new is sealed under the newest."""
    folder = tmp_path / "keys"
    before = NodeKey.load(folder)
    case = before.new_case(new_id())
    sealed, answer = case.seal("name", b"secret"), before.seal("answer", b"code")
    blinded = before.blind("phone", "13800001234")
    rotate(folder)
    after = NodeKey.load(folder)
    assert after.key_id != before.key_id
    assert after.of_case(case.row).open("name", sealed) == b"secret"
    assert after.open("answer", answer) == b"code"
    assert after.blind("phone", "13800001234") == blinded
    assert after.new_case(new_id()).row["key_id"] == after.key_id


def test_a_destroyed_case_key_opens_nothing(tmp_path):
    """Without the wrapped key there is no way to the field."""
    node = NodeKey.load(tmp_path / "keys")
    row = {**node.new_case(new_id()).row, "wrapped": None}
    with pytest.raises(Unopenable):
        node.of_case(row)


def test_key_files_are_the_owners_alone(tmp_path):
    """The key file is made 0600, and one that others may read is refused."""
    folder = tmp_path / "keys"
    NodeKey.load(folder)
    (file,) = folder.glob("*.seal")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o644)
    with pytest.raises(KeyFileExposed):
        NodeKey.load(folder)


def test_only_the_receiving_body_opens_what_is_sealed_to_it():
    """The private key of the body opens; another one, or an altered message, does not."""
    private, other = new_private_key(), new_private_key()
    sealed = seal_to(public_key_of(private), b"what was said")
    assert open_with(private, sealed) == b"what was said"
    for key, message in ((other, sealed), (private, sealed[:-1]), (private, b"short")):
        with pytest.raises(Unopenable):
            open_with(key, message)


def test_a_malformed_public_key_is_refused():
    """Nothing is sealed to something that is no key."""
    for bad in ("", "not base64!", "c2hvcnQ="):
        with pytest.raises(ValueError, match=r"."):
            seal_to(bad, b"x")


def test_random_bytes_are_given_out_once():
    """No piece comes twice, neither in one thread, nor in two, nor in a block's last bytes."""
    given: list[bytes] = []

    def draw() -> None:
        given.extend([random_bytes(16) for _ in range(2000)])

    threads = [threading.Thread(target=draw) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {len(piece) for piece in given} == {16}
    assert len(set(given)) == 6000
    assert len(random_bytes(10_000)) == 10_000


def test_a_child_process_draws_other_random_bytes():
    """What a process had drawn before it was copied is not given out in the copy."""
    random_bytes(1)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(write, random_bytes(16))
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(read, 16) != random_bytes(16)
    os.close(read)
    os.close(write)


def test_a_commitment_binds_name_salt_and_value():
    """Another name, salt or value gives another commitment; the same ones the same."""
    salted = bytes(16) + b"value"
    others = [bytes(15) + b"\1value", bytes(16) + b"valuf", bytes(16)]
    assert commitment("name", salted) == commitment("name", salted)
    assert len({commitment("name", other) for other in [salted, *others]}) == 4
    assert commitment("name", salted) != commitment("named", salted)
