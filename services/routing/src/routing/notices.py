"""What a member of staff is told and where, opened at the moment of sending and not kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kernel.catalogue import Catalogue, Language
from kernel.notifying.dispatching import Dispatcher, Ground, Reachable, Stopped
from kernel.notifying.settings import Ways
from kernel.notifying.words import Reason, State
from routing.handlers.contacts import contacts_of
from routing.node import Node
from routing.steps import ground as steps
from routing.storage import notices as stored
from routing.storage.notices import Reader

Row = Mapping[Any, Any]


@dataclass(frozen=True, slots=True)
class Opening:
    """Opens the recipients of notices of routing."""

    node: Node
    texts: Catalogue

    def resolve(self, connection: Reader, row: Row) -> Reachable | Stopped:
        """How the account is reached now, and a text with the number of the case alone."""
        account, case = stored.recipient(connection, row)
        if account is None or case is None or account["disabled"]:
            return Stopped(State.NOT_POSSIBLE, Reason.NO_CONTACT)
        if case["sealed_for"]:
            return Stopped(State.STOPPED, Reason.SEALED)
        if account["sealed_contact"] is None:
            return Stopped(State.NOT_POSSIBLE, Reason.NO_CONTACT)
        contacts = contacts_of(self.node, account["sealed_contact"])
        text = self._say(row["template"], number=case["case_no"])
        return Reachable(contacts, self._say("TITLE"), text)

    def _say(self, key: str, **ids: str) -> str:
        return self.texts.text(f"TELL_{key}", Language.ZH_CN, **ids)


def dispatcher(ground: steps.Ground, ways: Ways, texts: Catalogue) -> Dispatcher:
    """Sends the notices of this node's staff. Raises ChannelsInvalid."""
    resolve = Opening(ground.node, texts).resolve
    parts = Ground(stored.notice, ground.writer, ground.readers, ground.clock, resolve)
    return Dispatcher.open(parts, ways)
