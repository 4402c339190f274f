"""A database and two roles for a service on a PostgreSQL server: one owns it, one only uses it.

The owner's password is known to the migration job alone. The running service reads and writes rows;
it can make, alter or drop nothing, and comes into no database but its own. All of it may be said
again: what is there already stays, passwords become those given.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from psycopg import Connection

_ONE_AT_A_TIME = 0x11A7_1E18
"""The advisory lock under which two jobs that start together do this one after the other."""
SCHEMA = "public"
ROWS = "SELECT, INSERT, UPDATE, DELETE"
LATER = "ALTER DEFAULT PRIVILEGES FOR ROLE {0} IN SCHEMA {2}"
"""What the owner makes later is granted when it is made."""


@dataclass(frozen=True, slots=True)
class Login:
    """A role and its password."""

    role: str
    password: str = field(repr=False)


def prepare(admin: str, database: str, owner: Login, user: Login) -> None:
    """Make database and roles with the address of a role that may (`CREATEDB`, `CREATEROLE`).

    Passwords go to the server as SCRAM verifiers only.

    Raises:
        psycopg.Error: the server refuses, or cannot be reached.
    """
    import psycopg  # noqa: PLC0415 (10 MB that embedded nodes save)

    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (_ONE_AT_A_TIME,))
        for login in (owner, user):
            _role(connection, login)
        _database(connection, database, owner, user)
    with psycopg.connect(admin, dbname=database, autocommit=True) as connection:
        _schema(connection, owner, user)


def _role(connection: "Connection", login: Login) -> None:
    from psycopg import sql  # noqa: PLC0415 (as above)

    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (login.role,))
    if known.fetchone() is None:
        connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(login.role)))
    verifier = connection.pgconn.encrypt_password(
        login.password.encode(), login.role.encode(), b"scram-sha-256"
    )
    connection.execute(
        sql.SQL("ALTER ROLE {} LOGIN NOCREATEDB NOCREATEROLE PASSWORD {}").format(
            sql.Identifier(login.role), sql.Literal(verifier.decode())
        )
    )


def _database(connection: "Connection", name: str, owner: Login, user: Login) -> None:
    known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
    if known.fetchone() is None:
        _say(connection, "CREATE DATABASE {0} OWNER {1}", name, owner.role)
    _say(connection, "REVOKE ALL ON DATABASE {0} FROM PUBLIC", name)
    _say(connection, "GRANT CONNECT ON DATABASE {0} TO {1}", name, user.role)


def _schema(connection: "Connection", owner: Login, user: Login) -> None:
    for statement in (
        "ALTER SCHEMA {2} OWNER TO {0}",
        "REVOKE ALL ON SCHEMA {2} FROM PUBLIC",
        "GRANT USAGE ON SCHEMA {2} TO {1}",
        f"GRANT {ROWS} ON ALL TABLES IN SCHEMA {{2}} TO {{1}}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {2} TO {1}",
        f"{LATER} GRANT {ROWS} ON TABLES TO {{1}}",
        f"{LATER} GRANT USAGE, SELECT ON SEQUENCES TO {{1}}",
    ):
        _say(connection, statement, owner.role, user.role, SCHEMA)


def _say(connection: "Connection", statement: str, *names: str) -> None:
    from psycopg import sql  # noqa: PLC0415 (as above)

    quoted: list[sql.Composable] = [sql.Identifier(name) for name in names]
    connection.execute(sql.SQL(statement).format(*quoted))
