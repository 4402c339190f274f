"""Rooms and people of the register, found for those who set hearings."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, func, select

from hearing.domain.hours import Travel
from hearing.domain.register import PersonKind, RoomUse, may_use
from hearing.domain.words import Part
from hearing.storage.tables_calendar import booking
from hearing.storage.tables_register import person, room, tie, travel
from kernel.holding import Vault

Row = Mapping[str, Any]
YEAR = timedelta(days=365)
JUDGES = (Part.CHAIR.value, Part.PANELIST.value)
"""Parts in a hearing that count as load."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody of the register with ties and load; the name is sealed in the row."""

    row: Row
    ties: frozenset[str]
    load: int

    @property
    def kinds(self) -> frozenset[PersonKind]:
        """As what the person may take part."""
        return frozenset(map(PersonKind, self.row["kinds"].split()))


@dataclass(frozen=True, slots=True)
class Which:
    """Which people: all that is said must hold; empty says nothing."""

    kinds: frozenset[PersonKind] = frozenset()  # one of these
    field: str = ""
    department: str = ""
    unit: str = ""
    about: frozenset[str] = frozenset()  # who is tied to one of these is left out
    ended: bool = False
    after: UUID | None = None
    size: int = 0  # 0: all


def rooms(connection: Connection, *, site: str = "", ended: bool = False) -> list[Row]:
    """Rooms in the order of their ids."""
    query = select(room).order_by(room.c.room_id)
    if site:
        query = query.where(room.c.site == site)
    if not ended:
        query = query.where(room.c.ended.is_(False))
    return [dict(row) for row in connection.execute(query).mappings()]


def rooms_for(connection: Connection, path: str) -> list[Row]:
    """Rooms that a unit at `path` may book."""
    return [row for row in rooms(connection) if may_use(RoomUse(row["use"]), row["path"], path)]


def persons(connection: Connection, which: Which, now: datetime) -> list[Listed]:
    """People in the order of their ids, with one more than `size` when there are more."""
    query = select(person).order_by(person.c.person_id)
    for name in ("department", "unit"):
        if value := getattr(which, name):
            query = query.where(person.c[name] == value)
    if not which.ended:
        query = query.where(person.c.ended.is_(False))
    if which.after is not None:
        query = query.where(person.c.person_id > which.after)
    wanted = {kind.value for kind in which.kinds}
    barred = tied_to(connection, which.about) if which.about else frozenset()
    found: list[Row] = []
    for row in connection.execute(query).mappings():
        of_kind = not wanted or not wanted.isdisjoint(row["kinds"].split())
        fits = of_kind and (not which.field or which.field in row["fields"].split())
        if fits and str(row["person_id"]) not in barred:
            found.append(dict(row))
        if which.size and len(found) > which.size:
            break
    return _listed(connection, found, now)


def person_of(connection: Connection, person_id: UUID, now: datetime) -> Listed | None:
    """One person, ended or not."""
    query = select(person).where(person.c.person_id == person_id)
    found = [dict(row) for row in connection.execute(query).mappings()]
    return _listed(connection, found, now)[0] if found else None


def _listed(connection: Connection, rows: Collection[Row], now: datetime) -> list[Listed]:
    ids = [row["person_id"] for row in rows]
    ties, load = ties_of(connection, ids), load_of(connection, ids, now)
    return [
        Listed(row, frozenset(ties[row["person_id"]]), load.get(row["person_id"], 0))
        for row in rows
    ]


def tied_to(connection: Connection, about: Collection[str]) -> frozenset[str]:
    """Ids of those who may not judge what is about these, and these themselves."""
    query = select(tie.c.person_id).where(tie.c.subject.in_(list(about)))
    return frozenset({*map(str, connection.scalars(query)), *about})


def ties_of(connection: Connection, ids: Collection[UUID]) -> defaultdict[UUID, set[str]]:
    """What each of them may not judge."""
    found: defaultdict[UUID, set[str]] = defaultdict(set)
    for row in connection.execute(select(tie).where(tie.c.person_id.in_(ids))).mappings():
        found[row["person_id"]].add(row["subject"])
    return found


def load_of(connection: Connection, ids: Collection[UUID], now: datetime) -> dict[UUID, int]:
    """Hearings as chair or on the panel, of the year past and to come; who has none is absent."""
    of = booking.c
    judged = of.owner_id.in_(ids) & of.part.in_(JUDGES) & (of.ends > now - YEAR)
    query = select(of.owner_id, func.count()).where(judged).group_by(of.owner_id)
    return {row[0]: row[1] for row in connection.execute(query)}


def ways_query() -> Select[tuple[str, str, int]]:
    """One site, the other, minutes: for a writer, who reads within the transaction."""
    return select(travel.c.one, travel.c.other, travel.c.minutes)


def ways(connection: Connection) -> list[Row]:
    """All ways between sites, in order."""
    query = select(travel).order_by(travel.c.one, travel.c.other)
    return [dict(row) for row in connection.execute(query).mappings()]


def travel_of(connection: Connection) -> Travel:
    """The ways, to ask for minutes."""
    return Travel((row["one"], row["other"], row["minutes"]) for row in ways(connection))


def name_key(person_id: UUID) -> str:
    """What the name of a person is sealed as."""
    return f"hearing_person_name:{person_id}"


def contact_key(person_id: UUID) -> str:
    """What the contact of a person is sealed as."""
    return f"hearing_person_contact:{person_id}"


def name_of(row: Row, vault: Vault) -> str:
    """The name of a person of the register, for those who may see it."""
    return vault.open_own(name_key(row["person_id"]), row["sealed_name"])


def contact_of(row: Row, vault: Vault) -> str:
    """The contact; empty where none is kept."""
    sealed = row["sealed_contact"]
    return vault.open_own(contact_key(row["person_id"]), sealed) if sealed else ""
