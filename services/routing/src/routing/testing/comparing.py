"""A node of the world put back from a backup, and what it compares with its neighbours."""

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from kernel.group_commit import Work
from kernel.identity import Caller, Kind
from kernel.ids import new_id
from kernel.unit_of_work import UnitOfWork
from routing.exchange import peers
from routing.handlers import reconcile
from routing.handlers.lost import Known
from routing.storage import peers as peer_rows
from routing.storage.metadata import metadata
from routing.testing.book_part import BookPart

if TYPE_CHECKING:  # the world is made of these
    from routing.testing.world import Peer


@dataclass(frozen=True)
class Backup:
    """All rows of a node's database and the state of its services, at one moment."""

    rows: dict[str, list[dict[str, Any]]]
    parts: dict[str, BookPart]


def back_up(peer: "Peer") -> Backup:
    """A copy of everything; services of a node are backed up together."""
    with peer.database.readers.connect() as connection:
        rows = {
            table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in metadata.sorted_tables
        }
    return Backup(rows, deepcopy(peer.parts))


async def put_back(peer: "Peer", backup: Backup) -> None:
    """Put a backup back, as a new incarnation: frozen until every neighbour was compared with."""
    await peer.ground.writer.perform(Work(_replace_rows, backup, caller=_itself(peer)))
    peer.incarnation += 1
    for name, part in deepcopy(backup.parts).items():
        part.locked_by_restore(new_id())
        peer.parts[name].__dict__.update(part.__dict__)
    node = peer.ground.node
    neighbours = node.directory().child_nodes(node.code)
    if node.parent:
        neighbours = [*neighbours, node.parent]
    await peer.do(reconcile.freeze, reconcile.Freeze(tuple(neighbours)), _itself(peer))


async def compare_if_asked(peer: "Peer", above: "Peer") -> bool:
    """What the beat of a child does when either side was restored. True if it did anything."""
    wanted = await _wants(peer, above.code)
    asked = await _wants(above, peer.code)
    if wanted:
        told = await above.do(peers.compare, await _told(peer, above, restored=True), _itself(peer))
        adopt = reconcile.Adopt(above.code, told.rows, told.epochs)
        await peer.do(reconcile.adopt, adopt, _itself(peer))
    if asked:
        theirs = await above.do(peers.rows_of_link, peer.code, _itself(above))
        command = peers.Compare(above.code, tuple(theirs), True, above.incarnation)
        ours = await peer.do(peers.compare, command, _itself(peer))
        back = peers.Compare(peer.code, ours.rows, False, peer.incarnation, ours.epochs, adopt=True)
        await above.do(peers.compare, back, _itself(peer))
    return bool(wanted or asked)


async def _wants(peer: "Peer", node: str) -> bool:
    return bool(await peer.ground.readers.run(lambda c: peer_rows.wants_comparison(c, node)))


async def _told(peer: "Peer", above: "Peer", *, restored: bool) -> peers.Compare:
    rows = await peer.do(peers.rows_of_link, above.code, _itself(peer))
    case_ids, since = await peer.ground.readers.run(peer_rows.known_since)
    known = None if since is None else Known(case_ids, since)
    return peers.Compare(peer.code, tuple(rows), restored, peer.incarnation, known=known)


def _itself(peer: "Peer") -> Caller:
    return Caller(Kind.SERVICE, f"{peer.code}/routing")


def _replace_rows(uow: UnitOfWork, backup: Backup) -> None:
    for table in reversed(metadata.sorted_tables):
        uow.execute(delete(table))
    for table in metadata.sorted_tables:
        rows = backup.rows[table.name]
        for first in range(0, len(rows), ROWS):
            uow.execute(insert(table).values(rows[first : first + ROWS]))


ROWS = 100
"""Rows in one statement, well below what either database takes."""
