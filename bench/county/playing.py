"""Playing the month: every matter, as it comes in, by the acts that people do."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from bench.county.month import Arrival
from bench.county.office import Office
from bench.county.places import COUNTY, Desk
from kernel.ids import new_id
from lianxin.cli.demo import acts, table
from lianxin.cli.demo.acts import NeverHappened
from lianxin.cli.demo.ledger import Registered
from lianxin.cli.demo.people import Clerk, Refused
from lianxin.cli.demo.scenes import placing
from lianxin.intake.v1 import follow_up_pb2 as follow_up
from lianxin.intake.v1 import intake_service_pb2 as intake
from lianxin.routing.v1 import custody_pb2 as custody
from lianxin.routing.v1 import worklist_pb2 as worklist

TRACKED, CALLED_BACK = 3, 5
"""One of so many residents asks where the case is; one of so many is called back."""
STAYED = frozenset({"village", "township", "county"})
"""Settled where it was registered: somebody above calls back."""
DUE_DAYS = 15
PATIENCE_S = 120.0
"""How long a hand-over may take before the case counts as stuck."""
PAUSE_S = 0.5
"""Between two looks at something that is under way: people do not look twenty times a second."""
acts.PAUSE_S = table.PAUSE_S = PAUSE_S


@dataclass
class Played:
    """What became of what came in. Times are seconds."""

    offered: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    registered: list[str] = field(default_factory=list)
    waited: list[tuple[float, float]] = field(default_factory=list)
    """For each matter when it came in and how long it waited for somebody free."""
    whole: list[float] = field(default_factory=list)
    """From the beginning at the counter until it ended."""
    handed_over: list[tuple[float, float]] = field(default_factory=list)
    """When, and how long from the sender's act until the receiver held it."""
    tracked: int = 0
    called_back: int = 0
    seconds: float = 0.0

    @property
    def done(self) -> int:
        """Cases that ended."""
        return sum(self.ended.values())


class Player:
    """Takes matters as they come in; `at_work` people at most do something at one moment."""

    def __init__(self, office: Office, *, at_work: int) -> None:
        self._office = office
        self._places = asyncio.Semaphore(at_work)
        self.played = Played()
        self._began = 0.0
        self.under_way = 0

    @property
    def now(self) -> float:
        """Seconds since the first morning."""
        return time.monotonic() - self._began if self._began else 0.0

    async def play(self, arrivals: Iterable[Arrival], *, limit_s: float) -> Played:
        """Let them come in at their time; what has not begun after `limit_s` stays undone."""
        self._began = time.monotonic()
        running: set[asyncio.Task[None]] = set()
        for arrival in arrivals:
            await asyncio.sleep(max(0.0, arrival.at_s - self.now))
            self.played.offered += 1
            task = asyncio.create_task(self._handle(arrival, limit_s))
            running.add(task)
            task.add_done_callback(running.discard)
        await asyncio.gather(*running)
        self.played.seconds = self.now
        return self.played

    async def _handle(self, arrival: Arrival, limit_s: float) -> None:
        doing = arrival.course
        try:
            async with self._places:
                if self.now > limit_s:
                    self.played.failed["not begun in time"] += 1
                    return
                self.played.waited.append((arrival.at_s, self.now - arrival.at_s))
                self.under_way += 1
                try:
                    case = await self._through(arrival)
                finally:
                    self.under_way -= 1
            doing = "afterwards"
            await self._afterwards(arrival, case)
        except (Refused, NeverHappened) as error:
            reason = error.reason if isinstance(error, Refused) else str(error).split(": ")[-1]
            self.played.failed[f"{doing}: {reason}"] += 1

    async def _through(self, arrival: Arrival) -> Registered:
        began = self.now
        clerk = await self._office.clerk(arrival.desk.site)
        await look(clerk)
        case = await self._registered(clerk, arrival)
        await self._held(clerk, case)
        keeper = await self._brought(clerk, case, arrival)
        await look(keeper)
        await placing.finish(self._office, keeper, case, arrival.row)  # type: ignore[arg-type]  # it uses register, ledger and clerk of a stage, which the office has
        self.played.ended[arrival.course] += 1
        self.played.whole.append(self.now - began)
        return case

    async def _registered(self, clerk: Clerk, arrival: Arrival) -> Registered:
        request = intake.RegisterCaseRequest(request_id=str(new_id()), draft=arrival.row.draft)
        answer = await acts.call(clerk.intake.RegisterCase(request))
        stamp = answer.stamp
        self.played.registered.append(stamp.case_id)
        code, node = answer.query_code, clerk.doors.node
        return Registered(stamp.case_id, stamp.case_no, code, node, clerk.unit, arrival.row.no)

    async def _brought(self, clerk: Clerk, case: Registered, arrival: Arrival) -> Clerk:
        """To where it is settled; who keeps it there."""
        if arrival.course in STAYED:
            return clerk
        keeper = await self._office.clerk(_receiver(arrival, self._office))
        if arrival.course == "assigned":
            assigning = custody.AssignRequest(
                case_id=case.case_id,
                to_unit=keeper.unit,
                due_on=acts.in_days(DUE_DAYS),
                reason="placement",
            )
            await acts.ask(clerk, clerk.custody.Assign, assigning)
        else:
            raising = custody.EscalateRequest(case_id=case.case_id, reason="beyond_competence")
            await acts.ask(clerk, clerk.custody.Escalate, raising)
        await self._arrived(keeper, case)
        if arrival.course != "returned":
            return keeper
        await self._objected(clerk, keeper, case)
        return clerk

    async def _arrived(self, keeper: Clerk, case: Registered) -> None:
        sent = self.now
        await self._held(keeper, case)
        self.played.handed_over.append((sent, self.now - sent))

    async def _held(self, clerk: Clerk, case: Registered) -> None:
        """Wait until routing of the clerk's node says that the clerk's unit holds it."""

        async def held() -> bool:
            found = await acts.custody_of(clerk, case.case_id)
            return bool(found.holder_unit == clerk.unit and found.custody == "held")

        await acts.until(held, "not held there", limit_s=PATIENCE_S, pause_s=PAUSE_S)

    async def _objected(self, sender: Clerk, receiver: Clerk, case: Registered) -> None:
        """The receiver says it is not theirs; the sender agrees and has it back."""
        handoff = (await acts.custody_of(receiver, case.case_id)).handovers[-1].handoff_id
        objection = custody.ObjectRequest(
            case_id=case.case_id, handoff_id=handoff, grounds="not_competent"
        )
        await acts.ask(receiver, receiver.custody.Object, objection)
        await self._decided(sender, case, handoff)
        await self._arrived(sender, case)

    async def _decided(self, sender: Clerk, case: Registered, handoff: str) -> None:
        async def told() -> bool:
            handovers = (await acts.custody_of(sender, case.case_id)).handovers
            return any(one.objection == "open" for one in handovers)

        await acts.until(told, "the objection did not arrive", limit_s=PATIENCE_S, pause_s=PAUSE_S)
        decision = custody.DecideObjectionRequest(
            case_id=case.case_id, handoff_id=handoff, upheld=True, grounds="not_competent"
        )
        await acts.ask(sender, sender.custody.DecideObjection, decision)

    async def _afterwards(self, arrival: Arrival, case: Registered) -> None:
        if arrival.n % TRACKED == 0:
            resident = await self._office.resident(case.node)
            asked = intake.TrackCaseRequest(case_no=case.case_no, query_code=case.query_code)
            await acts.call(resident.intake.TrackCase(asked))
            self.played.tracked += 1
        caller = self._office.calls_back(arrival.desk.site)
        if arrival.course in STAYED and arrival.n % CALLED_BACK == 0 and caller:
            await called_back(await self._office.clerk(caller, "callback"), case)
            self.played.called_back += 1


