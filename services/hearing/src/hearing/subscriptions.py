"""Events of routing that hearing hears: the same handlers as any other door."""

from collections.abc import Mapping

from hearing.handlers.telling import note_custody
from kernel.consumer import EventHandler
from kernel.doors import custody_changed

HANDLERS: Mapping[str, EventHandler] = custody_changed(note_custody)
"""What is done with each type of event of which hearing makes something of its own."""
