"""The first thing a service does with its database: find out in which life of the node it is."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from kernel.group_commit import Readers, Work, Writer
from kernel.incarnation.adopt import Adopt, Adopting
from kernel.incarnation.files import (
    FIRST_START,
    RESTORED,
    Incarnation,
    IncarnationFile,
    Witness,
    WitnessState,
)
from kernel.incarnation.standing import DatabaseFacts, Standing, check, facts
from kernel.links.tables import LinkTables
from kernel.process import StartAgain

WATCH_INTERVAL = 2.0

log = structlog.get_logger(__name__)


class Replaced(StartAgain):
    """Another service of the node began a new incarnation; this process must start again."""


@dataclass(frozen=True, slots=True)
class Begun:
    """The incarnation this service runs in, and what was found when it started."""

    incarnation: Incarnation
    standing: Standing
    witness: Witness

    @property
    def restored(self) -> bool:
        """Whether the database was put back: custody stays frozen until the neighbours answered."""
        return self.standing is Standing.BEHIND


async def begin(
    directory: Path,
    service: str,
    *,
    tables: LinkTables,
    writer: Writer,
    readers: Readers,
    now: datetime,
    told: bool = False,
) -> Begun:
    """Check the database against the node's files, begin a new incarnation if need be, adopt it.

    `directory` is the node's own and no part of a database backup; `told` that it was put back,
    as an operator knows. Safe to repeat.
    """
    file = IncarnationFile(directory)
    witness, found, standing = await _look(directory, service, tables, readers)
    if standing is Standing.BEHIND:  # or another replica began between two glances
        witness, found, standing = await _look(directory, service, tables, readers)
    standing = Standing.BEHIND if told else standing
    incarnation = _choose(file, standing, witness.state, found, now)
    log.info(
        "incarnation_begun",
        service=service,
        number=incarnation.number,
        standing=standing.value,
    )
    adopting = Adopting(tables)
    await writer.submit(Work(adopting.adopt, Adopt(incarnation.number), traceparent=""))
    left = found.highest_seq if found.incarnation else 0  # nothing was ever numbered: nothing left
    witness.write(WitnessState(incarnation.number, left))
    return Begun(incarnation, standing, witness)


async def _look(
    directory: Path, service: str, tables: LinkTables, readers: Readers
) -> tuple[Witness, DatabaseFacts, Standing]:
    """The witness first: the database is never behind what it said before."""
    witness = Witness(directory, service)
    found = await readers.run(lambda connection: facts(tables, connection))
    current = IncarnationFile(directory).current()
    return witness, found, check(current, witness.state, found)


async def until_replaced(directory: Path, number: int) -> None:
    """Watch until cancelled. Raises `Replaced` once the node lives in a newer incarnation."""
    file = IncarnationFile(directory)
    while True:
        current = file.current()
        if current is not None and current.number > number:
            raise Replaced(f"incarnation {current.number} has begun")
        await asyncio.sleep(WATCH_INTERVAL)


def _choose(
    file: IncarnationFile,
    standing: Standing,
    seen: WitnessState | None,
    found: DatabaseFacts,
    now: datetime,
) -> Incarnation:
    """Go on in the current life, unless this service has already spoken in it and fell behind.

    A life that another service began at the same restore is shared, not followed by a next one.
    """
    current = file.current()
    used = max(seen.incarnation if seen else 0, found.incarnation)
    if current is not None and standing is Standing.SAME:
        return current
    reason = FIRST_START if standing is Standing.FRESH else RESTORED
    return file.begin_new(now=now, reason=reason, above=used, share=True)
