"""What people of the register are told and where, opened at the moment of sending and not kept."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from hearing.desk import Desk
from hearing.office import Office
from hearing.storage import notices as stored
from hearing.storage.register import contact_of
from hearing.storage.tables_notices import notice
from kernel.catalogue import Catalogue, Language
from kernel.clock import SHANGHAI
from kernel.notifying.dispatching import Dispatcher, Ground, Reachable, Stopped
from kernel.notifying.settings import Ways
from kernel.notifying.words import Reason, State

Row = Mapping[Any, Any]
MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")


@dataclass(frozen=True, slots=True)
class Opening:
    """Opens the recipients of notices of hearing; parties are told by intake."""

    office: Office
    texts: Catalogue

    def resolve(self, connection: stored.Reader, row: Row) -> Reachable | Stopped:
        """How the person is reached now, and the text in Chinese."""
        quoted = msgspec.json.decode(row["arguments"], type=dict[str, str])
        where = UUID(quoted["room"]) if "room" in quoted else None
        found = stored.recipient(connection, row["case_id"], UUID(row["recipient"]), where)
        if found.person is None:
            return Stopped(State.NOT_POSSIBLE, Reason.NO_CONTACT)
        contacts = contacts_of(contact_of(found.person, self.office.vault))
        if isinstance(contacts, Reason):
            return Stopped(State.NOT_POSSIBLE, contacts)
        text = self._text(found, row["template"], quoted)
        return Reachable(contacts, self._say("TITLE"), text)

    def _text(self, found: stored.Recipient, key: str, quoted: Mapping[str, str]) -> str:
        """Names office, number, time and room; never a party nor the matter."""
        directory, unit = self.office.directory(), found.holder_unit
        office = unit
        if unit in directory.units:
            office = directory.title(directory.site_of(unit).id)
        return self._say(
            key,
            office=office,
            number=found.case_no,
            phone=directory.phone(unit) or self._say("NO_PHONE"),
            at=_in_words(quoted.get("starts_at", ""), self._say("AT")),
            place=found.room["name"] if found.room is not None else self._say("NO_PLACE"),
        )

    def _say(self, key: str, **ids: str) -> str:
        return self.texts.text(f"TELL_{key}", Language.ZH_CN, **ids)


def contacts_of(contact: str) -> dict[str, str] | Reason:
    """A contact of the register by its kind, or why no machine can use it."""
    plain = re.sub(r"[\s()-]", "", contact)
    if not plain:
        return Reason.NO_CONTACT
    if "@" in plain:
        return {"mail": plain}
    mobile = MOBILE.fullmatch(plain)
    return {"phone": mobile[1]} if mobile is not None else Reason.LANDLINE


def dispatcher(desk: Desk, ways: Ways, texts: Catalogue) -> Dispatcher:
    """Sends the notices of hearings of this node. Raises ChannelsInvalid."""
    resolve = Opening(desk.office, texts).resolve
    return Dispatcher.open(Ground(notice, desk.writer, desk.readers, desk.clock, resolve), ways)


def _in_words(text: str, form: str) -> str:
    """A time as people write it; empty when there is none."""
    return datetime.fromisoformat(text).astimezone(SHANGHAI).strftime(form) if text else ""
