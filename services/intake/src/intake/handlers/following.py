"""A newer directory moves sites between nodes: what that means for the numbers given here.

It is done in the transaction that keeps the directory, before anybody registers by it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from intake.handlers.numbering import AWAITED, AWAY, HERE, OF_NODE, put
from intake.storage.statements import numbering_rows
from intake.storage.tables import numbering
from kernel.directory import Directory
from kernel.unit_of_work import UnitOfWork


class Row(Protocol):
    """Where the numbers of a site stand."""

    state: str
    host: str
    peer: str
    version: int


@dataclass(frozen=True, slots=True)
class Change:
    """Two directories as this node sees them; `old` None: it never went by one."""

    old: Directory | None
    new: Directory
    node: str

    def lives_here(self, site: str) -> bool:
        """Whether this node hosts the site now."""
        return self.new.node_of(site) == self.node

    def was_here(self, site: str) -> bool:
        """Whether this node hosted the site before."""
        old = self.old
        return old is not None and site in old.sites and old.node_of(site) == self.node

    def came_from(self, site: str) -> str | None:
        """Node below whose site it was; "" for one that came from above; None: it did not come."""
        host, old = self.new.node_of(site), self.old
        if host != self.node and not self.new.is_below(host, self.node):
            return None
        if old is None or site not in old.sites:
            return "" if self._was_given(host) else None
        before = old.node_of(site)
        if before == host:
            return None
        if before == self.node or old.is_below(before, self.node):
            return before if host == self.node else None
        return ""

    def _was_given(self, host: str) -> bool:
        """Whether the first directory seen tells of a site that lived above before.

        One that was delegated from the beginning was never counted elsewhere; one that was with a
        node below before this node came between is not this node's to count.
        """
        own, entry = self.new.delegation(self.node), self.new.delegation(host)
        if own is None or entry is None or not own.since:
            return False
        return host == self.node or entry.since > own.since


def follow(uow: UnitOfWork, change: Change) -> None:
    """Stop counting for sites that left; wait for the counters of those that came."""
    rows = {row.site: row for row in uow.query(numbering_rows())}
    for site in change.new.sites:
        row = rows.get(site)
        if row is None:
            _first_move(uow, change, site)
        elif row.version <= change.new.version:
            _next_move(uow, change, site, row)


def _first_move(uow: UnitOfWork, change: Change, site: str) -> None:
    place = {"host": change.new.node_of(site), "version": change.new.version}
    came_from = change.came_from(site)
    if came_from is not None:
        put(uow, site, state=AWAITED, peer=came_from, **place)
    elif change.was_here(site) and not change.lives_here(site):
        put(uow, site, state=AWAY, **place)
    elif change.old is None and change.lives_here(site):
        _carry_mark(uow, site, place)


def _carry_mark(uow: UnitOfWork, site: str, place: Mapping[str, Any]) -> None:
    """A node restored without any directory learns its sites: numbers may have been given."""
    own = uow.get(numbering, site=OF_NODE)
    if own is not None:
        marked = {"mark": own["mark"], "mark_until": own["mark_until"]}
        put(uow, site, state=HERE, **place, **marked)


def _next_move(uow: UnitOfWork, change: Change, site: str, row: Row) -> None:
    here = change.lives_here(site)
    place: dict[str, Any] = {"host": change.new.node_of(site)}
    moved = _came_back(change, row) if here else _goes_on(change, row, place["host"])
    if moved:
        place["version"] = change.new.version
    if moved or place["host"] != row.host:
        put(uow, site, **moved, **place)


def _came_back(change: Change, row: Row) -> dict[str, str]:
    """The site lives here: at once when nobody took its counters, else after they came back."""
    if row.state != AWAY:
        return {}
    if not row.peer:
        return {"state": HERE}
    below = change.new.is_below(row.peer, change.node)
    return {"state": AWAITED, "peer": row.peer if below else ""}


def _goes_on(change: Change, row: Row, host: str) -> dict[str, str]:
    """The site lives elsewhere: counters still under way are waited for, to be passed on."""
    if row.state == HERE:
        return {"state": AWAY, "peer": ""}
    if row.state == AWAY:
        given_up = row.peer and row.peer == change.new.parent_node(change.node)
        comes_down = given_up and change.new.is_below(host, change.node)
        return {"state": AWAITED, "peer": ""} if comes_down else {}
    if row.peer == host:
        return {"state": AWAY}  # back to the node that has them
    if not row.peer and not change.new.is_below(host, change.node):
        return {"state": AWAY}  # nothing ever came, and it is not on the way any more
    return {}
