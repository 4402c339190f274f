"""Events of routing that mediation hears: the same handlers as any other door."""

from collections.abc import Mapping

from kernel.consumer import EventHandler
from kernel.doors import custody_changed
from mediation.handlers.telling import note_custody

HANDLERS: Mapping[str, EventHandler] = custody_changed(note_custody)
"""What is done with each type of event of which mediation makes something of its own."""
