"""Events of routing that mediation hears: the same handlers as any other door."""

from collections.abc import Callable, Mapping
from uuid import UUID

from kernel.consumer import EventHandler
from kernel.links.envelope import LinkMessage
from kernel.unit_of_work import UnitOfWork
from lianxin.routing.v1 import events_pb2 as events
from mediation.handlers import telling

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
        ),
    )
