"""All tables of mediation, those that travel with a case and those of the node."""

from mediation.storage import (
    portable,
    tables_assessing,
    tables_people,
    tables_sessions,
    tables_watching,
)
from mediation.storage.tables import metadata

NODE_OWN = (
    tables_people.mediator,
    tables_people.mediator_field,
    tables_people.mediator_leave,
    tables_people.mediator_interest,
    tables_sessions.booking,
    tables_watching.lease,
    tables_assessing.assessment,
)
"""Tables of the node itself: they stay when a case goes."""
CASE_TABLES = portable.PORTABLE

__all__ = ["CASE_TABLES", "NODE_OWN", "metadata"]
