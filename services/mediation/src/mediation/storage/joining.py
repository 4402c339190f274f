"""Reading which bodies are joined to mediations."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from mediation.storage.tables_joining import joined_kind

Row = Mapping[Any, Any]


def joined_to(connection: Connection, cases: Iterable[UUID]) -> defaultdict[UUID, list[Row]]:
    """The bodies joined to each of these cases, by kind and unit; none where none is."""
    found: defaultdict[UUID, list[Row]] = defaultdict(list)
    query = select(joined_kind).where(joined_kind.c.case_id.in_(cases))
    for row in connection.execute(query.order_by(*joined_kind.primary_key)).mappings():
        found[row["case_id"]].append(row)
    return found
