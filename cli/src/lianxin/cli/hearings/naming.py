"""What planning names by id or code, as a clerk knows it: rooms, people, departments, clocks."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

from lianxin.cli.files.units import Units
from lianxin.cli.hearings.setting import Register
from lianxin.cli.paging import listed
from lianxin.cli.session import Session
from lianxin.cli.words import word
from lianxin.hearing.v1.hearing_service_pb2 import ListHearingsRequest

IDS = re.compile(r"[0-9A-Za-z_-]+")
KIND = re.compile(r"[A-Z_]+(:|$)")
CODED = {
    "CLOCK_BROKEN": "clock",
    "CLOCK_OF_UNIT": "clock",
    "CLOCK_TIGHT": "clock",
    "QUOTA": "person_kind",
}
"""Kinds of clashes whose subject is a code, and its words."""
CODED_OTHER = {"EQUIPMENT": "room_equipment"}
"""Likewise what such a subject clashes with."""
MOST = 1_000
Reading = Callable[[str], str]


def with_names(text: str, name: Reading) -> str:
    """A text with each id in it replaced by what `name` says for it."""
    return IDS.sub(lambda found: name(found[0]), text)


class Names:
    """Names of the register, titles of units and numbers of cases, looked up when first needed.

    That names of people are read is on record.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def read(self, text: str) -> str:
        """A text with names for the ids in it; an id that is not for the caller stays."""
        return with_names(text, self._name)

    def _name(self, known: str) -> str:
        return self._known.get(known) or self._units.title(known)

    @cached_property
    def _known(self) -> dict[str, str]:
        register = Register(self._session)
        return {**register.rooms(), **register.people(), **cases_of_hearings(self._session)}

    @cached_property
    def _units(self) -> Units:
        return Units.of(self._session)


def cases_of_hearings(session: Session) -> dict[str, str]:
    """Numbers of the cases whose current hearing the caller may know of, by id of the hearing."""
    asked = ListHearingsRequest(all=True)
    files = listed(session, session.hearing.ListHearings, asked, MOST, "files")[0]
    return {one.hearing_id: file.case_no for file in files for one in file.hearings}


def clash_rows(found: Iterable[Mapping[str, Any]], read: Reading) -> list[dict[str, Any]]:
    """Clashes as they are shown: in words, with the kind that `--despite` takes."""
    return [
        {
            "clash": one["text"],
            "subject": _worded(CODED, one["kind"], one["subject"], read),
            "other": _worded(CODED_OTHER, one["kind"], one["other"], read),
            "refuses": one["refuses"],
            "clash_kind": one["kind"],
        }
        for one in found
    ]


def clash_fields(fields: Mapping[str, str], read: Reading) -> dict[str, str]:
    """`KIND:SUBJECT:OTHER` of a refusal in words, each with its kind behind it.

    A field that begins with no kind, as `OWNER:HEARING` of what is taken, has names alone.
    """
    shown: dict[str, str] = {}
    for field, text in fields.items():
        if not KIND.match(field):
            shown[" ".join(map(read, field.split(":")))] = text
            continue
        kind, subject, other = [*field.split(":"), "", ""][:3]
        about = _worded(CODED, kind, subject, read), _worded(CODED_OTHER, kind, other, read)
        shown[" ".join(filter(None, (*about, f"[{kind}]")))] = text
    return shown


def _worded(groups: Mapping[str, str], kind: str, code: str, read: Reading) -> str:
    if not code:
        return ""
    return word(groups[kind], code) if kind in groups else read(code)
