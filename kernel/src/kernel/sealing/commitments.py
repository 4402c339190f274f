"""What the log keeps in place of a personal field."""

from hashlib import blake2b

SALT_BYTES = 16
"""The random salt in front of the value; it is sealed with it and travels with the case."""


def commitment(name: str, salted: bytes) -> str:
    """64 hex digits that bind whoever wrote them to the value behind `salted` (salt, then value).

    Who is shown salt and value can check it. Without the salt no guess can be tried against it:
    once the case key is destroyed it says nothing any more, and the log's chain still verifies.
    """
    salt, value = salted[:SALT_BYTES], salted[SALT_BYTES:]
    return blake2b(name.encode() + b"\0" + value, key=salt, digest_size=32).hexdigest()
