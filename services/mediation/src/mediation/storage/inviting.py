"""What decides of an account's own invitations, read together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from kernel.holding import OPEN
from kernel.inviting import Tables
from kernel.inviting.reading import at_custody, first, of_account, words_of
from mediation.domain.consent import TAKING_PART
from mediation.storage.tables import mediation, write_grant
from mediation.storage.tables_closing import casework
from mediation.storage.tables_inviting import inviting
from mediation.storage.tables_people import participant
from mediation.storage.tables_sessions import attendance, session

Row = Mapping[Any, Any]
MOST = 200


@dataclass(frozen=True, slots=True)
class Own:
    """An invitation with its session and its mediation; `called` are the parties called to it.

    `units` are those that are parties or that the matter is about, as far as is known now.
    """

    row: Row
    session: Row
    mediation: Row
    here: bool
    said: Mapping[UUID, bool]
    called: frozenset[UUID]
    units: frozenset[str]


def own_of(connection: Connection, account: str, case_id: UUID | None = None) -> list[Own]:
    """The invitations of an account that hold good at the custody there is now.

    One that was made at an earlier custody, or on another node, is nobody's here.
    """
    found = of_account(connection, inviting, account, case_id)[:MOST]
    whole = (_own(connection, inviting, row) for row in found)
    return [one for one in whole if one is not None]


def _own(connection: Connection, tables: Tables, row: Row) -> Own | None:
    case_id = row["case_id"]
    met = first(
        connection,
        select(session).where(
            session.c.case_id == case_id, session.c.session_id == row["session_id"]
        ),
    )
    found = at_custody(connection, row, mediation, write_grant)
    if found is None or met is None:
        return None
    case, grant = found
    return Own(
        row,
        met,
        case,
        here=grant["state"] == OPEN,
        said=words_of(connection, tables, case_id, row["no"]),
        called=_called(connection, row),
        units=_units(connection, case_id),
    )


def _units(connection: Connection, case_id: UUID) -> frozenset[str]:
    parties = select(participant.c.unit_id).where(participant.c.case_id == case_id)
    about = select(casework.c.about_units).where(casework.c.case_id == case_id)
    named = " ".join(connection.execute(about).scalars())
    return frozenset({*connection.execute(parties).scalars(), *named.split()} - {""})


def _called(connection: Connection, row: Row) -> frozenset[UUID]:
    """The parties themselves who are called to the session, not who comes with them."""
    party = attendance.c.party_id
    query = (
        select(party)
        .join(
            participant,
            (participant.c.case_id == attendance.c.case_id) & (participant.c.party_id == party),
        )
        .where(
            attendance.c.case_id == row["case_id"],
            attendance.c.session_id == row["session_id"],
            participant.c.capacity.in_([one.value for one in TAKING_PART]),
        )
    )
    return frozenset(connection.execute(query).scalars())
