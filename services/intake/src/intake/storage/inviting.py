"""What decides of an account's own invitations to receptions, read together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from intake.domain.words import PartyRole
from intake.storage.tables import cases, party, write_grant
from intake.storage.tables_inviting import inviting
from kernel.holding import OPEN
from kernel.inviting.reading import at_custody, of_account, of_case, words_of

Row = Mapping[Any, Any]
MOST = 200
RECEIVED = (PartyRole.APPLICANT, PartyRole.REPRESENTATIVE)
"""Those who are received, and asked whether somebody may be there."""


@dataclass(frozen=True, slots=True)
class Own:
    """An invitation with its case; `received` are the parties who are asked.

    `units` are those that are parties or that the matter is about, as far as is known now.
    """

    row: Row
    case: Row
    here: bool
    said: Mapping[UUID, bool]
    received: frozenset[UUID]
    units: frozenset[str]


def own_of(connection: Connection, account: str, case_id: UUID | None = None) -> list[Own]:
    """The invitations of an account that hold good at the custody there is now.

    One that was made at an earlier custody, or on another node, is nobody's here.
    """
    found = of_account(connection, inviting, account, case_id)[:MOST]
    whole = (_own(connection, row) for row in found)
    return [one for one in whole if one is not None]


def _own(connection: Connection, row: Row) -> Own | None:
    case_id = row["case_id"]
    found = at_custody(connection, row, cases, write_grant)
    if found is None or found[0]["sealed_for"]:
        return None
    case, grant = found
    asked = select(party.c.party_id).where(
        party.c.case_id == case_id, party.c.role.in_([role.value for role in RECEIVED])
    )
    units = select(party.c.unit_id).where(party.c.case_id == case_id)
    about = case["about_units"].split()
    return Own(
        row,
        case,
        here=grant["state"] == OPEN,
        said=words_of(connection, inviting, case_id, row["no"]),
        received=frozenset(connection.execute(asked).scalars()),
        units=frozenset({*connection.execute(units).scalars(), *about} - {""}),
    )


def receptions_of(connection: Connection, case_id: UUID) -> list[tuple[Row, Mapping[UUID, bool]]]:
    """Every invitation of a case with what the parties said last, in order."""
    rows = of_case(connection, inviting, case_id)
    return [(row, words_of(connection, inviting, case_id, row["no"])) for row in rows]
