"""A service as a container runs it: the migration job, and a start that waits for it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from sqlalchemy import text

from kernel.database import Database
from kernel.process.alone import SCHEMA_BEHIND

SERVICE = "mediation"


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Settings of the service, everything below a folder."""
    named = {
        "MEDIATION_NODE": "anji",
        "MEDIATION_DATA": str(folder / "data"),
        "MEDIATION_KEYS": str(folder / "keys"),
        "MEDIATION_INCARNATION": str(folder / "incarnation"),
    }
    return {**os.environ, **named, **more}


def run(folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    command = [sys.executable, "-m", SERVICE, *words]
    return subprocess.run(
        command,
        env=environment(folder, **more),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_job_migrates_and_ends(tmp_path):
    """`migrate` makes the schema and nothing else: no key, no incarnation."""
    done = run(tmp_path, "migrate")
    assert done.returncode == 0, done.stderr
    database = Database.open(f"sqlite:///{tmp_path / 'data/mediation.db'}")
    with database.readers.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM alembic_version")) == 1
    database.close()
    assert not (tmp_path / "keys").exists()
    assert run(tmp_path, "no-such-word").returncode != 0


def test_a_start_without_the_job_ends_with_a_clear_word(tmp_path):
    """A service that does not migrate ends by a status of its own when the schema is not there."""
    given = {"MEDIATION_MIGRATE": "false", "MEDIATION_SCHEMA_WAIT": "0s"}
    done = run(tmp_path, **given)
    assert done.returncode == SCHEMA_BEHIND
    assert "Run `python -m mediation migrate`" in done.stderr
    assert "Traceback" not in done.stderr


def test_who_waits_can_be_stopped(tmp_path):
    """SIGTERM while it waits for the schema ends it at once, without an error."""
    given = environment(tmp_path, MEDIATION_MIGRATE="false", MEDIATION_SCHEMA_WAIT="60s")
    with subprocess.Popen(
        [sys.executable, "-m", SERVICE], env=given, stderr=subprocess.PIPE, text=True
    ) as waiting:
        assert waiting.stderr is not None
        for line in waiting.stderr:
            if '"schema_awaited"' in line:
                break
        waiting.send_signal(signal.SIGTERM)
        assert waiting.wait(20) == 0
