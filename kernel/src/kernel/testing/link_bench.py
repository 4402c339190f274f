"""A sender and a receiver, each with a database of its own, and the nats-server between them."""

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Table

from kernel.broker import Consumer, Stream
from kernel.consumer import Courier, LocalEar, Receiver
from kernel.database import Database
from kernel.errors import WrongState
from kernel.group_commit import Readers, Writer
from kernel.incarnation import Witness, begin
from kernel.links.envelope import LinkMessage
from kernel.links.tables import LinkTables
from kernel.relay import Ground, LinkEnd, LocalDoor, Relay, Retention
from kernel.testing.clock import FakeClock
from kernel.testing.nats import LocalNats
from kernel.testing.sample_service import CASE, METADATA, Opened, create, rows, work, writer_of
from kernel.testing.waiting import eventually
from kernel.unit_of_work import UnitOfWork

TABLES = LinkTables.of(METADATA)
STREAM = Stream("CASE", ("case.>",))
NODE, SENDER, RECEIVER = "n1", "test", "routing"
ORIGIN = f"{NODE}/{SENDER}"
DURABLE = Consumer("CASE", RECEIVER, (f"case.*.*.*.{SENDER}.>",), ack_wait=2.0)


@dataclass
class Side:
    """One service with its database."""

    database: Database
    writer: Writer
    readers: Readers

    def rows(self, table: Table) -> list[dict[str, object]]:
        """All rows of a table."""
        return rows(self.database, table)


@asynccontextmanager
async def side(url: str) -> AsyncIterator[Side]:
    """A service at work."""
    database = Database.open(url)
    create(database)
    writer, readers = writer_of(database), Readers(database)
    writer.start()
    try:
        yield Side(database, writer, readers)
    finally:
        await writer.stop()
        readers.close()
        database.close()


class Unwelcome(WrongState):
    """The receiver's handler does not want this event."""

    reason = "UNWELCOME"


def step(uow: UnitOfWork, case_id: UUID, link: str = "local") -> int:
    """The sender: the case's next step, counted from 1, and its event on `link`."""
    case = uow.get(CASE, id=case_id)
    n = 1 if case is None else int(case["version"]) + 1
    if case is None:
        uow.insert(CASE, {"id": case_id, "no": uow.next_number("site"), "at": uow.now})
    else:
        uow.update(CASE, {"id": case_id}, {"version": n})
    uow.emit(Opened(case_id, n), links=(link,))
    return n


@dataclass
class Follower:
    """The receiver's handler: takes the steps of a case in their order, else refuses.

    `refused` are step numbers it does not want, `faults` are raised first, one at each try.
    """

    refused: set[int] = field(default_factory=set)
    faults: list[Exception] = field(default_factory=list)

    def follow(self, uow: UnitOfWork, message: LinkMessage) -> None:
        """Take one step."""
        if self.faults:
            raise self.faults.pop()
        fields = json.loads(message.body)
        case_id, n = UUID(fields["case_id"]), fields["no"]
        case = uow.get(CASE, id=case_id)
        if n in self.refused or n != (1 if case is None else case["version"] + 1):
            raise Unwelcome
        if case is None:
            uow.insert(CASE, {"id": case_id, "no": uow.next_number("seen"), "at": uow.now})
        else:
            uow.update(CASE, {"id": case_id}, {"version": n})


async def take_steps(sender: Side, cases: Sequence[UUID], count: int) -> None:
    """Commit `count` events, going round the cases."""
    works = [work(step, cases[i % len(cases)]) for i in range(count)]
    await asyncio.gather(*map(sender.writer.submit, works))


def steps_taken(of: Side) -> dict[UUID, int]:
    """How far each case has come at this side."""
    return {UUID(str(row["id"])): int(str(row["version"])) for row in of.rows(CASE)}


@dataclass
class Pair:
    """A relay and a courier over one broker. `start_*` and `stop` as a test needs them."""

    nats: LocalNats
    sender: Side
    receiver: Side
    directory: Path
    follower: Follower = field(default_factory=Follower)
    clock: FakeClock = field(default_factory=FakeClock)
    tasks: list["asyncio.Task[None]"] = field(default_factory=list)

    async def start_relay(self, *, calm_s: float = 0.0) -> Relay:
        """Run the sending end, in the incarnation that its database and files call for."""
        begun = await begin(
            self.directory,
            SENDER,
            tables=TABLES,
            writer=self.sender.writer,
            readers=self.sender.readers,
            now=self.clock.now(),
        )
        number, witness = begun.incarnation.number, begun.witness
        return await self.start_relay_in(number, witness, calm_s=calm_s)

    async def start_relay_in(
        self, incarnation: int, witness: Witness, *, calm_s: float = 0.0
    ) -> Relay:
        """Run the sending end in a given incarnation."""
        broker = await self.nats.broker("sender", (STREAM,))
        end = LinkEnd.local(NODE, SENDER, frozenset({RECEIVER}), calm_s=calm_s)
        relay = Relay(end, self.ground(incarnation, witness), broker)
        door = LocalDoor(relay, Retention(relay))
        self.run(relay.run(), door.run())
        return relay

    def ground(self, incarnation: int, witness: Witness) -> Ground:
        """What relays of the sender stand on."""
        return Ground(
            TABLES,
            self.sender.writer,
            self.sender.readers,
            witness,
            self.clock,
            incarnation,
        )

    async def start_receiver(self) -> Receiver:
        """Run the receiving end."""
        broker = await self.nats.broker("receiver", (STREAM, DURABLE))
        receiver = self.make_receiver()
        await receiver.load()
        courier = Courier(broker, "CASE", DURABLE.durable, receiver)
        ear = LocalEar(broker, receiver, node=NODE, service=RECEIVER, senders=(SENDER,))
        self.run(courier.run(), ear.run())
        return receiver

    def make_receiver(self) -> Receiver:
        """A receiver that nothing brings messages to."""
        return Receiver(
            "local",
            {"test.opened": self.follower.follow},
            tables=TABLES,
            writer=self.receiver.writer,
            readers=self.receiver.readers,
        )

    def run(self, *coroutines: Coroutine[Any, Any, None]) -> None:
        """Run until `stop`."""
        self.tasks += [asyncio.create_task(each) for each in coroutines]

    async def stop(self) -> None:
        """Stop both ends, as at a shutdown."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        self.tasks.clear()

    async def settled(self, receiver: Receiver, count: int, incarnation: int = 1) -> None:
        """Wait until the receiver's cursor has come to `count`."""
        await eventually(lambda: receiver.cursor(ORIGIN) == (incarnation, count), 60.0)

    async def passed(self, receiver: Receiver, no: int) -> None:
        """Wait until the receiver's cursor is beyond `no`."""
        await eventually(lambda: receiver.cursor(ORIGIN).no > no)

    def parked_reasons(self) -> list[str]:
        """Why events are parked at the receiver."""
        rows = self.receiver.rows(TABLES.inbox)
        return [str(row["reason"]) for row in rows if row["state"] == "PARKED"]

    def in_step(self) -> bool:
        """Whether every case has come as far at the receiver as at the sender."""
        return steps_taken(self.sender) == steps_taken(self.receiver)


@asynccontextmanager
async def pair(
    nats: LocalNats, sender_url: str, receiver_url: str, home: Path
) -> AsyncIterator[Pair]:
    """Both ends' databases; nothing runs yet."""
    async with AsyncExitStack() as stack:
        sender = await stack.enter_async_context(side(sender_url))
        receiver = await stack.enter_async_context(side(receiver_url))
        bench = Pair(nats, sender, receiver, home)
        stack.push_async_callback(bench.stop)
        yield bench
