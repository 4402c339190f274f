"""What the metadata and the connection of a call say about the caller."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from kernel.catalogue import Language
from kernel.tokens import Credentials


@dataclass(frozen=True, slots=True)
class Incoming:
    """The parts of a call's metadata that the edge looks at."""

    authorization: str = ""
    language: Language = Language.ZH_CN
    traceparent: str = ""


def read(metadata: Any) -> Incoming:
    """Pick ours out of a call's metadata; the first of each key counts."""
    found: dict[str, str] = {}
    for key, value in metadata or ():
        if key in _WANTED:
            found.setdefault(key, value)
    if not found:
        return _NOTHING
    return Incoming(
        authorization=found.get("authorization", ""),
        language=language(found.get("accept-language", "")),
        traceparent=found.get("traceparent", ""),
    )


_WANTED = frozenset({"authorization", "accept-language", "traceparent"})
_NOTHING = Incoming()


@lru_cache(maxsize=256)
def language(accept: str) -> Language:
    """The language of ours that the caller reads best."""
    return Language.preferred(accept)


def credentials(incoming: Incoming, certificate_node: str | None) -> Credentials:
    """What there is to prove who calls; the node is None at a door without certificates."""
    return Credentials(incoming.authorization, certificate_node)


def host(peer: str) -> str:
    """The address of a peer without its port: `ipv4:10.0.0.7:5123` → `ipv4:10.0.0.7`."""
    return peer.rpartition(":")[0] or peer
