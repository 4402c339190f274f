"""With which key a node signs for its parent while its keys are rotated."""

import base64

from kernel.tokens import KeyRing
from routing.exchange.own_key import KeyForParent


def named(ring, kid):
    """A public key as the directory names it."""
    return base64.b64encode(ring.public_bytes()[kid]).decode()


def test_it_signs_with_the_key_that_the_directory_names(tmp_path):
    """A newer key signs for the parent only from the directory that names it on."""
    ring = KeyRing.open(tmp_path)
    first, _ = ring.signing()
    directory = [named(ring, first)]
    key = KeyForParent(ring, lambda: directory[0])
    second = ring.rotate()
    assert key.signing()[0] == first
    directory[0] = named(ring, second)
    assert key.signing()[0] == second


def test_a_refusal_makes_it_try_the_others_in_turn(tmp_path):
    """The parent went by a newer directory first: the key that it takes is found."""
    ring = KeyRing.open(tmp_path)
    first, _ = ring.signing()
    directory = [named(ring, first)]
    key = KeyForParent(ring, lambda: directory[0])
    key.refused()
    assert key.signing()[0] == first  # there is no other
    second = ring.rotate()
    key.refused()
    assert key.signing()[0] == second
    key.refused()
    assert key.signing()[0] == first
    key.refused()
    directory[0] = named(ring, second)
    assert key.signing()[0] == second


def test_a_new_node_signs_with_its_newest(tmp_path):
    """Before its first directory a node has no other word than its own."""
    ring = KeyRing.open(tmp_path)
    assert KeyForParent(ring, lambda: "").signing() == ring.signing()
