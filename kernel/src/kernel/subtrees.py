"""Subtrees as the indexes of case tables know them, and parts of lists that no index orders.

A range over paths cannot be walked in the order of a list, an equality can: so a township's subtree
is told by the first two tokens of the path, by an index over that expression.
"""

from typing import Any

from sqlalchemy import ColumnElement, func, literal_column

from kernel.divisions import COUNTY_DIGITS, NO_TOKEN

COUNTY, TOWN = COUNTY_DIGITS, 10  # characters of a path that name a county, a township


def below(path: ColumnElement[Any], top: str) -> ColumnElement[bool]:
    """Whether a column's path is `top` or below it."""
    _, town, village = top.split(".")
    if village != NO_TOKEN:
        return path == top
    if town != NO_TOKEN:
        return this_far(path, TOWN) == top[:TOWN]
    return this_far(path, COUNTY) == top[:COUNTY]


def town(path: ColumnElement[Any]) -> ColumnElement[str]:
    """The part of a path that names county and township."""
    return this_far(path, TOWN)


def this_far(path: ColumnElement[Any], length: int) -> ColumnElement[str]:
    """The first characters of a path; constants stand in the SQL, or no index is found for it."""
    return func.substr(path, literal_column("1"), literal_column(str(length)))


def unordered(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The value of a column as no index has it.

    For a part of a list whose few rows are found otherwise: a planner that could have the order
    from an index would walk the whole of it in the hope of meeting them early.
    """
    return func.coalesce(column, column)
