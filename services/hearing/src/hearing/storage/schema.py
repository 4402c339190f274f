"""All tables of hearing, those that travel with a case and those of the node."""

from hearing.storage import (
    portable,
    tables_calendar,
    tables_notices,
    tables_planning,
    tables_register,
)
from hearing.storage.tables import lease, metadata

NODE_OWN = (
    lease,
    tables_notices.notice,
    *tables_planning.OF_NODE,
    *tables_register.OF_NODE,
    *tables_calendar.OF_NODE,
)
"""Tables of the node itself: they stay when a case goes."""
CASE_TABLES = portable.PORTABLE

__all__ = ["CASE_TABLES", "NODE_OWN", "metadata"]
