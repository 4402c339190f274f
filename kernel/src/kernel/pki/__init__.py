"""A small certificate authority in a folder, for a county that has none of its own."""

from kernel.pki.authority import Authority, AuthorityExists, AuthorityMissing, Issued
from kernel.pki.subject import NameInvalid, Subject

__all__ = [
    "Authority",
    "AuthorityExists",
    "AuthorityMissing",
    "Issued",
    "NameInvalid",
    "Subject",
]
