"""Who is invited to help at a reception of a case, and what the parties said of it."""

from sqlalchemy import Column

from intake.storage.tables import metadata
from kernel.database import UtcDateTime
from kernel.inviting import Tables

inviting = Tables.add_to(
    metadata,
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
)
invitation, invited_word = inviting.invitation, inviting.invited_word
