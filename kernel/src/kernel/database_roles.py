"""A database and two roles for a service on a PostgreSQL server: one owns it, one only uses it.

The owner's password is known to the migration job alone. The running service reads and writes rows;
it can make, alter or drop nothing, and comes into no database of another service. All of it may be
said again: what is there already stays, passwords become those given.
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
LET_IN = "ALTER ROLE {0} LOGIN NOCREATEDB NOCREATEROLE PASSWORD {password}"
CLOSED = ("REVOKE ALL ON DATABASE {0} FROM PUBLIC", "GRANT CONNECT ON DATABASE {0} TO {1}")
OWNED = (
    "ALTER SCHEMA {2} OWNER TO {0}",
    "REVOKE ALL ON SCHEMA {2} FROM PUBLIC",
    "GRANT USAGE ON SCHEMA {2} TO {1}",
    f"GRANT {ROWS} ON ALL TABLES IN SCHEMA {{2}} TO {{1}}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {2} TO {1}",
    f"{LATER} GRANT {ROWS} ON TABLES TO {{1}}",
    f"{LATER} GRANT USAGE, SELECT ON SEQUENCES TO {{1}}",
)
DO_THAT = " \\gexec"
METHOD = b"scram-sha-256"
NOWHERE = b"host=/nowhere"
"""libpq makes a verifier with a connection only, but asks no server where the method is named."""


@dataclass(frozen=True, slots=True)
class Login:
    """A role and its password."""

    role: str
    password: str = field(repr=False)


def prepare(admin: str, database: str, owner: Login, user: Login) -> None:
    """Make database and roles with the address of a superuser.

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


def script(database: str, owner: Login, user: Login) -> str:
    """The same as text for `psql`, for a server where somebody else makes roles and databases.

    It holds verifiers of the passwords, not the passwords, and may be said again.
    """
    made = [
        *(_unless("pg_roles", "rolname", each.role, "CREATE ROLE {0}") for each in (owner, user)),
        *(_filled(LET_IN, each.role, literal=_verifier(each)) for each in (owner, user)),
        _unless("pg_database", "datname", database, "CREATE DATABASE {0} OWNER {1}", owner.role),
        *(_filled(each, database, user.role) for each in CLOSED),
        f"\\connect {_filled('{0}', database)}",
        *(_filled(each, owner.role, user.role, SCHEMA) for each in OWNED),
    ]
    return "\n".join(f"{line}{_end(line)}" for line in made) + "\n"


def _end(line: str) -> str:
    return "" if line.startswith("\\") or line.endswith(DO_THAT) else ";"


def _unless(table: str, column: str, name: str, statement: str, *others: str) -> str:
    """Makes `psql` do a statement where nothing of that name is there."""
    from psycopg import sql  # noqa: PLC0415 (as below)

    said = sql.Literal(_filled(statement, name, *others)).as_string()
    known = f"{table} WHERE {column} = {sql.Literal(name).as_string()}"
    return f"SELECT {said} WHERE NOT EXISTS (SELECT FROM {known}){DO_THAT}"  # noqa: S608 (each is quoted)


def _filled(statement: str, *names: str, literal: str = "") -> str:
    from psycopg import sql  # noqa: PLC0415 (as below)

    quoted: list[sql.Composable] = [sql.Identifier(name) for name in names]
    return sql.SQL(statement).format(*quoted, password=sql.Literal(literal)).as_string()


def _verifier(login: Login) -> str:
    """What a server keeps of a password (RFC 5802, RFC 7677)."""
    from psycopg import pq  # noqa: PLC0415 (as below)

    made = pq.PGconn.connect_start(NOWHERE).encrypt_password(
        login.password.encode(), login.role.encode(), METHOD
    )
    return made.decode()


def _role(connection: "Connection", login: Login) -> None:
    from psycopg import sql  # noqa: PLC0415 (as above)

    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (login.role,))
    if known.fetchone() is None:
        connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(login.role)))
    let_in = sql.SQL(LET_IN)
    password = sql.Literal(_verifier(login))
    connection.execute(let_in.format(sql.Identifier(login.role), password=password))


def _database(connection: "Connection", name: str, owner: Login, user: Login) -> None:
    known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
    if known.fetchone() is None:
        _say(connection, "CREATE DATABASE {0} OWNER {1}", name, owner.role)
    for statement in CLOSED:
        _say(connection, statement, name, user.role)


def _schema(connection: "Connection", owner: Login, user: Login) -> None:
    for statement in OWNED:
        _say(connection, statement, owner.role, user.role, SCHEMA)


def _say(connection: "Connection", statement: str, *names: str) -> None:
    from psycopg import sql  # noqa: PLC0415 (as above)

    quoted: list[sql.Composable] = [sql.Identifier(name) for name in names]
    connection.execute(sql.SQL(statement).format(*quoted))