def _receiver(arrival: Arrival, office: Office) -> str:
    """The desk a matter goes to: the one above, or of an assigned one the place's township."""
    if arrival.course != "assigned":
        return arrival.desk.above
    return township_of(arrival, office)


def township_of(arrival: Arrival, office: Office) -> str:
    """The township in which the matter's place lies."""
    code = arrival.row.draft.place_code
    site = next(one for one in office.directory.file.sites if code in one.codes)
    return site.parent or COUNTY


async def look(clerk: Clerk) -> None:
    """What somebody looks at before the next matter: the day, and the first page of the list."""
    await acts.call(clerk.worklist.Today(worklist.TodayRequest()))
    mine = worklist.WorkFilter(unit_id=clerk.unit)
    await acts.call(clerk.worklist.ListWork(worklist.ListWorkRequest(filter=mine)))


async def called_back(caller: Clerk, case: Registered) -> None:
    """The resident is asked by somebody else than the handler, once the call-back is due."""
    asked = follow_up.GetCallbackRequest(case_id=case.case_id)

    async def due() -> bool:
        return bool((await caller.follow_up.GetCallback(asked)).callback.state == "due")

    await acts.until(due, "no call-back is due", limit_s=PATIENCE_S, pause_s=PAUSE_S)
    found = (await acts.call(caller.follow_up.GetCallback(asked))).callback
    said = follow_up.RecordCallbackRequest(
        request_id=str(new_id()),
        case_id=case.case_id,
        seen=found.seen,
        result=follow_up.CALLBACK_RESULT_REACHED,
        office=follow_up.SATISFACTION_SATISFIED,
        unit=follow_up.SATISFACTION_SATISFIED,
        performance=follow_up.PERFORMANCE_PERFORMED,
    )
    await acts.call(caller.follow_up.RecordCallback(said))


async def supervising(office: Office, desks: list[Desk], every_s: float) -> None:
    """The county's office reads the figures of all below again and again, until cancelled."""
    manager = await office.clerk(desks[0].site, "supervisor")
    while True:
        await acts.call(manager.worklist.Summarize(worklist.SummarizeRequest()))
        await asyncio.sleep(every_s)
