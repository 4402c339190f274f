"""Who is invited to help at a session, what they undertook, and what the parties said of it."""

from sqlalchemy import Column, Uuid

from kernel.inviting import Tables
from mediation.storage.tables import metadata

inviting = Tables.add_to(metadata, Column("session_id", Uuid, nullable=False))
invitation, invited_word = inviting.invitation, inviting.invited_word
