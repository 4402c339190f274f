"""Clocks that belong to the case: started by what happened to it, never reset by a hand-over."""

from datetime import date, datetime

from kernel.regulation import Start, due
from kernel.unit_of_work import UnitOfWork
from routing.commands.facts import Fact, RecordFact
from routing.domain import clock_choice
from routing.domain.clock_choice import Matter
from routing.handlers.casefile import CaseFile
from routing.handlers.clocks import hearing_days, running
from routing.handlers.reviews import rights
from routing.storage import clocks

ACCEPTED = "intake.accepted"
MOVES = frozenset({"starts_clock", "restarts_clock", "cancels_clock"})
"""What a fact may say of a clock that it names."""
NOT_DONE = frozenset({"voided", "merged", "withdrawn"})
"""Endings after which an act that was owed is not owed any more, instead of being done."""


def on_registered(uow: UnitOfWork, case: CaseFile) -> None:
    """Start what counts from receipt and registration. 积案 and sealed matters have no clocks."""
    fit(uow, case)
    running.refresh(uow, case)


def on_fact(uow: UnitOfWork, case: CaseFile, command: RecordFact) -> None:
    """Follow a fact: acceptance, another procedure or difficulty, or a clock the fact names."""
    fact = command.fact
    at = command.effective_at or fact.at
    if fact.kind == ACCEPTED:
        if case.row["accepted_at"] is None:
            case.set(accepted_at=at)
        _meet_by_accepting(uow, case, at)
    if not case.ended:  # after the end its clocks stay as they ended
        fit(uow, case, accepted_at=at if fact.kind == ACCEPTED else None)
    _follow_named(uow, case, fact, at)
    if command.hearing:
        hearing_days.follow(uow, case, command, at)
    running.refresh(uow, case)


def _follow_named(uow: UnitOfWork, case: CaseFile, fact: Fact, at: datetime) -> None:
    """Do with a clock what the fact says of it."""
    if name := fact.body.get("starts_clock", ""):
        running.start(uow, case, name, at, on=fact.body.get("due_on", ""))
    if name := fact.body.get("restarts_clock", ""):
        running.restart(uow, case, name, at)
    if name := fact.body.get("cancels_clock", ""):
        _cancel(uow, case, name)
    if name := fact.body.get("meets_clock", ""):
        _meet(uow, case, name, at)
    for moved in MOVES & fact.body.keys():
        rights.tell(uow, case, fact.body[moved], fact.at)


def _meet(uow: UnitOfWork, case: CaseFile, named: str, at: datetime) -> None:
    """What was done may be what several clocks waited for: their names, space between them."""
    for clock_id in named.split():
        for unit in ("", case.row["holder_unit"]):
            row = clocks.find(uow, case.case_id, clock_id, unit)
            if row is not None:
                running.finish(uow, case, row, at)


def _cancel(uow: UnitOfWork, case: CaseFile, named: str) -> None:
    """What began these clocks was recorded wrongly: they have not begun."""
    for clock_id in named.split():
        row = clocks.find(uow, case.case_id, clock_id, "")
        if row is not None:
            running.cancel(uow, case, row, "service_corrected")


def _meet_by_accepting(uow: UnitOfWork, case: CaseFile, at: datetime) -> None:
    profile = running.profile_of(case)
    for row in clocks.of_case(uow, case.case_id):
        if profile.clock(row["clock"]).starts in clock_choice.MET_BY_ACCEPTING:
            running.finish(uow, case, row, at)


def fit(uow: UnitOfWork, case: CaseFile, *, accepted_at: datetime | None = None) -> None:
    """Make the running clocks those of the case's procedure and difficulty.

    A clock of another procedure is cancelled and stays on record. A shorter target that would
    have run out before it was set does not replace the one that runs.
    """
    if case.row["backlog"] or case.row["sealed_for"]:
        return
    matter = matter_of(case)
    profile = running.profile_of(case)
    accepted = case.row["accepted_at"]
    wanted = clock_choice.of_case(profile, matter, accepted=accepted is not None)
    if case.row["log_n"] > 1:
        _not_already_over(uow, case, wanted)
    _let_stand_in(uow, case, wanted)
    begins = {Start.REGISTRATION: case.row["registered_at"], Start.RECEIPT: case.row["received_at"]}
    for name, start in wanted.items():
        running.start(uow, case, name, begins.get(start) or accepted_at or accepted)
    _drop_unwanted(uow, case, frozenset(wanted))
    _notice_of_first_holder(uow, case, matter)


