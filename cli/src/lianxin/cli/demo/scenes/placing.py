"""Staff decide on the placements that were proposed; each unit signs, handles and ends its own."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from typing import Any

from lianxin.cli.demo import acts, mediators
from lianxin.cli.demo.ledger import Registered
from lianxin.cli.demo.opinions import answer_in_writing
from lianxin.cli.demo.people import Clerk, Refused
from lianxin.cli.demo.samples import Sample
from lianxin.cli.demo.scenes import mediating, plain
from lianxin.cli.demo.stage import Stage
from lianxin.common.v1 import case_pb2 as words
from lianxin.intake.v1 import intake_service_pb2 as intake
from lianxin.routing.v1 import custody_pb2 as custody
from lianxin.routing.v1 import directory_pb2 as directory

AT_ONCE = 6
VILLAGES = 12
"""Village stations that answer in this run; the others have not signed when it ends."""
COUNTY_ANSWERS = 3
"""One of so many matters at the county's desks is handled in this run: small ones end below."""
PROGRESS = 60


@dataclass
class Placing:
    """How the decisions went."""

    decided: int = 0
    guessed: int = 0
    """Decisions for the unit that was proposed first at registration, by rules alone."""
    agreed: int = 0
    """Decisions for the unit proposed first once the clerk had classified the matter."""
    moved: int = 0
    refusals: Counter[str] = field(default_factory=Counter)
    left: set[str] = field(default_factory=set)
    """Samples that could not go there and stay where they are."""


async def in_parallel(work: Sequence[Awaitable[None]]) -> None:
    """A few at a time; the first failure comes through after all have ended."""
    limit = asyncio.Semaphore(AT_ONCE)

    async def one(job: Awaitable[None]) -> None:
        async with limit:
            await job

    done = await asyncio.gather(*(one(job) for job in work), return_exceptions=True)
    for outcome in done:
        if isinstance(outcome, BaseException):
            raise outcome


async def play(stage: Stage, clerk: Clerk, rows: Sequence[Sample]) -> list[Sample]:
    """Decide on every row: the county's clerk places it where its people would.

    Answers with the rows that could be placed so.
    """
    stage.screen.scene("scene.place")
    placing = Placing()
    await in_parallel([_place(stage, clerk, row, placing) for row in rows])
    stage.screen.say(
        "place.done",
        decided=placing.decided,
        guessed=placing.guessed,
        agreed=placing.agreed,
        moved=placing.moved,
    )
    for reason, count in placing.refusals.items():
        stage.screen.say("place.refused", reason=reason, count=count)
    return [row for row in rows if row.no not in placing.left]


async def _place(stage: Stage, clerk: Clerk, row: Sample, placing: Placing) -> None:
    case = stage.ledger.of_sample(row.no)
    proposed = (await acts.known_to(clerk, case.case_id)).placements
    classified = await clerk.directory.SuggestPlacement(_as_classified(row))
    try:
        answer = await acts.ask(
            clerk,
            clerk.custody.ConfirmPlacement,
            custody.ConfirmPlacementRequest(case_id=case.case_id, unit_id=row.unit),
        )
    except Refused as refused:
        placing.refusals[refused.reason] += 1
        placing.left.add(row.no)
        return
    placing.decided += 1
    placing.guessed += bool(proposed) and proposed[0] == row.unit
    placing.agreed += [one.unit_id for one in classified.placements[:1]] == [row.unit]
    placing.moved += bool(answer.handoff_id)
    if placing.decided % PROGRESS == 0:
        stage.screen.say("place.progress", count=placing.decided)


def _as_classified(row: Sample) -> directory.SuggestPlacementRequest:
    """What the clerk has found of the matter."""
    return directory.SuggestPlacementRequest(
        place_code=row.draft.place_code,
        category=row.category,
        procedure=row.procedure,
        purpose=row.purpose,
        difficulty=row.difficulty,
        colour=row.colour,
        about_units=row.draft.about_units,
    )


