"""Events of routing that intake hears: the same handlers as any other door."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from uuid import UUID

from intake.handlers import telling
from kernel.consumer import EventHandler
from kernel.doors import custody_changed
from kernel.links.envelope import LinkMessage
from kernel.unit_of_work import UnitOfWork
from lianxin.routing.v1 import events_pb2 as events


def dues_changed(uow: UnitOfWork, message: LinkMessage) -> None:
    """Until when."""
    event = events.DuesChanged.FromString(message.body)
    due_on = date.fromisoformat(event.next_due_on) if event.next_due_on else None
    telling.note_due(uow, telling.NoteDue(UUID(event.case_id), due_on, event.next_clock))


def stepped(uow: UnitOfWork, message: LinkMessage) -> None:
    """What was done."""
    event = events.CaseStepped.FromString(message.body)
    at = datetime.fromisoformat(event.at).astimezone(UTC)
    step = telling.NoteStep(
        UUID(event.case_id), event.kind, event.unit, at, dict(event.body), event.epoch, event.n
    )
    telling.note_step(uow, step)


HANDLERS: Mapping[str, EventHandler] = {
    **custody_changed(telling.note_custody),
    "routing.dues_changed": dues_changed,
    "routing.stepped": stepped,
}
"""What is done with each type of event of which intake makes something of its own."""
