"""第三方评查: closed cases that were drawn, and what somebody outside found in them."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, LargeBinary, Table, Text, Uuid

from kernel.database import UtcDateTime
from mediation.storage.tables import metadata

assessment = Table(
    "assessment",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("sample", Text, primary_key=True),  # name of the draw
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),  # drawn, taken, passed, to_mend, mended
    Column("unit", Text, nullable=False),  # that handled the case
    Column("assessor_unit", Text, nullable=False),  # that drew it, outside
    Column("assessor", Text, nullable=False, default=""),  # who took it
    Column("drawn_by", Text, nullable=False),
    Column("drawn_at", UtcDateTime, nullable=False),
    Column("procedure", Integer),  # points, 0 to 100
    Column("facts", Integer),
    Column("agreement", Integer),
    Column("performance", Integer),
    Column("file", Integer),
    Column("defect", Boolean, nullable=False, default=False),
    Column("mend_by", Date),
    Column("recorded_at", UtcDateTime),
    Column("answered_by", Text, nullable=False, default=""),
    Column("answered_at", UtcDateTime),
    Column("sealed", LargeBinary),  # what was found
    Column("sealed_answer", LargeBinary),  # what the unit answers
    Index("assessment_by_assessor", "assessor_unit", "state", "case_id"),
    Index("assessment_by_unit", "unit", "state", "case_id"),
)
"""Stays at the node where the case was closed, as the closed file does."""
