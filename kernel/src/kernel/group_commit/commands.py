"""Running commands in transactions: many in one, and one by one when something goes wrong."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import structlog
from sqlalchemy import MetaData

from kernel.database import Database
from kernel.errors import DatabaseAway, StaleVersion
from kernel.group_commit.errors import StorageFull
from kernel.group_commit.job import Job
from kernel.unit_of_work import DuplicateKey, Encode
from kernel.unit_of_work.batch import Batch
from kernel.unit_of_work.driver import Fault
from kernel.unit_of_work.drivers import driver_of
from kernel.unit_of_work.flush import Schema

log = structlog.get_logger()

PATIENCE_S = 10.0
"""How long the commands of one batch wait for a database that went away or is locked."""
PAUSE_S = 0.05
"""Pause before the next try."""
TRIES = 4
"""Tries of a command alone: another writer may be faster with the same key, once or twice."""
_WAITED_FOR = (Fault.AWAY, Fault.RETRY)
_TRIED_AGAIN = (Fault.DUPLICATE, Fault.LOST, Fault.CHANGED)


class Commands:
    """Runs jobs on the writer's connection. After `run`, each has a result or an error.

    A job has a result only if its COMMIT is known to have taken effect.
    """

    def __init__(self, database: Database, metadata: MetaData, encode: Encode) -> None:
        self._encode = encode
        self._schema = Schema(metadata, database.dialect)
        self._driver = driver_of(database)
        self._engine = self._driver.engine(database.writer)

    def run(self, jobs: Sequence[Job]) -> None:
        """Run all in one transaction; if anything but a refusal goes wrong, each in its own."""
        try:
            self._together(jobs)
        except Exception as error:  # noqa: BLE001 - whatever it was, one command alone is to blame
            fault = self._driver.fault_of(error)
            log.info("batch_replayed", commands=len(jobs), fault=fault.value)
        else:
            return
        until = time.monotonic() + PATIENCE_S
        for job in jobs:
            self._alone(job, until)

    def _together(self, jobs: Sequence[Job]) -> None:
        request = self._schema.named("request")
        with self._batch() as batch:
            batch.prefetch(wanted for job in jobs for wanted in job.wanted(request))
            for job in jobs:
                job.attempt(batch, self._encode)
            batch.finish()

    def _alone(self, job: Job, until: float) -> None:
        """Run one job until its outcome is known; its request_id decides if it was done before."""
        tries = 0
        while True:
            try:
                self._together([job])
            except Exception as error:  # noqa: BLE001 - this command's own fault: it is answered
                fault = self._driver.fault_of(error)
                tries += fault in _TRIED_AGAIN
                waits = fault in _WAITED_FOR and time.monotonic() < until
                if not waits and (fault not in _TRIED_AGAIN or tries == TRIES):
                    _give_up(job, fault, error)
                    return
                time.sleep(PAUSE_S if waits else 0)
            else:
                return

    @contextmanager
    def _batch(self) -> Iterator[Batch]:
        with self._engine.connect() as connection, connection.begin():
            try:
                yield Batch(self._schema, self._driver(connection))
            except Exception as error:
                if self._driver.fault_of(error) is Fault.AWAY:
                    connection.invalidate()
                raise


def _give_up(job: Job, fault: Fault, error: Exception) -> None:
    if fault in _REFUSALS:
        job.result, job.error = None, _REFUSALS[fault]()
    else:
        job.fail(error)


_REFUSALS = {
    Fault.DUPLICATE: DuplicateKey,
    Fault.CHANGED: StaleVersion,
    Fault.FULL: StorageFull,
    Fault.AWAY: DatabaseAway,
    Fault.RETRY: DatabaseAway,
}
