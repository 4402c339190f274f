"""The sending end of links: numbers after the commit, repeats on wish, purges by the receiver."""

from kernel.relay.door import LocalDoor
from kernel.relay.link_end import LinkEnd
from kernel.relay.numbering import OtherIncarnation
from kernel.relay.relay import Ground, Head, Relay
from kernel.relay.retention import PeerAhead, Retention

__all__ = [
    "Ground",
    "Head",
    "LinkEnd",
    "LocalDoor",
    "OtherIncarnation",
    "PeerAhead",
    "Relay",
    "Retention",
]
