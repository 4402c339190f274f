"""What a search looks for: a number, a source number, or terms of the lexicon; never a person.

A list is walked in its order, newest first, and ends with the page. That is cheap for a word that
many cases have and dear for one that few have, whose cases are therefore looked up first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select

from intake.storage.tables import case_term, cases

FEW = 1000
"""Up to so many cases of a word are looked up instead of met on the way."""
TERMS = 5


@dataclass(frozen=True, slots=True)
class Search:
    """Conditions on cases. `few`: they name the cases, so that no order need be walked."""

    conditions: tuple[ColumnElement[bool], ...] = ()
    few: bool = False
    is_vain: bool = False


EVERYTHING = Search()


def find(connection: Connection, text: str) -> Search:
    """Cases with this number or source number, or with all of these terms."""
    numbered = or_(cases.c.case_no == text.upper(), cases.c.source_no == text)
    by_number = _ids(connection, cases.c.case_id, numbered)
    terms = text.split()[:TERMS]
    rare = _rarest(connection, terms)
    having = and_(*(_has(term) for term in terms))
    if rare is None:
        return Search((or_(cases.c.case_id.in_(by_number), having) if by_number else having,))
    named = cases.c.case_id.in_({*by_number, *rare})
    return Search(
        (named, or_(cases.c.case_id.in_(by_number), having)),
        few=True,
        is_vain=not (by_number or rare),
    )


def _rarest(connection: Connection, terms: Sequence[str]) -> Sequence[UUID] | None:
    """The cases of the term that fewest have; None when many have each of them."""
    found = [_ids(connection, case_term.c.case_id, case_term.c.term == term) for term in terms]
    few = [ids for ids in found if len(ids) <= FEW]
    return min(few, key=len) if few else None


def _ids(
    connection: Connection, column: ColumnElement[UUID], where: ColumnElement[bool]
) -> Sequence[UUID]:
    """At most one more than few."""
    return connection.scalars(select(column).where(where).limit(FEW + 1)).all()


def _has(term: str) -> ColumnElement[bool]:
    mine = case_term.c.case_id == cases.c.case_id
    return exists().where(mine, case_term.c.term == term)
