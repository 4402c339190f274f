"""What a resident is told and where, opened at the moment of sending and not kept."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from intake.desk import Desk
from intake.domain.notices import MayNotify, wish_of
from intake.domain.words import Identity
from intake.office import Office
from intake.storage import notices as stored
from intake.storage.reading import Reader
from intake.storage.tables import notice
from kernel.catalogue import Catalogue, Language
from kernel.clock import SHANGHAI
from kernel.holding import CaseErased
from kernel.notifying.dispatching import Dispatcher, Ground, Reachable, Stopped
from kernel.notifying.settings import Ways
from kernel.notifying.words import Reason, State

Row = Mapping[Any, Any]
MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")


@dataclass(frozen=True, slots=True)
class Opening:
    """Opens the recipients of notices of intake."""

    office: Office
    texts: Catalogue

    def resolve(self, connection: Reader, row: Row) -> Reachable | Stopped:
        """How the party is reached now, by its own wish, and the text in Chinese."""
        found = stored.recipient(connection, row["case_id"], UUID(row["recipient"]))
        if found is None:
            return Stopped(State.NOT_POSSIBLE, Reason.NO_CONTACT)
        stopped = _by_case(found.case)
        if stopped is not None:
            return stopped
        try:
            vault = self.office.vault.of_case(found.key, found.case["sealed_code_key"])
        except CaseErased:
            return Stopped(State.NOT_POSSIBLE, Reason.ERASED)
        said = vault.open(f"party:{row['recipient']}", found.party["sealed"])
        return self._by_wish(said, found.case, row)

    def _by_wish(self, said: Mapping[str, Any], case: Row, row: Row) -> Reachable | Stopped:
        phone, wish = re.sub(r"[\s()-]", "", said.get("phone", "")), wish_of(said)
        if wish is None:
            return Stopped(State.HELD, Reason.SAFE_CONTACT)
        if wish is MayNotify.IN_PERSON_ONLY:
            return Stopped(State.HELD, Reason.IN_PERSON)
        if not phone:
            return Stopped(State.NOT_POSSIBLE, Reason.NO_CONTACT)
        mobile = MOBILE.fullmatch(phone)
        if mobile is None:
            return Stopped(State.NOT_POSSIBLE, Reason.LANDLINE)
        in_hours = wish is MayNotify.ONLY_IN_HOURS
        return Reachable({"phone": mobile[1]}, self._say("TITLE"), self._text(case, row), in_hours)

    def _text(self, case: Row, row: Row) -> str:
        """Names the office, never a department: that would tell what the matter is about."""
        directory, quoted = self.office.directory(), msgspec.json.decode(row["arguments"])
        unit = case["holder_unit"]
        office = unit
        if unit in directory.units:
            office = directory.title(directory.site_of(unit).id)
        return self._say(
            row["template"],
            office=office,
            number=case["case_no"],
            phone=directory.phone(unit) or self._say("NO_PHONE"),
            at=_in_words(quoted.get("starts_at", ""), self._say("AT")),
            day=_in_words(quoted.get("due_on", ""), self._say("DAY")),
        )

    def _say(self, key: str, **ids: str) -> str:
        return self.texts.text(f"TELL_{key}", Language.ZH_CN, **ids)


def dispatcher(desk: Desk, ways: Ways, texts: Catalogue) -> Dispatcher:
    """Sends the notices of this node's residents. Raises ChannelsInvalid."""
    resolve = Opening(desk.office, texts).resolve
    return Dispatcher.open(Ground(notice, desk.writer, desk.readers, desk.clock, resolve), ways)


def _by_case(case: Row) -> Stopped | None:
    """As the case is now: what may have become sealed or anonymous since is told nobody."""
    if case["sealed_for"]:
        return Stopped(State.STOPPED, Reason.SEALED)
    if case["identity"] == Identity.ANONYMOUS.value:
        return Stopped(State.STOPPED, Reason.ANONYMOUS)
    if case["identity"] == Identity.WITHHELD.value:
        return Stopped(State.HELD, Reason.WITHHELD)
    return None


def _in_words(text: str, form: str) -> str:
    """A time or a day of an entry as people write it; empty when there is none."""
    if not text:
        return ""
    if "T" in text:
        return datetime.fromisoformat(text).astimezone(SHANGHAI).strftime(form)
    return date.fromisoformat(text).strftime(form)
