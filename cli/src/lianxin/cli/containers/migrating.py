"""Databases and roles on the node's PostgreSQL, then every service's schema, by its owner."""

from dataclasses import dataclass
from pathlib import Path

from kernel import database_roles, logs, migrate
from kernel.database_roles import Login
from kernel.settings import setting
from lianxin.cli.containers.preparing import READ_AT, SERVICES

PREFIX = "MIGRATE_"
_log = logs.get_logger()


@dataclass(frozen=True)
class Settings:
    """Where the addresses and passwords are that the preparation made."""

    folder: Path = setting(READ_AT, "addresses of the owners, passwords of all roles")
    roles: bool = setting(True, "make databases and roles; false: somebody else has made them")


def migrate_all(settings: Settings) -> None:
    """Bring every database of the node to the newest schema; one job at a time does it.

    Raises:
        psycopg.Error, SQLAlchemyError: PostgreSQL refuses; what came before stays done.
    """
    for service in SERVICES:
        if settings.roles:
            admin = _read(settings.folder / "admin.url")
            database_roles.prepare(admin, service, *_logins(settings, service))
        migrate.upgrade(_read(settings.folder / f"{service}.url"), service)
        _log.info("schema_migrated", service=service)


def roles_script(settings: Settings) -> str:
    """What somebody who runs the PostgreSQL server says to `psql` once, before the migration."""
    scripts = (database_roles.script(each, *_logins(settings, each)) for each in SERVICES)
    return "\n".join(scripts)


def _logins(settings: Settings, service: str) -> tuple[Login, Login]:
    """Who owns the service's database, and who uses it."""
    owner, user = (
        Login(role, _read(settings.folder / f"{role}.password"))
        for role in (f"{service}_owner", service)
    )
    return owner, user


def _read(file: Path) -> str:
    return file.read_text(encoding="ascii").strip()
