"""What a mediation is closed by: facts, answers, duties, dispositions, referrals, the asking."""

from sqlalchemy import Boolean, Column, Date, Integer, LargeBinary, Table, Text, Uuid

from kernel.database import UtcDateTime
from mediation.storage.tables import metadata

casework = Table(
    "casework",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("facts_at", UtcDateTime),
    Column("sealed_facts", LargeBinary),  # what was found
    Column("facts_hearing", Integer, nullable=False, default=0),  # hearing they rest on; 0 = none
    Column("hearing_finding", Text, nullable=False, default=""),  # what it concluded
    Column("routes", Text, nullable=False, default=""),  # other ways that were named
    Column("review_told", Boolean, nullable=False, default=False),
    Column("family_violence", Boolean, nullable=False, default=False),
    Column("closing_by", Text, nullable=False, default=""),  # who proposed a procedural ending
    Column("asked", Text, nullable=False, default="not_yet"),
    Column("attempts", Integer, nullable=False, default=0),  # days on which nobody was reached
    Column("attempted_on", Date),
    Column("about_units", Text, nullable=False, default=""),  # ids, space between them
    Column("green_channel", Boolean, nullable=False, default=False),  # somebody needs help first
)
"""One row a case that is worked on: what the guards look at and no other table says."""

answer = Table(
    "answer",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("request_no", Integer, primary_key=True),
    Column("finding", Text),
    Column("reasoned", Boolean, nullable=False, default=False),
    Column("carry_out_by", Date),
    Column("carried_out_at", UtcDateTime),
    Column("sealed", LargeBinary),  # facts, reasons, basis
)
"""One row a request (诉求), answered or not."""

duty = Table(
    "duty",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("duty", Text, primary_key=True),
    Column("noted_at", UtcDateTime, nullable=False),
    Column("reported_at", UtcDateTime),
    Column("reported_to", Text, nullable=False, default=""),  # id of the body
    Column("actor", Text, nullable=False, default=""),
    Column("grounds", Text, nullable=False, default=""),  # codes of what suggested it
    Column("waiver_by", Text, nullable=False, default=""),  # who says that it does not apply
    Column("sealed_waiver", LargeBinary),  # why
    Column("waived_by", Text, nullable=False, default=""),  # the second person
    Column("waived_at", UtcDateTime),
)
"""A duty that is on file is reported, or found not to apply by two persons; it is never deleted."""

disposition = Table(
    "disposition",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("no", Integer, primary_key=True),
    Column("disposition", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("has_basis", Boolean, nullable=False),
    Column("approved_by", Text, nullable=False, default=""),
    Column("sealed", LargeBinary),  # what was done; the legal basis of the fourth
    Column("at", UtcDateTime, nullable=False),
)

referral = Table(
    "referral",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("no", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("body", Text, nullable=False),  # id of who helps
    Column("outcome", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("answered_at", UtcDateTime),
)
