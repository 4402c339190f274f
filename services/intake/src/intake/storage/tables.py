"""Tables of intake.

Whatever says something of a person is in a `sealed…` column, under the key of the case; the rest is
codes, ids, states and times.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
)

from kernel import scope, subtrees
from kernel import tables as kernel_tables
from kernel.database import UtcDateTime
from kernel.holding import Tables
from kernel.notifying.tables import add_to as add_notices_to

metadata = MetaData()
kernel_tables.add_to(metadata)
case_key = kernel_tables.add_case_keys_to(metadata)
outbox = metadata.tables["outbox"]
request = metadata.tables["request"]
counter = metadata.tables["counter"]
read_audit = metadata.tables["read_audit"]

cases = Table(
    "cases",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("case_no", Text, nullable=False),
    *scope.case_columns(),
    Column("epoch", BigInteger, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("state_before", Text),  # the state a pending proposal was made from
    Column("proposed_by", Text),  # who made it; somebody else decides
    Column("accepted_by", Text),  # who accepted the matter, and so handles it
    Column("refusal", Text),
    Column("refusal_route", Text),
    Column("accepted_in", Uuid),
    Column("channel", Text, nullable=False),
    Column("identity", Text, nullable=False),
    Column("place_code", Text, nullable=False),
    Column("source_system", Text),
    Column("source_no", Text),
    Column("category", Text, nullable=False, default=""),
    Column("purpose", Text),
    Column("procedure", Text),
    Column("difficulty", Text),
    Column("colour", Text),
    Column("progress", Text),
    Column("headcount", Integer, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("litigation_related", Boolean, nullable=False),
    Column("backlog", Boolean, nullable=False),
    Column("reachable", Boolean, nullable=False),
    Column("about_units", Text, nullable=False, default=""),  # codes, space between them
    Column("tags", Text, nullable=False, default=""),
    Column("needs", Text, nullable=False, default=""),
    Column("mandate", Text),  # what the representatives of a group may do
    Column("received_at", UtcDateTime, nullable=False),
    Column("registered_at", UtcDateTime, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("accepted_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("ending", Text),
    Column("reported_back_at", UtcDateTime),
    Column("regulation", Text, nullable=False),
    Column("merged_into", Uuid),
    Column("suggestions", Text, nullable=False, default="[]"),  # JSON; codes and scores
    Column("sealed_content", LargeBinary),  # narrative, place in words; or the sealed matter itself
    Column("sealed_code_key", LargeBinary, nullable=False),  # what query codes are hashed with
    Column("fact_no", BigInteger, nullable=False),  # of the last fact
    Column("next_due_on", Date),  # told by routing, for tracking
    Column("next_clock", Text),
    Column("told_at", UtcDateTime),  # when routing told it last
    Column("followed_epoch", BigInteger),  # of the last answer that was seen to be asked about
    Index("cases_by_number", "case_no"),
    Index("cases_by_time", "registered_at", "case_id"),
    Index("cases_by_holder", "holder_unit", "registered_at", "case_id"),
    Index("cases_by_holder_state", "holder_unit", "state", "registered_at", "case_id"),
    Index("cases_by_registrar", "registering_unit", "registered_at", "case_id"),
    Index("cases_by_holder_path", "holder_path", "registered_at", "case_id"),
    Index("cases_by_registering_path", "registering_path", "registered_at", "case_id"),
    Index("cases_by_source", "source_no", "source_system"),
)
"""One row a case of which this node has, or had, the intake part."""

# A township's list walks these; a county's the one by time, since everything is below it.
NEWEST_FIRST = (cases.c.registered_at.desc(), cases.c.case_id.desc())
Index("cases_by_town", subtrees.town(cases.c.holder_path), *NEWEST_FIRST)
Index("cases_by_registering_town", subtrees.town(cases.c.registering_path), *NEWEST_FIRST)

Index(
    "cases_owed",
    cases.c.source_system,
    cases.c.ended_at,
    cases.c.case_id,
    sqlite_where=cases.c.reported_back_at.is_(None) & cases.c.ended_at.is_not(None),
    postgresql_where=cases.c.reported_back_at.is_(None) & cases.c.ended_at.is_not(None),
)

case_access = scope.case_access(metadata)

party = Table(
    "party",
    metadata,
    Column("case_id", Uuid, ForeignKey("cases.case_id"), primary_key=True),
    Column("party_id", Uuid, primary_key=True),
    Column("no", Integer, nullable=False),
    Column("role", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("unit_id", Text, nullable=False, default=""),
    Column("sealed", LargeBinary),
    Column("code_hash", LargeBinary),
)

case_request = Table(
    "case_request",
    metadata,
    Column("case_id", Uuid, ForeignKey("cases.case_id"), primary_key=True),
    Column("no", Integer, primary_key=True),
    Column("sealed", LargeBinary),  # NULL: the narrative stands for it
    Column("finding", Text),
    Column("sealed_answer", LargeBinary),
    Column("found_at", UtcDateTime),
)

holding = Tables.add_to(metadata)
write_grant, handoff, fact = holding.write_grant, holding.handoff, holding.fact

notice = add_notices_to(metadata)
"""Notices to residents: the recipient is a party of the case."""

track_step = Table(
    "track_step",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("at", UtcDateTime, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("unit", Text, nullable=False),
    Column("body", Text, nullable=False),
)
"""Steps a resident is told that others took: routing, and intake of other nodes."""

source_ref = Table(
    "source_ref",
    metadata,
    Column("source_system", Text, primary_key=True),
    Column("source_no", Text, primary_key=True),
    Column("case_id", Uuid, nullable=False),
    Column("matter", Text, nullable=False, default=""),  # keyed digest of what came; "" unknown
)
"""Which case a source system's number, or a row of an imported file, became here."""

