"""Units of the directory by id, title or place."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Self

from lianxin.cli.errors import BadInput
from lianxin.cli.session import Session
from lianxin.routing.v1 import directory_pb2


class Units:
    """The units and desks of the node's directory."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        known = [*content.get("units", []), *content.get("sites", [])]
        self._titles = {one["id"]: str(one["title"]) for one in known}
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
