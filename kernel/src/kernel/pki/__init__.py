"""A small certificate authority in a folder, for a county that has none of its own."""

from kernel.pki.authority import Authority, AuthorityExists, AuthorityMissing, Issued
from kernel.pki.requests import Request, RequestInvalid, key_in, request_for
from kernel.pki.subject import NameInvalid, Subject

__all__ = [
    "Authority",
    "AuthorityExists",
    "AuthorityMissing",
    "Issued",
    "NameInvalid",
    "Request",
    "RequestInvalid",
    "Subject",
    "key_in",
    "request_for",
]
