"""A database takes on a new incarnation: every kept event is numbered again from 1.

Kept rows that stayed under their old numbers would collide with what the lost life had sent.
"""

from dataclasses import dataclass

from sqlalchemy import update

from kernel.links.tables import LinkTables
from kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Adopt:
    """Let the links of this database belong to incarnation `number`."""

    number: int


@dataclass(frozen=True, slots=True)
class Adopting:
    """The handler of one service's outbox."""

    tables: LinkTables

    def adopt(self, uow: UnitOfWork, command: Adopt) -> int:
        """Take all numbers back that an older incarnation gave; answers how many links changed.

        Doing it twice changes nothing the second time.
        """
        link, outbox = self.tables.link, self.tables.outbox
        older = link.c.incarnation < command.number
        changed = uow.execute(
            update(link).where(older).values(incarnation=command.number, head=0, published_no=0)
        )
        uow.execute(
            update(outbox)
            .where(outbox.c.incarnation < command.number)
            .values(link_no=None, incarnation=None)
        )
        return int(changed.rowcount)  # type: ignore[attr-defined]  # a CursorResult
