"""Where an account is reached: sealed under the node's key, opened only to send a notice."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from kernel.unit_of_work import UnitOfWork
from routing.errors import StaffUnknown
from routing.handlers.accounts import change, managed
from routing.node import Node
from routing.storage.staff import staff

SEALED_AS = "staff_contact"


@dataclass(frozen=True, slots=True)
class SetContact:
    """The contacts of an account by kind; none = it is not told by message."""

    staff_id: str
    contacts: Mapping[str, str] = field(repr=False)


def set_contact(uow: UnitOfWork, command: SetContact, *, node: Node) -> int:
    """Keep the contacts in place of the former ones. Answers how many there are.

    Everybody gives his own; somebody else's is given by who manages the account.

    Raises:
        StaffUnknown: there is no such account.
        NotYourSite: it is another site's.
    """
    own = uow.caller.id == command.staff_id
    row = uow.get(staff, staff_id=command.staff_id) if own else managed(uow, node, command.staff_id)
    if row is None:
        raise StaffUnknown(staff_id=command.staff_id)
    given = {kind: text for kind, text in command.contacts.items() if text}
    sealed = node.keys.seal(SEALED_AS, msgspec.json.encode(given)) if given else None
    change(uow, row, sealed_contact=sealed)
    return len(given)


def contacts_of(node: Node, sealed: bytes) -> dict[str, str]:
    """What was sealed."""
    return msgspec.json.decode(node.keys.open(SEALED_AS, sealed), type=dict[str, str])