def _not_already_over(uow: UnitOfWork, case: CaseFile, wanted: dict[str, Start]) -> None:
    """A target set later than it would have run out is not set; one that runs goes on instead."""
    profile = running.profile_of(case)
    targets = {degree.clock for degree in profile.rules.difficulty.values()}
    for name in targets & set(wanted):
        at, calendar = case.row["registered_at"], case.node.workdays()
        over = due(profile, name, at, calendar=calendar).due_at <= uow.now
        if not over or clocks.find(uow, case.case_id, name, "") is not None:
            continue
        start = wanted.pop(name)
        for row in clocks.of_case(uow, case.case_id):
            if row["clock"] in targets and row["state"] in clocks.OPEN:
                wanted[row["clock"]] = start


def _let_stand_in(uow: UnitOfWork, case: CaseFile, wanted: dict[str, Start]) -> None:
    """A clock that a fact named takes the place of the first of its start (委托 for 委派)."""
    profile = running.profile_of(case)
    for row in clocks.of_case(uow, case.case_id):
        start = profile.clock(row["clock"]).starts
        named = start is Start.FILE_SIGNED_FOR and row["clock"] not in wanted
        if named and row["state"] != "cancelled":
            wanted.update({row["clock"]: start})
            for other in [name for name in wanted if wanted[name] is start]:
                if other != row["clock"]:
                    del wanted[other]


def _drop_unwanted(uow: UnitOfWork, case: CaseFile, wanted: frozenset[str]) -> None:
    profile = running.profile_of(case)
    for row in clocks.of_case(uow, case.case_id):
        fitted = profile.clock(row["clock"]).starts in clock_choice.FITTED
        if fitted and not row["unit"] and row["clock"] not in wanted:
            running.cancel(uow, case, row, "matter_changed")


def _notice_of_first_holder(uow: UnitOfWork, case: CaseFile, matter: Matter) -> None:
    """The notice of receipt that the registering office owes; a later holder's starts with it."""
    unit = case.row["holder_unit"]
    if case.row["accepted_at"] is not None or unit != case.row["registering_unit"]:
        return
    for clock in running.profile_of(case).clocks.values():
        from_receipt = clock.starts is Start.RECEIPT and clock_choice.is_holding(clock)
        if not (from_receipt and clock_choice.applies(clock, matter)):
            continue
        if clocks.find(uow, case.case_id, clock.id, unit) is None:
            running.start(uow, case, clock.id, case.row["received_at"], unit=unit)


def matter_of(case: CaseFile) -> Matter:
    """What decides the clocks of this case."""
    names = ("procedure", "difficulty", "category", "reachable", "litigation", "purpose")
    return Matter(**{name: case.row[name] for name in names})


def on_ended(uow: UnitOfWork, case: CaseFile) -> None:
    """The case ended: what was owed is done, or not owed any more. The rights of people run on."""
    profile = running.profile_of(case)
    at = case.row["ended_at"] or uow.now
    for row in clocks.of_case(uow, case.case_id):
        if row["whose"] not in {"citizen", "unit"} or row["state"] not in clocks.OPEN:
            continue
        if case.row["ending"] in NOT_DONE or clock_choice.is_right(profile, row["clock"]):
            running.end(uow, case, row, "cancelled", at)
        else:
            running.finish(uow, case, row, at)
    running.refresh(uow, case)


def on_reopened(uow: UnitOfWork, case: CaseFile) -> None:
    """A reopened case keeps its clocks as they ended; the next acts start what they start."""
    running.refresh(uow, case)


def meet_starting(uow: UnitOfWork, case: CaseFile, start: Start) -> None:
    """The act that every clock of this start waits for was done now."""
    profile = running.profile_of(case)
    for row in clocks.of_case(uow, case.case_id):
        if profile.clock(row["clock"]).starts is start:
            running.finish(uow, case, row, uow.now)
    running.refresh(uow, case)


def start_from(uow: UnitOfWork, case: CaseFile, start: Start, at: date, *, on: str) -> None:
    """Start the case's own clock of this start, to a date that was set; every holder owes it."""
    for clock in running.profile_of(case).clocks.values():
        if clock.starts is start:
            running.start(uow, case, clock.id, at, on=on)
    running.refresh(uow, case)
