"""Tables of mediation.

Whatever says something of a person is in a `sealed…` column, under the key of the case; the rest is
codes, ids, states and times.
"""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, MetaData, Table, Text, Uuid

from kernel import scope
from kernel import tables as kernel_tables
from kernel.database import UtcDateTime
from kernel.holding import Tables

metadata = MetaData()
kernel_tables.add_to(metadata)
case_key = kernel_tables.add_case_keys_to(metadata)
directory_copy = kernel_tables.add_directory_copy_to(metadata)
rules_copy = kernel_tables.add_rules_copy_to(metadata)
read_audit = metadata.tables["read_audit"]
holding = Tables.add_to(metadata)
write_grant, handoff, fact = holding.write_grant, holding.handoff, holding.fact

mediation = Table(
    "mediation",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("case_no", Text, nullable=False),
    *scope.case_columns(),
    Column("epoch", BigInteger, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("state_before", Text),  # the state a pending proposal was made from
    Column("proposed_by", Text),  # who made it; somebody else decides
    Column("kind", Text, nullable=False),
    Column("procedure", Text, nullable=False),  # the case's, when it was opened
    Column("category", Text, nullable=False, default=""),
    Column("regulation", Text, nullable=False),
    Column("opened_unit", Text, nullable=False),
    Column("opened_by", Text, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),  # of the case
    Column("colour", Text, nullable=False, default=""),  # the case's, when it was opened
    Column("ending", Text, nullable=False, default=""),  # what the file was closed with
    Column("closed_at", UtcDateTime),
    Column("closed_from", Text),  # the state it was closed from, last; kept when it is reopened
    Column("sealed_note", LargeBinary),  # what was noted at the opening
    Column("fact_no", BigInteger, nullable=False),  # of the last fact
    Index("mediation_by_holder", "holder_unit", "state", "case_id"),
    Index("mediation_by_closing", "closed_at", "case_id"),
)
"""One row a case that is or was mediated, of which this node has, or had, the part."""

case_access = scope.case_access(metadata)
