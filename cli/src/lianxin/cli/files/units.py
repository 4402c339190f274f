"""Units of the directory by id, title or place."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Self

from lianxin.cli.errors import BadInput
from lianxin.cli.session import Session
from lianxin.routing.v1 import directory_pb2

JOINT_OFFICE = "conference"


class Units:
    """The units and desks of the node's directory."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        known = [*content.get("units", []), *content.get("sites", [])]
        self._titles = {one["id"]: str(one["title"]) for one in known}
        self._parents = {one["id"]: str(one.get("parent", "")) for one in content.get("sites", [])}
        self._units = {one["id"]: one for one in content.get("units", [])}
        self._called = _ids((one["id"], _titles(one)) for one in known)
        self._also = _ids((one["id"], _also(one)) for one in known)

    @classmethod
    def of(cls, session: Session) -> Self:
        """Those of the node that is spoken to."""
        answer = session.ask(session.directory.GetDirectory(directory_pb2.GetDirectoryRequest()))
        return cls(json.loads(answer.content) if answer.content else {})

    def title(self, unit_id: str) -> str:
        """How a unit is called; its id when the directory does not have it."""
        return self._titles.get(unit_id, unit_id)

    def joint_offices(self, desk: str) -> list[str]:
        """Offices of the joint conference (联席办) at the site of a desk; none for other units."""
        offices = [one for one in self._units.values() if one.get("kind") == JOINT_OFFICE]
        return [one["id"] for one in offices if one["site"] == desk]

    def is_under(self, unit_id: str, desk: str) -> bool:
        """Whether a unit is of the site of a desk, or of one below it; false for other units."""
        site = str(self._units.get(unit_id, {}).get("site", unit_id))
        while site and site != desk:
            site = self._parents.get(site, "")
        return bool(site) and site in self._parents

    def id_of(self, text: str, field: str) -> str:
        """The id of the only unit of that id or title, else of that place or other name.

        A place means the desk of its site. Raises BadInput.
        """
        wanted = text.strip()
        if wanted in self._titles:
            return wanted
        found = self._called.get(wanted) or self._also.get(wanted, [])
        if len(found) != 1:
            raise BadInput("UNIT_UNKNOWN", field=field, value=wanted[:40])
        return found[0]


def _titles(one: Mapping[str, Any]) -> set[str]:
    return {str(one["title"]), str(one.get("short_title") or one["title"])}


def _also(one: Mapping[str, Any]) -> set[str]:
    """The place and the names people use for it."""
    return {str(one.get("place", "")), *map(str, one.get("aliases", ()))} - {""}


def _ids(named: Iterable[tuple[str, set[str]]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for unit_id, names in named:
        for name in names:
            found.setdefault(name, []).append(unit_id)
    return found
