"""Rooms and people of the register as a clerk names them: by number, name, account or id."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from lianxin.cli.cases import is_id
from lianxin.cli.errors import BadInput
from lianxin.cli.files.hearing_register import PEOPLE, ROOMS
from lianxin.cli.files.keeping import made_id
from lianxin.cli.paging import listed
from lianxin.cli.session import Session
from lianxin.hearing.v1 import register_pb2 as pb

MOST = 20_000
NAMED = 8


def rooms(session: Session, *, site: str = "", ended: bool = False) -> list[Any]:
    """Rooms that the caller's unit may book."""
    wanted = pb.ListRoomsRequest(site_id=site, ended=ended)
    return listed(session, session.hearing_register.ListRooms, wanted, MOST, "rooms")[0]


def people(session: Session, wanted: pb.ListPersonsRequest | None = None) -> list[Any]:
    """People of the register; that their names are shown is on record."""
    asked = wanted or pb.ListPersonsRequest()
    return listed(session, session.hearing_register.ListPersons, asked, MOST, "persons")[0]


def room_id(session: Session, text: str, field: str) -> str:
    """The id of the only room of that number or name. Raises BadInput."""
    if is_id(text):
        return str(UUID(text))
    made = made_id(ROOMS, text.strip())
    found = [
        one.entry.room_id
        for one in rooms(session)
        if made == one.entry.room_id or text.strip() in {one.entry.number, one.entry.name}
    ]
    return _only(found, "ROOM_UNKNOWN", text, field)


def person_id(session: Session, text: str, field: str) -> str:
    """The id of the only person of that number, account or name. Raises BadInput."""
    return person_ids(session, [text], field)[0]


def person_ids(session: Session, said: Iterable[str], field: str) -> list[str]:
    """Ids of people, each as `person_id`."""
    texts = [one.strip() for one in said]
    if all(is_id(one) for one in texts):
        return [str(UUID(one)) for one in texts]
    known = [one.entry for one in people(session)]
    return [str(UUID(text)) if is_id(text) else _person(known, text, field) for text in texts]


def _person(known: Iterable[Any], text: str, field: str) -> str:
    made = made_id(PEOPLE, text)
    entries = list(known)
    exact = [
        one.person_id
        for one in entries
        if made == one.person_id or text in {one.staff, one.number} - {""}
    ]
    found = exact or [one.person_id for one in entries if text and text == one.name]
    return _only(found, "PERSON_UNKNOWN", text, field)


def owner_id(session: Session, text: str, field: str) -> str:
    """The id of the only room or person that is called so. Raises BadInput."""
    if is_id(text):
        return str(UUID(text))
    try:
        return room_id(session, text, field)
    except BadInput:
        return person_id(session, text, field)


def _only(found: list[str], reason: str, text: str, field: str) -> str:
    if len(found) != 1:
        raise BadInput(reason, field=field, value=text[:40], ids=", ".join(found[:NAMED]))
    return found[0]
