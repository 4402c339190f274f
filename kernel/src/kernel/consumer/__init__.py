"""The receiving end of links: an inbox, a contiguous cursor, handlers in order, parked events."""

from kernel.consumer.courier import Courier
from kernel.consumer.forgetting import Forgetting
from kernel.consumer.gaps import Wish
from kernel.consumer.inbox import EventHandler
from kernel.consumer.local import LocalEar
from kernel.consumer.parked import Parked
from kernel.consumer.position import Position, Verdict
from kernel.consumer.receiver import Receiver

__all__ = [
    "Courier",
    "EventHandler",
    "Forgetting",
    "LocalEar",
    "Parked",
    "Position",
    "Receiver",
    "Verdict",
    "Wish",
]
