"""Events of routing that intake hears: the same handlers as any other door."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from uuid import UUID

from intake.handlers import telling
from kernel.consumer import EventHandler
from kernel.links.envelope import LinkMessage
from kernel.unit_of_work import UnitOfWork
from lianxin.routing.v1 import events_pb2 as events

SUBJECTS = ("case.*.*.*.routing.>",)


def handlers(
    directory_published: Callable[[], None], accounts_changed: Callable[[], None]
) -> Mapping[str, EventHandler]:
    """What is done with each type of event; others only move the cursor.

    `directory_published` is called when routing has a new directory, `accounts_changed` when
    somebody may not come in any more as before; both must be thread-safe.
    """

    def published(_uow: UnitOfWork, _message: LinkMessage) -> None:
        directory_published()  # asks routing again at worst: nothing here depends on the commit

    def changed(_uow: UnitOfWork, _message: LinkMessage) -> None:
        accounts_changed()  # likewise

    return {
        "routing.custody_changed": custody_changed,
        "routing.dues_changed": dues_changed,
        "routing.stepped": stepped,
        "routing.directory_published": published,
        "routing.accounts_changed": changed,
    }


def custody_changed(uow: UnitOfWork, message: LinkMessage) -> None:
    """Who holds the case."""
    event = events.CustodyChanged.FromString(message.body)
    telling.note_custody(
        uow,
        telling.NoteCustody(
            UUID(event.case_id),
            event.epoch,
            event.state,
            event.holder_unit,
            event.holder_path,
            tuple(event.readers),
            event.ending,
        ),
    )


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
