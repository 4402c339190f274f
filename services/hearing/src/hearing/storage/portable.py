"""The tables whose rows of a case travel with it: one that is added here travels by itself."""

from sqlalchemy import Table

from hearing.storage.tables import hearing, hearing_file, hearing_member, hearing_party
from kernel.holding.rows import OF_THE_NODE, PortableRows

FORMAT = "hearing/1"
PORTABLE: tuple[Table, ...] = (
    hearing_file,
    hearing,
    hearing_member,
    hearing_party,
)
"""In the order they are stored."""
ROWS = PortableRows(PORTABLE, FORMAT, OF_THE_NODE)
"""The part that hearing has of a case."""
