"""The stored copy of the directory."""

from sqlalchemy import Connection, select

from intake.storage.tables import directory_copy


def newest(connection: Connection) -> bytes | None:
    """The content of the newest version kept."""
    versions = select(directory_copy.c.content).order_by(directory_copy.c.version.desc()).limit(1)
    content = connection.execute(versions).scalar()
    return None if content is None else bytes(content)