async def handle(stage: Stage, rows: Sequence[Sample]) -> None:
    """The units sign for what came, handle and end it."""
    stage.screen.scene("scene.handle")
    chosen = _answering(stage, rows)
    counts: Counter[str] = Counter()
    await in_parallel([_handle(stage, row, counts) for row in chosen])
    stage.screen.say("handle.done", count=counts["done"], units=len({row.unit for row in chosen}))
    for reason, count in counts.items():
        if reason != "done":
            stage.screen.say("handle.refused", reason=reason, count=count)


def _answering(stage: Stage, rows: Sequence[Sample]) -> list[Sample]:
    """Rows of all townships and their departments, of the first villages, some of the county's."""
    tiers = {row.unit: stage.directory.tier(row.unit).value for row in rows}
    villages = [unit for unit, tier in tiers.items() if tier == "village"]
    late = set(villages[VILLAGES:])
    above = {unit for unit, tier in tiers.items() if tier == "county"}
    return [
        row
        for row in rows
        if row.unit not in late
        and (row.unit not in above or int(row.no[-3:]) % COUNTY_ANSWERS == 0)
    ]


async def _handle(stage: Stage, row: Sample, counts: Counter[str]) -> None:
    case = stage.ledger.of_sample(row.no)
    clerk = await stage.clerk(row.unit, *plain.MIDDLE)
    try:
        await finish(stage, clerk, case, row)
    except Refused as refused:
        counts[refused.reason] += 1
    else:
        counts["done"] += 1
        if counts["done"] % PROGRESS == 0:
            stage.screen.say("handle.progress", count=counts["done"])


async def finish(stage: Stage, clerk: Clerk, case: Registered, row: Sample) -> None:
    """Sign, accept, mediate or answer each request as the procedure says, end."""
    accepted = await accept(stage, clerk, case, row)
    if row.procedure in mediating.KINDS:
        course, turn = mediating.course_of(row), int(row.no[-3:])
        ending = await mediating.short(stage, clerk, case, row.procedure, course, turn=turn)
    else:
        ending, finding = _outcome(row)
        await answer(clerk, case, row, accepted, finding=finding)
    await end(stage, clerk, case, ending)


async def accept(stage: Stage, clerk: Clerk, case: Registered, row: Sample) -> Any:
    """Sign for what came and accept it under the procedure a person confirms; the answer."""
    found = await acts.held_by(clerk, case.case_id)
    if not found.signed:
        await plain.sign(clerk, case.case_id)
    with stage.ledger.timed("accept"):
        return await acts.ask(
            clerk,
            clerk.intake.AcceptCase,
            intake.AcceptCaseRequest(
                case_id=case.case_id,
                procedure=row.procedure,
                category=row.category,
                difficulty=row.difficulty,
                colour=row.colour,
            ),
        )


async def answer(clerk: Clerk, case: Registered, row: Sample, before: Any, *, finding: str) -> None:
    """Answer each request, a petition in writing; `before` is the answer to the acceptance."""
    for number in range(1, max(1, len(row.draft.requests)) + 1):
        request = intake.AddFindingRequest(
            case_id=case.case_id, request_no=number, finding=finding, answer="已当面答复。"
        )
        before = await acts.ask(clerk, clerk.intake.AddFinding, request, after=before)
    if row.procedure == words.PROCEDURE_PETITION:
        await answer_in_writing(clerk, case.case_id, finding)


async def end(
    stage: Stage, clerk: Clerk, case: Registered, ending: "words.EndingKind.ValueType"
) -> None:
    """Close the case; a second person decides where one has to."""
    if await plain.close(clerk, case.case_id, ending):
        second = await stage.clerk(clerk.unit, mediators.APPOINTS)
        request = custody.DecideClosingRequest(
            case_id=case.case_id, approved=True, grounds="agreed"
        )
        await acts.ask(second, second.custody.DecideClosing, request)


def _outcome(row: Sample) -> "tuple[words.EndingKind.ValueType, str]":
    """How matters that are answered end in this run."""
    if row.procedure == words.PROCEDURE_STATUTORY_ROUTE:
        return words.ENDING_KIND_STATUTORY_ROUTE, "explained"
    if int(row.no[-2:]) % 3 == 0:
        return words.ENDING_KIND_EXPLAINED, "explained"
    return words.ENDING_KIND_SUPPORTED, "supported"
