"""People who work at the nodes of a stack while a test hurts it, and the count afterwards."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import grpc

from kernel.clock import SystemClock
from kernel.ids import new_id
from lianxin.cli.audit_nodes import Witness, audit
from lianxin.cli.demo import acts, samples
from lianxin.cli.demo.people import Clerk, Refused
from lianxin.cli.demo.scenes import plain
from lianxin.intake.v1 import intake_service_pb2 as intake
from lianxin.routing.v1 import custody_pb2 as custody
from lianxin.routing.v1 import worklist_pb2 as worklist

from .stack import People

SITES = {
    "anji": "s-anji",
    "dipu": "s-dipu",
    "tianhuangping": "s-tianhuangping",
    "lujia": "s-dipu-lujia",
}
AGAIN = frozenset(
    {"UNREACHABLE", "TIMED_OUT", "NOT_READY", "SHUTTING_DOWN", "DATABASE_AWAY", "STORAGE_FULL"}
)
"""What a client answers to by the same request once more: nothing was done, or it is known."""
BROKEN = (grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN)
"""What nobody is ever answered, whatever is hurt."""
PATIENCE_S = 180.0
PAUSE_S = 0.5
QUIET_S = 300.0


@dataclass
class Work:
    """Everything that was answered for: none of it may be lost."""

    people: People
    nodes: Sequence[str] = tuple(SITES)
    """The nodes that are looked at when all is over."""
    registered: list[str] = field(default_factory=list)
    latest: dict[str, str] = field(default_factory=dict)
    """The last case registered at each node."""
    tried_again: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    """Answers that were none: a service did not know what to say."""

    async def clerk(self, node: str) -> Clerk:
        """Somebody who registers, hands on and signs at the node's own site."""
        return await self.people.hire(node, SITES[node], "registrar", *plain.MIDDLE)

    async def _form(self, node: str) -> tuple[Clerk, intake.RegisterCaseRequest]:
        """Who registers there, and a plain matter."""
        draft = plain.at_village(samples.load(SystemClock().now())[0].draft)
        request = intake.RegisterCaseRequest(request_id=str(new_id()), draft=draft)
        return await self.clerk(node), request

    async def register_once(self, node: str) -> str:
        """A case, by one request that is sent once. Answers its id; raises Refused."""
        clerk, request = await self._form(node)
        case_id: str = (await acts.call(clerk.intake.RegisterCase(request))).stamp.case_id
        self._note(node, case_id)
        return case_id

    def _note(self, node: str, case_id: str) -> None:
        self.registered.append(case_id)
        self.latest[node] = case_id

    def give_up(self, node: str, lost: Sequence[str]) -> None:
        """These cases of the node need not be there any more."""
        self.registered = [case_id for case_id in self.registered if case_id not in lost]
        self.latest.pop(node, None)

    async def register(self, node: str) -> str:
        """A case, by one request that is repeated until it is answered. Answers its id."""
        clerk, request = await self._form(node)
        made: list[str] = []

        async def answered() -> bool:
            try:
                answer = await acts.call(clerk.intake.RegisterCase(request))
            except Refused as refused:
                self.tried_again[node] += refused.reason in AGAIN
                if refused.remote.code in BROKEN:
                    self.faults.append(f"{node} answered {refused.reason}")
                raise
            made.append(answer.stamp.case_id)
            return True

        await acts.until(answered, "never registered", limit_s=PATIENCE_S, pause_s=PAUSE_S)
        self._note(node, made[0])
        return made[0]

    async def escalate(self, node: str, case_id: str) -> None:
        """Hand it to the site above; it may not get there before the link is whole."""
        clerk = await self.clerk(node)
        await acts.known_to(clerk, case_id)
        request = custody.EscalateRequest(case_id=case_id, reason="beyond_competence")
        await acts.ask(clerk, clerk.custody.Escalate, request)

    @asynccontextmanager
    async def going_on(self, *nodes: str) -> AsyncIterator[None]:
        """People at these nodes register one case after the other meanwhile."""
        for node in nodes:
            await self.clerk(node)
        stop = asyncio.Event()
        tasks = [asyncio.create_task(self._until(node, stop)) for node in nodes]
        try:
            yield
        finally:
            stop.set()
            await asyncio.gather(*tasks)

    async def _until(self, node: str, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await self.register(node)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), PAUSE_S)

    async def at_rest(self) -> float:
        """Wait until nothing is under way or unsent on any node; the seconds it took.

        What intake registered last must have come to routing by then, too.
        """
        admins = [await self.people.administrator(node) for node in self.nodes]

        async def quiet() -> bool:
            try:
                found = [
                    await it.worklist.LinkStatus(worklist.LinkStatusRequest()) for it in admins
                ]
                for node, case_id in self.latest.items():
                    await acts.custody_of(await self.clerk(node), case_id)
            except grpc.aio.AioRpcError:
                return False
            return not any(it.stuck or any(link.unsent for link in it.links) for it in found)

        return await acts.until(quiet, "hand-overs did not come to rest", limit_s=QUIET_S)

    async def lost(self) -> Sequence[str]:
        """What the audit over all nodes has against them; every case answered for is counted."""
        witnesses = []
        for node in self.nodes:
            admin = await self.people.administrator(node)
            reader = await self.people.hire(node, SITES[node], "upper_inspector")
            witnesses.append(Witness(node, admin.custody, [reader.worklist]))
        found = await audit(witnesses, self.registered)
        missing = len(self.registered) - found.held_once
        said = [f"{broken.rule} {broken.case_no} {broken.detail}" for broken in found.broken]
        return [*said, *self.faults, *([f"{missing} cases are not held once"] if missing else [])]
