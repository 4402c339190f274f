"""The tables whose rows of a case travel with it: one that is added here travels by itself."""

from sqlalchemy import Table

from hearing.storage.tables import hearing, hearing_file, hearing_member, hearing_party
from hearing.storage.tables_notices import (
    hearing_change,
    hearing_objection,
    hearing_told,
    public_notice,
)
from hearing.storage.tables_session import OF_CASE as SESSION
from kernel.holding.rows import OF_THE_NODE, PortableRows

FORMAT = "hearing/1"
PORTABLE: tuple[Table, ...] = (
    hearing_file,
    hearing,
    hearing_member,
    hearing_party,
    hearing_change,
    hearing_told,
    hearing_objection,
    public_notice,
    *SESSION,
)
"""In the order they are stored."""
ROWS = PortableRows(PORTABLE, FORMAT, OF_THE_NODE | {"next_look_at"})
"""The part that hearing has of a case."""
