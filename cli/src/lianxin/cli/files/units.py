"""Units of the directory by id or title."""

import json
from typing import Any

from lianxin.cli.errors import BadInput
from lianxin.cli.session import Session
from lianxin.routing.v1 import directory_pb2


class Units:
    """The units and desks of the node's directory."""

    def __init__(self, session: Session) -> None:
        answer = session.ask(session.directory.GetDirectory(directory_pb2.GetDirectoryRequest()))
        content: dict[str, Any] = json.loads(answer.content) if answer.content else {}
        known = [*content.get("units", []), *content.get("sites", [])]
        self._titles = {one["id"]: str(one["title"]) for one in known}
        self._called: dict[str, list[str]] = {}
        for one in known:
            for title in {one["title"], one.get("short_title", one["title"])}:
                self._called.setdefault(str(title), []).append(one["id"])

    def title(self, unit_id: str) -> str:
        """How a unit is called; its id when the directory does not have it."""
        return self._titles.get(unit_id, unit_id)

    def id_of(self, text: str, field: str) -> str:
        """The id of the only unit of that id or title. Raises BadInput."""
        wanted = text.strip()
        found = [wanted] if wanted in self._titles else self._called.get(wanted, [])
        if len(found) != 1:
            raise BadInput("UNIT_UNKNOWN", field=field, value=wanted[:40])
        return found[0]
