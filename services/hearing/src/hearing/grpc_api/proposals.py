"""Which hearings a proposal is about, and the work on it in the planning process."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from uuid import UUID

import msgspec

from hearing.checking import broken
from hearing.commands.base import Seen
from hearing.commands.scheduling import BeginProposal, EndProposal, LeftOut, Planning
from hearing.convert.scheduling import Sought
from hearing.desk import Desk
from hearing.domain.proposals import ProposalState
from hearing.domain.states import State
from hearing.errors import NotPossibleNow
from hearing.errors_scheduling import AllBarred, NothingWaits
from hearing.errors_session import HeldTogether
from hearing.grpc_api.gathering import Around, Case, Gathering
from hearing.handlers.barring import barred_by
from hearing.handlers.proposing import begin_proposal, end_proposal
from hearing.planning.jobs import Job, Said
from hearing.planning.planner import Planner, WorkerLost
from hearing.planning.replanning import broken_by, held
from hearing.scheduling.plan.problem import Answer, Problem
from hearing.storage.file import case_no_of
from hearing.storage.planning import WAITS, in_hand
from kernel.group_commit import Work
from kernel.holding import NotTheHolder
from kernel.identity import Caller
from kernel.ids import new_id
from kernel.interceptors import current_caller

MAY_BE_PLANNED = frozenset({*WAITS, State.SET.value, State.NOTICED.value})
GRACE = timedelta(minutes=3)
"""How long after its seconds a proposal may still be answered: the solver loads, others wait."""
Tell = Callable[[Said | None], None]


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposal to be worked on: problems in the order in which they are tried."""

    proposal_id: UUID
    problems: tuple[Problem, ...]
    sought: Sought
    caller: Caller
    stop: asyncio.Event = field(default_factory=asyncio.Event)


class Proposals:
    """From what waits to an answer that is kept. Nothing here sets a hearing."""

    def __init__(self, desk: Desk, gathering: Gathering, planner: Planner) -> None:
        self._desk = desk
        self._gathering = gathering
        self._planner = planner

    async def draft(self, sought: Sought) -> Draft:
        """Keep what is asked of the solver.

        Raises:
            NothingWaits: no hearing of the caller's unit has to be set.
            AllBarred: others decide all that waits.
            NotTheHolder, NotPossibleNow, HeldTogether: a named hearing cannot be planned.
            NobodyThere: the register lacks somebody.
            HearingMissing, RoutingAway: as `Gathering.cases`.
        """
        caller = current_caller()
        cases = await self._gathering.cases(sought.cases or await self._in_hand(caller.unit))
        if not cases:
            raise NothingWaits
        _expect_plannable(cases, caller.unit)
        await self._expect_leading(cases)
        cases, left_out = self._without_barred(cases)
        around = await self._gathering.around(cases)
        chosen, kept = _chosen(cases, around, named=bool(sought.cases))
        if not chosen:
            raise NothingWaits
        free = await self._gathering.taken(around, {one.waiting.hearing_id for one in chosen})
        draft = Draft(new_id(), _problems(chosen, free), sought, caller)
        await self._keep(draft, chosen, kept, left_out)
        return draft

    def _without_barred(self, cases: list[Case]) -> tuple[list[Case], tuple[LeftOut, ...]]:
        """Those that may still be heard, and those that went to others. Raises AllBarred."""
        office = self._desk.office
        bars = [barred_by(case.matter, office) if case.matter else "" for case in cases]
        pairs = list(zip(cases, bars, strict=True))
        left_out = tuple(
            LeftOut(case.file["case_id"], case.file["case_no"], bar) for case, bar in pairs if bar
        )
        heard = [case for case, bar in pairs if not bar]
        if not heard:
            raise AllBarred(cases=", ".join(one.case_no for one in left_out))
        return heard, left_out

    async def _expect_leading(self, cases: list[Case]) -> None:
        """What is heard together with another case is planned with that one."""
        leading = set(await self._in_hand(cases[0].file["holder_unit"]))
        for case in cases:
            if case.file["case_id"] not in leading:
                led_by = case.hearing["led_by"]
                leader = await self._desk.readers.run(partial(case_no_of, hearing_id=led_by))
                raise HeldTogether(leader=leader)

    async def _in_hand(self, unit: str) -> list[UUID]:
        return await self._desk.readers.run(lambda c: in_hand(c, unit, MAY_BE_PLANNED))

    async def _keep(
        self,
        draft: Draft,
        chosen: list[Case],
        kept: list[UUID],
        left_out: tuple[LeftOut, ...],
    ) -> None:
        seconds = draft.sought.seconds
        command = BeginProposal(
            proposal_id=draft.proposal_id,
            problem=msgspec.json.encode(draft.problems[0]),
            parts=tuple(map(_planning, chosen)),
            kept=tuple(kept),
            left_out=left_out,
            seconds=seconds,
            seed=draft.sought.seed,
            lost_at=self._desk.clock.now() + timedelta(seconds=2 * seconds) + GRACE,
        )
        await self._desk.do(Work(begin_proposal, command, key=_key(draft), caller=draft.caller))

    async def work(self, draft: Draft, tell: Tell) -> None:
        """Solve, have the answer checked, and keep it. Raises WorkerLost: nothing was found."""
        try:
            answer = await self._solved(draft, tell)
        except WorkerLost:
            await self._end(draft, ProposalState.LOST.value, None)
            raise
        await self._end(draft, answer.state, msgspec.json.encode(answer))

    async def _solved(self, draft: Draft, tell: Tell) -> Answer:
        """Of the first problem that has a plan; else why the last has none."""
        answer = Answer("unknown")
        for problem in draft.problems:
            raw = msgspec.Raw(msgspec.json.encode(problem))
            job = Job(0, raw, draft.sought.seconds, draft.sought.seed)
            found = await self._planner.solve(job, tell, draft.stop)
            answer = msgspec.json.decode(found, type=Answer)
            if answer.state == "proposed" and broken(problem, answer.hearings):
                raise WorkerLost
            if answer.state == "proposed" or draft.stop.is_set():
                break
        return answer

    async def _end(self, draft: Draft, state: str, answer: bytes | None) -> None:
        command = EndProposal(draft.proposal_id, state, answer)
        await self._desk.do(Work(end_proposal, command, key=_key(draft), caller=draft.caller))


