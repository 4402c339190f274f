"""What mediators are found by: a row for each kind and field, and one for whatever field.

Made of the mediator's own row, in the transaction that changes it.
"""

from collections.abc import Mapping
from typing import Any

from kernel.unit_of_work import UnitOfWork
from mediation.domain.assignment import NOWHERE, taken
from mediation.storage.tables_people import mediator_field

ANY = ""
"""The field of the row that everybody has."""


def rows_of(row: Mapping[Any, Any]) -> list[dict[str, Any]]:
    """The rows of a mediator; none of one who has ended."""
    if row["ended"]:
        return []
    county, town, village = row["path"].split(".")
    place = {
        "mediator_id": row["mediator_id"],
        "county": county,
        "town": town,
        "village": village,
        "depth": (town != NOWHERE) + (village != NOWHERE),
        "taken": taken(row["load"], row["load_limit"]),
    }
    return [
        {**place, "kind": kind, "field": field}
        for kind in row["kinds"].split()
        for field in (ANY, *row["fields"].split())
    ]


def keep(uow: UnitOfWork, row: Mapping[Any, Any]) -> None:
    """Let a mediator be found by what the row says now; what is right already is left alone."""
    wanted = {(one["kind"], one["field"]): one for one in rows_of(row)}
    for old in uow.find(mediator_field, mediator_id=row["mediator_id"]):
        key = {name: old[name] for name in ("mediator_id", "kind", "field")}
        new = wanted.pop((old["kind"], old["field"]), None)
        if new is None:
            uow.delete(mediator_field, **key)
        elif new != old:
            uow.update(mediator_field, key, new)
    uow.insert_all(mediator_field, wanted.values())
