"""Whose invitations there are, found by account; words of parties with them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from kernel.inviting.keeping import last_words
from kernel.inviting.tables import Tables

Row = Mapping[Any, Any]


def of_account(
    connection: Connection, tables: Tables, account: str, case_id: UUID | None = None
) -> Sequence[Row]:
    """The invitations of an account, newest first; of one case where it is named."""
    table = tables.invitation
    wanted = [table.c.account == account, table.c.account != ""]
    if case_id is not None:
        wanted.append(table.c.case_id == case_id)
    query = select(table).where(*wanted).order_by(table.c.invited_at.desc(), table.c.no.desc())
    return connection.execute(query).mappings().all()


def of_case(connection: Connection, tables: Tables, case_id: UUID) -> Sequence[Row]:
    """Every invitation of a case, in order."""
    table = tables.invitation
    query = select(table).where(table.c.case_id == case_id).order_by(table.c.no)
    return connection.execute(query).mappings().all()


def words_of(connection: Connection, tables: Tables, case_id: UUID, no: int) -> dict[UUID, bool]:
    """What each party said last of an invitation."""
    word = tables.invited_word
    query = select(word).where(word.c.case_id == case_id, word.c.no == no)
    return last_words(connection.execute(query).mappings())
