"""Notes: accepted from either side at any time, appended once by the holder."""

from dataclasses import dataclass
from uuid import UUID

from kernel.unit_of_work import UnitOfWork
from routing.commands.notes import AddNote
from routing.handlers import letters
from routing.handlers.casefile import CaseFile
from routing.node import Node
from routing.storage import sealed


@dataclass(frozen=True, slots=True)
class Noted:
    """The note; `sent` when it follows the case to another node."""

    note_id: UUID
    state: str


def add_note(uow: UnitOfWork, command: AddNote, *, node: Node) -> Noted:
    """Add a note to a case wherever it is; in transit it waits for the next holder.

    Raises CaseUnknown, also to somebody who may not know of the case.
    """
    case = CaseFile.open(uow, node, command.case_id)
    case.expect_known()
    note_id = letters.send(
        uow,
        node,
        letters.NewLetter(
            kind="note",
            case_id=case.case_id,
            epoch=case.epoch,
            from_unit=uow.caller.unit,
            body={"emergency": "yes"} if command.emergency else {},
            sealed_body=sealed.seal(uow, node, case.case_id, command.text.encode()),
        ),
    )
    return Noted(note_id, "appended" if case.custody in letters.HERE else "sent")
