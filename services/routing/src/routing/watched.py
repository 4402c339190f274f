"""What an operator watches: how links stand, what is under way and how old, what is overdue."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from opentelemetry import metrics
from opentelemetry.metrics import Meter

from routing.domain import protocol
from routing.steps.ground import Ground
from routing.storage import watched

if TYPE_CHECKING:  # the bus is handed over, not made here
    from routing.bus import Bus

EVERY_S = 15.0
HEARD_LATELY = timedelta(seconds=15)
"""A child beats every few seconds: silence for longer is a link that is down."""
Labels = tuple[tuple[str, str], ...]


class Level:
    """A gauge with labels; a set of labels that is no longer told of falls to 0."""

    def __init__(self, meter: Meter, name: str, unit: str, description: str) -> None:
        self._gauge = meter.create_gauge(name, unit=unit, description=description)
        self._known: set[Labels] = set()

    def set(self, values: Mapping[Labels, float]) -> None:
        """Set what is told of, and forget the rest."""
        for labels in self._known - values.keys():
            self._gauge.set(0, dict(labels))
        for labels, value in values.items():
            self._gauge.set(value, dict(labels))
        self._known = set(values)


class Watched:
    """Tells the metrics every quarter of a minute; each replica tells the same."""

    def __init__(self, ground: Ground, bus: "Bus", meter: Meter | None = None) -> None:
        self._ground = ground
        self._bus = bus
        told = meter or metrics.get_meter("lianxin")
        self._levels = {
            name: Level(told, f"lianxin.{name}", unit, description)
            for name, (unit, description) in LEVELS.items()
        }

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY_S)

    async def look(self) -> None:
        """Count once, and tell."""
        now = self._ground.clock.now()
        code = self._ground.node.code
        children = self._ground.node.children()
        look = partial(watched.look, node=code, now=now, children=children)
        found = await self._ground.readers.run(look)
        told = _of_handovers(found.handovers, now) | _of_links(found.links, self._bus, now)
        told["clocks.overdue"] = {
            (("clock", name), ("whose", whose)): count
            for (name, whose), count in found.overdue.items()
        }
        told["events.parked"] = {(): found.parked}
        told["node.frozen"] = {(): int(self._bus.frozen())}
        for name, values in told.items():
            self._levels[name].set(values)


LEVELS = {
    "handover.open": ("{handover}", "Open hand-overs this node has sent, by state"),
    "handover.age": ("s", "Age of the oldest open hand-over, by state"),
    "link.connected": ("", "1 while the other end of a link answers"),
    "link.behind": ("{event}", "Events the other end is not known to have"),
    "link.lag": ("s", "Age of the oldest event the other end is not known to have"),
    "clocks.overdue": ("{clock}", "Clocks past their end and not met, by clock and whose it is"),
    "events.parked": ("{event}", "Events that could not be applied"),
    "node.frozen": ("", "1 while the node only reads, after a restore"),
}
Told = dict[str, dict[Labels, float]]


def _of_handovers(found: Mapping[str, watched.Open], now: datetime) -> Told:
    return {
        "handover.open": {
            (("state", state),): found[state].count if state in found else 0
            for state in protocol.OPEN_ROWS
        },
        "handover.age": {
            (("state", state),): _age_s(row.oldest, now) for state, row in found.items()
        },
    }


def _of_links(found: Mapping[str, watched.Behind], bus: "Bus", now: datetime) -> Told:
    return {
        "link.connected": {_link(name): int(is_connected(bus, name)) for name in found},
        "link.behind": {_link(name): end.count for name, end in found.items()},
        "link.lag": {_link(name): _age_s(end.oldest, now) for name, end in found.items()},
    }


def is_connected(bus: "Bus", name: str) -> bool:
    """Whether the other end of a link answers.

    The parent while it does; a child while it beats; the node's own bus while it runs.
    """
    if name == "up":
        return bus.up is not None and bus.up.connected
    _, _, child = name.partition(".")
    heard = heard_at(bus, name)
    return not child or (heard is not None and bus.clock.now() - heard < HEARD_LATELY)


def heard_at(bus: "Bus", name: str) -> datetime | None:
    """When the other end of a link last spoke to this process."""
    if name == "up":
        return None if bus.up is None else bus.up.heard_at
    return bus.down.heard.get(name.partition(".")[2])


def _link(name: str) -> Labels:
    return (("link", name),)


def _age_s(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())
