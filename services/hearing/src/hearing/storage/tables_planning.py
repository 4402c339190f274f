"""What people pinned and forbade, and what the solver proposed.

Tables of the node: rooms, people and proposals stay with it when a case goes. Ids, codes,
days and times only.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
)

from hearing.storage.tables import metadata
from kernel.database import UtcDateTime

setting_wish = Table(
    "setting_wish",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("pinned", Text, nullable=False),  # JSON of hearing-plan/1: Fixed
    Column("forbidden", Text, nullable=False),  # JSON: Forbidden
    Column("away", Text, nullable=False),  # JSON: spans by party
    Column("said_by", Text, nullable=False),
    Column("said_at", UtcDateTime, nullable=False),
)
"""What a proposal has to leave or to avoid for a hearing."""

proposal = Table(
    "proposal",
    metadata,
    Column("proposal_id", Uuid, primary_key=True),
    Column("unit", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("lost_at", UtcDateTime, nullable=False),  # without an answer by then there comes none
    Column("seconds", Integer, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("state", Text, nullable=False),  # ProposalState
    Column("kept", Text, nullable=False, default=""),  # cases, space between them
    Column("left_out", Text, nullable=False, server_default="[]"),  # JSON: LeftOut
    Column("problem", LargeBinary, nullable=False),  # JSON of hearing-plan/1
    Column("answer", LargeBinary),  # JSON
    Index("proposal_by_unit", "unit", "asked_at"),
)

proposal_part = Table(
    "proposal_part",
    metadata,
    Column("proposal_id", Uuid, primary_key=True),
    Column("case_id", Uuid, primary_key=True),
    Column("hearing_id", Uuid, nullable=False),
    Column("case_no", Text, nullable=False),
    Column("epoch", BigInteger, nullable=False),  # as it was planned
    Column("version", BigInteger, nullable=False),
    Column("accepted", Boolean, nullable=False, default=False),
)
"""The hearings of a proposal, as they stood when it was made."""

OF_NODE = (setting_wish, proposal, proposal_part)
"""All of them."""
