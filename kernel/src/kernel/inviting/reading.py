"""Whose invitations there are, found by account; words of parties with them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, Table, select

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


def at_custody(
    connection: Connection, row: Row, case: Table, write_grant: Table
) -> tuple[Row, Row] | None:
    """The row of the case and the grant, of an invitation that holds good at the custody of now.

    None for one that was made at an earlier custody, or on another node: it is nobody's here.
    """
    case_id = row["case_id"]
    grant = first(connection, select(write_grant).where(write_grant.c.case_id == case_id))
    known = first(connection, select(case).where(case.c.case_id == case_id))
    if grant is None or known is None:
        return None
    return (known, grant) if row["custody"] == grant["epoch"] == known["epoch"] else None


def first(connection: Connection, query: Select[Any]) -> Row | None:
    """The first row of a query; None when there is none."""
    return connection.execute(query).mappings().first()


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
