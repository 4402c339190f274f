"""Documents of the issuer over HTTP: few bytes, few seconds, no detours."""

import json
import ssl
import urllib.request
from pathlib import Path
from typing import Any

from kernel.oidc.errors import IssuerAway
from kernel.oidc.mapping import safe_address

DISCOVERY = "/.well-known/openid-configuration"
MOST_BYTES = 256 * 1024
WAIT_S = 5.0


class _NoDetour(urllib.request.HTTPRedirectHandler):
    """The issuer answers itself: a redirect would let somebody else answer in its place."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follow nothing; the redirect itself is then an error."""


def key_documents(issuer: str, ca: Path | None) -> list[dict[str, Any]]:
    """The issuer's keys as JWKs, by way of its discovery document. Blocks; run it in a thread.

    Raises:
        IssuerAway: no answer in time, too large a one, or none that is the issuer's.
    """
    opener = _opener(ca)
    told = _document(opener, issuer.rstrip("/") + DISCOVERY)
    address = told.get("jwks_uri")
    if told.get("issuer") != issuer or not isinstance(address, str) or not safe_address(address):
        raise IssuerAway
    keys = _document(opener, address).get("keys")
    if not isinstance(keys, list):
        raise IssuerAway
    return [key for key in keys if isinstance(key, dict)]


def _opener(ca: Path | None) -> urllib.request.OpenerDirector:
    context = ssl.create_default_context(cafile=None if ca is None else str(ca))
    return urllib.request.build_opener(
        _NoDetour,
        urllib.request.ProxyHandler({}),
        urllib.request.HTTPSHandler(context=context),
    )


def _document(opener: urllib.request.OpenerDirector, url: str) -> dict[str, Any]:
    try:
        with opener.open(url, timeout=WAIT_S) as answer:
            content = answer.read(MOST_BYTES + 1)
        document = json.loads(content) if len(content) <= MOST_BYTES else None
    except (OSError, ValueError):  # unreachable, refused, no JSON
        raise IssuerAway from None
    if not isinstance(document, dict):
        raise IssuerAway
    return document