def _key(draft: Draft) -> str:
    return f"proposal:{draft.proposal_id}"


def _planning(case: Case) -> Planning:
    file = case.file
    seen = Seen(file["epoch"], file["version"])
    return Planning(file["case_id"], case.hearing["hearing_id"], file["case_no"], seen)


def _expect_plannable(cases: list[Case], unit: str) -> None:
    for case in cases:
        if case.file["holder_unit"] != unit:
            raise NotTheHolder(holder=case.file["holder_unit"])
        if case.file["state"] not in MAY_BE_PLANNED:
            raise NotPossibleNow(state=case.file["state"], act="propose")


def _chosen(cases: list[Case], around: Around, *, named: bool) -> tuple[list[Case], list[UUID]]:
    """The hearings to be planned, and the cases that were told and are kept though they break.

    A hearing that is set is planned anew when it is named, or cannot be held as it stands; one that
    people were told of only when it is named.
    """
    chosen: list[Case] = []
    kept: list[UUID] = []
    for case in cases:
        waiting = case.waiting
        if waiting.stands is None:
            chosen.append(case)
            continue
        others = around.besides({waiting.hearing_id})
        found = broken_by(waiting, around.problem([waiting]), others)
        if named or (found and not waiting.told):
            chosen.append(replace(case, waiting=held(waiting, found)))
        elif found:
            kept.append(case.file["case_id"])
    return chosen, kept


def _problems(chosen: list[Case], around: Around) -> tuple[Problem, ...]:
    """First with time and room kept where other people mend it, then without."""
    hearings = [case.waiting for case in chosen]
    previous = tuple(one.stands for one in hearings if one.stands is not None)
    problems = [around.problem(hearings, previous)]
    if any(one.hold for one in hearings):
        loose = [replace(one, hold=False) for one in hearings]
        problems.append(around.problem(loose, previous))
    return tuple(problems)
