"""What is wrong with a node and what to do about it; exit status 1 with findings."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kernel.clock import SHANGHAI
from lianxin.cli import output
from lianxin.cli.checks import findings as rules
from lianxin.cli.checks.findings import Finding
from lianxin.cli.checks.notices import failed_notices
from lianxin.cli.commands.backup import last_backup
from lianxin.cli.commands.node import answers
from lianxin.cli.errors import CommandFailed, Findings
from lianxin.cli.failure import message_of, next_step
from lianxin.cli.locks import ends_at
from lianxin.cli.nodes import SERVICES, NodeDoor, node_door
from lianxin.cli.plain import plain
from lianxin.cli.session import connected
from lianxin.cli.words import say
from lianxin.routing.v1.worklist_pb2 import LinkStatusRequest


def doctor() -> None:
    """Broker, databases, links, lag, stuck hand-overs, clocks, holidays, backups, disk."""
    door = node_door()
    now = datetime.now(UTC)
    found = [*_services(door, now), *_embedded(door, now), *_links(now)]
    shown = [
        {
            "rule": one.rule,
            "text": say(f"doctor.{one.rule}", **one.ids),
            "next": next_step(one.rule, one.ids),
        }
        for one in found
    ]
    data = {"node": door.name, "healthy": not shown, "findings": shown}
    output.show(data, lambda: _people(shown))
    if shown:
        raise Findings("DOCTOR_FINDINGS")


def _people(shown: list[dict[str, str]]) -> None:
    if not shown:
        output.line("doctor.healthy")
    for number, one in enumerate(shown, start=1):
        output.line("doctor.finding", number=number, **one)


def _services(door: NodeDoor, now: datetime) -> Iterator[Finding]:
    for service, address in door.services.items():
        if not answers(address):
            yield Finding("SERVICE_AWAY", {"service": service, "address": address})
        elif door.ca:
            yield from rules.of_certificate(address, ends_at(address, door.ca), now)


def _embedded(door: NodeDoor, now: datetime) -> Iterator[Finding]:
    """What only somebody at the machine of the node can look at."""
    if door.data is None:
        return
    known = json.loads((door.data / "node.json").read_text(encoding="utf-8"))
    if not answers(known["nats"]):
        yield Finding("BROKER_AWAY", {"address": known["nats"]})
    for name in (name for name in SERVICES if name not in known.get("outside", ())):
        yield from _database(door.data / f"{name}.db")
        yield from failed_notices(door.data / f"{name}.db")
    usage = shutil.disk_usage(door.data)
    yield from rules.of_disk(usage.free, usage.total, str(door.data))
    yield from rules.of_backup(last_backup(door.data), now)


def _database(file: Path) -> Iterator[Finding]:
    if not file.exists():
        yield Finding("DATABASE_MISSING", {"file": file.name})
        return
    try:
        connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
        try:
            verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        finally:
            connection.close()
    except sqlite3.Error as error:
        verdict = str(error)
    if verdict != "ok":
        yield Finding("DATABASE_DAMAGED", {"file": file.name, "problem": verdict})


def _links(now: datetime) -> Iterator[Finding]:
    try:
        with connected() as session:
            status: dict[str, Any] = plain(
                session.ask(session.worklist.LinkStatus(LinkStatusRequest()))
            )
    except CommandFailed as error:
        yield Finding("LINKS_UNSEEN", {"reason": message_of(error)})
        return
    yield from rules.of_links(status, now)
    today = now.astimezone(SHANGHAI).date()
    yield from rules.of_holidays(status["holidays_final_until"], today)
