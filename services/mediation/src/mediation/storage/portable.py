"""The tables whose rows of a case travel with it: one that is added here travels by itself.

Each has `case_id` in its key. A column named `sealed…` is opened for the way and sealed again by
the receiver, under the name that `field_name` gives it.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table

from mediation.storage.tables import mediation
from mediation.storage.tables_agreements import agreement, rendered, signature, term
from mediation.storage.tables_closing import answer, casework, disposition, duty, referral
from mediation.storage.tables_consent import consent
from mediation.storage.tables_inviting import invitation, invited_word
from mediation.storage.tables_people import assignment, participant
from mediation.storage.tables_plan import plan, plan_measure
from mediation.storage.tables_sessions import attendance, milestone, session
from mediation.storage.tables_watching import limitation, watch

PortableTable = Table
PORTABLE: tuple[PortableTable, ...] = (
    mediation,
    casework,
    participant,
    consent,
    assignment,
    plan,
    milestone,
    plan_measure,
    session,
    attendance,
    invitation,
    invited_word,
    agreement,
    signature,
    term,
    rendered,
    answer,
    duty,
    disposition,
    referral,
    limitation,
    watch,
)
"""In the order they are stored."""
STAYS = frozenset({"case_id", "holder_unit", "holder_path", "epoch", "next_look_at"})
"""Columns that each node knows by itself."""
SEALED = "sealed"


def field_name(table: Table, column: str, row: Mapping[str, Any]) -> str:
    """The name under which a sealed column of a row is sealed; the same on every node."""
    keys = [str(row[key.name]) for key in table.primary_key if key.name != "case_id"]
    return ":".join([f"{table.name}.{column}", *keys])


def sealed_columns(table: Table) -> list[str]:
    """The columns of a table that hold what is personal."""
    return [
        column.name
        for column in table.columns
        if column.name.startswith(SEALED) and column.type.python_type is bytes
    ]
