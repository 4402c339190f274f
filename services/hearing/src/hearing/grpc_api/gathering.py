"""Gathers what a hearing is judged by: the case, its clocks, the register, other hearings."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from hearing.commands.scheduling import Judged, Setting
from hearing.desk import Desk
from hearing.domain.days import day_of
from hearing.domain.matter import Matter
from hearing.errors import HearingMissing
from hearing.errors_scheduling import HallElsewhere, NobodyThere
from hearing.grpc_api.matters import Matters
from hearing.handlers.barring import refuse_barred
from hearing.planning.clashes import Clash, Standing, clashes
from hearing.planning.clocks import bearing, of_clocks
from hearing.planning.gather import Frame, NobodyFor, Waiting, problem_of
from hearing.planning.register import Register
from hearing.scheduling.plan.problem import Planned, Problem
from hearing.storage import planning, reading
from hearing.storage.planning_register import Window, register_of, rooms_of, surroundings
from kernel.interceptors import current_caller

Row = Any


@dataclass(frozen=True, slots=True)
class Case:
    """A case whose hearing is to be set: its file, the current hearing, all that is asked of it."""

    file: Row
    hearing: Row
    waiting: Waiting
    matter: Matter | None = None


@dataclass(frozen=True, slots=True)
class Around:
    """What hearings are planned in: rooms and people, the days, all other hearings.

    The register is busy with calendars alone; `Gathering.taken` adds the other hearings.
    `called` is how a unit is called.
    """

    register: Register
    frame: Frame
    standing: tuple[Standing, ...]
    window: Window
    called: Callable[[str], str] = str

    def problem(self, waiting: Sequence[Waiting], previous: tuple[Planned, ...] = ()) -> Problem:
        """Of these hearings, on the days looked at. Raises NobodyThere."""
        last = self.window.days[-1]
        try:
            return problem_of(waiting, self.register, self.frame, previous, last)
        except NobodyFor as nobody:
            raise NobodyThere(part=self.called(nobody.part)) from None

    def besides(self, hearings: Collection[str]) -> list[Standing]:
        """The other hearings but for these."""
        return [one for one in self.standing if one.hearing not in hearings]


class Gathering:
    """Reads, and asks routing; changes nothing."""

    def __init__(self, desk: Desk, matters: Matters) -> None:
        self._desk = desk
        self._matters = matters

    async def cases(self, case_ids: Collection[UUID]) -> list[Case]:
        """The hearings of these cases with the clocks that bear on them, in order of their ids.

        Raises:
            HearingMissing: the caller may not know of one, or it has none.
            RoutingAway: routing does not answer for the clocks.
            HallElsewhere: it is to be held in a hall that another node keeps.
        """
        for case_id in case_ids:
            await self._expect_known(case_id)

        found = await self._desk.readers.run(lambda c: planning.to_be_set(c, case_ids))
        cases = [Case(file, row, waiting) for file, row, waiting in found]
        if len(cases) < len(set(case_ids)):
            raise HearingMissing
        return list(await asyncio.gather(*map(self._with_clocks, cases)))

    async def _expect_known(self, case_id: UUID) -> None:
        caller, now = current_caller(), self._desk.clock.now()
        found = await self._desk.readers.run(lambda c: reading.by_case(c, caller, case_id, now))
        if found is None:
            raise HearingMissing

    async def _with_clocks(self, case: Case) -> Case:
        matter = await self._matters.of_case(case.file["case_id"])
        profile = self._desk.office.profile_of(case.file["regulation"])
        terms = bearing(profile, {term.clock: term.due_on for term in matter.terms})
        rooms = await self._halls(case)
        colour = matter.colour or case.waiting.colour
        waiting = replace(case.waiting, terms=terms, colour=colour, rooms=rooms)
        return replace(case, waiting=waiting, matter=matter)

    async def _halls(self, case: Case) -> frozenset[str] | None:
        """The rooms of the unit in whose hall it is to be held; None where none is named."""
        host = case.hearing["host_unit"]
        if not host:
            return None
        rooms = await self._desk.readers.run(lambda c: rooms_of(c, host))
        directory, here = self._desk.office.directory(), self._desk.office.node
        if not rooms and host in directory.units and directory.node_of(host) != here:
            raise HallElsewhere(host=directory.title(host), case=case.file["case_no"])
        return rooms

    async def around(self, cases: Sequence[Case], until: Iterable[date] = ()) -> Around:
        """What these cases of one unit are planned in."""
        office, file = self._desk.office, cases[0].file
        rule = office.profile_of(file["regulation"]).rules.hearing
        frame = Frame(day_of(self._desk.clock.now()), office.calendar, rule)
        stands = [one.waiting.stands.day for one in cases if one.waiting.stands is not None]
        last = max([*(one.waiting.hold_by for one in cases), *stands, *until])
        days = sorted({*frame.workdays(last), *stands, *until})
        window = Window(days, file["holder_path"], self._desk.clock.now(), rule.midday)

        register, others = await self._desk.readers.run(lambda c: surroundings(c, window))
        return Around(register, frame, tuple(others), window, office.directory().title)

    async def taken(self, around: Around, besides: Collection[str]) -> Around:
        """The same with rooms and people busy with every other hearing but for these."""
        window = around.window
        register = await self._desk.readers.run(lambda c: register_of(c, window, besides))
        return replace(around, register=register)

    async def judged(self, case_id: UUID, setting: Setting) -> Judged:
        """A wanted hearing with everything that stands against it.

        Raises:
            HearingBarred: meanwhile the matter went to those who decide it.
            as `cases`.
        """
        (case,) = await self.cases([case_id])
        if case.matter is not None:
            refuse_barred(case.matter, self._desk.office)
        around = await self.around([case], [setting.day])
        minutes = setting.minutes or case.waiting.minutes
        optional = tuple(map(str, setting.optional))
        told = case.waiting.told and _same_time(case.waiting, setting)
        waiting = replace(case.waiting, minutes=minutes, optional=optional, told=told)
        planned = setting.planned(waiting.hearing_id, minutes)
        # Citizens' clocks are judged by themselves, not as the last day to hold it.
        problem = around.problem([replace(waiting, terms=())])
        found = clashes(problem, planned, around.besides({waiting.hearing_id}))
        found += of_clocks(setting.day, waiting.terms, around.frame.rule)
        if case.waiting.hold_by < setting.day:
            found.append(Clash("HOLD_BY", other=case.waiting.hold_by.isoformat()))
        return Judged(planned, tuple(sorted(set(found))))


def _same_time(waiting: Waiting, setting: Setting) -> bool:
    """Whether it is held when people were told that it is; another time needs its own notice."""
    stands = waiting.stands
    when = (setting.day, setting.begins)
    return stands is not None and (stands.day, stands.begins) == when