case_link = Table(
    "case_link",
    metadata,
    Column("case_id", Uuid, ForeignKey("cases.case_id"), primary_key=True),
    Column("other_id", Uuid, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("other_no", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

case_term = Table(
    "case_term",
    metadata,
    Column("seq", kernel_tables.AUTOINCREMENT, primary_key=True),
    Column("term", Text, nullable=False),
    Column("case_id", Uuid, nullable=False),
    Index("case_term_by_term", "term", "case_id"),
)
"""Terms of the lexicon found in a case: what a search may go by."""

case_feature = Table(
    "case_feature",
    metadata,
    Column("seq", kernel_tables.AUTOINCREMENT, primary_key=True),
    Column("feature", BigInteger, nullable=False),
    Column("case_id", Uuid, nullable=False),
    Index("case_feature_by_feature", "feature", "case_id"),
)
"""Blind numbers by which a case is found as a possible duplicate.

They are a registration's most numerous rows: appended, without a key of their own to look after.
"""

attachment = Table(
    "attachment",
    metadata,
    Column("case_id", Uuid, ForeignKey("cases.case_id"), primary_key=True),
    Column("sha256", Text, primary_key=True),
    Column("attachment_id", Uuid, nullable=False),
    Column("sealed_name", LargeBinary),
    Column("media_type", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("of_case", Boolean, nullable=False),  # false until the upload is whole
    Column("stored_at", UtcDateTime),
    Column("at", UtcDateTime, nullable=False),
    Index("attachment_unfinished", "stored_at", "at"),
)

history = Table(
    "history",
    metadata,
    Column("case_id", Uuid, ForeignKey("cases.case_id"), primary_key=True),
    Column("version", BigInteger, primary_key=True),
    Column("kind", Text, nullable=False),  # the kind of the fact
    Column("sealed", LargeBinary, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
"""What was said with an act, or stood there before it: grounds, wishes, former values."""

directory_copy = kernel_tables.add_directory_copy_to(metadata)
rules_copy = kernel_tables.add_rules_copy_to(metadata)

numbering = Table(
    "numbering",
    metadata,
    Column("site", Text, primary_key=True),
    Column("state", Text, nullable=False),  # here, away, awaited
    Column("host", Text, nullable=False),  # node of the site by the newest directory
    Column("peer", Text, nullable=False),  # away: who took the counters; awaited: who has them
    Column("version", BigInteger, nullable=False),  # of the directory that moved it
    Column("mark", Text, nullable=False),  # word in the numbers since a restore
    Column("mark_until", SmallInteger, nullable=False),  # last year that carries it
    Column("at", UtcDateTime, nullable=False),
)
"""Sites whose numbering is not plainly this node's: moved to or from it, or marked by a restore."""

COLUMNS = {table.name: frozenset(table.columns.keys()) for table in metadata.sorted_tables}
"""Names of the columns of each table."""
