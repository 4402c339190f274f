"""Hearings (听证): three that compete are planned, one is replanned, one cannot be held at all."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import grpc

from kernel.ids import new_id
from lianxin.cli.demo import acts
from lianxin.cli.demo.hearing_acts import send
from lianxin.cli.demo.hearing_room import Office, day_of, people, room
from lianxin.cli.demo.ledger import Registered
from lianxin.cli.demo.people import Clerk
from lianxin.cli.demo.scenes import plain
from lianxin.cli.demo.stage import Stage
from lianxin.cli.demo.world import COUNTY
from lianxin.common.v1 import case_pb2 as words
from lianxin.hearing.v1 import calendar_pb2, hearing_pb2, register_pb2
from lianxin.hearing.v1 import hearing_service_pb2 as service
from lianxin.hearing.v1 import scheduling_pb2 as pb
from lianxin.intake.v1 import intake_service_pb2 as intake
from lianxin.intake.v1.case_pb2 import CaseDraft, Party, Request

KEEPER, WATER = "u-anji-lianxiban", "u-anji-shuili"
SECONDS = 6
MATTERS = (
    "三个村共用一条渠，放水的先后争了两年，水利、农业几家说法不一样。",
    "水库下游几户说泄洪冲了田，要求把调度的依据当面讲清楚。",
    "河道采砂后塌岸，村里和砂场各说各的，要求公开评一评。",
    "古井边新打机井，几户人家说井水少了一半，要求请专家评。",
)
NOWHERE = "simultaneous_interpreting"
"""What no room of the county has."""


async def play(stage: Stage, desk: Clerk) -> Registered:
    """The office keeps room and pool; the desk asks, a leader decides, the solver proposes.

    Answers the case whose hearing is confirmed.
    """
    stage.screen.scene("scene.hearing")
    office = await _register(stage)
    leader = await stage.clerk(stage.site(COUNTY), "lead_officer")
    cases = [await _granted(stage, desk, leader, text) for text in MATTERS[:3]]
    stage.screen.say("hearing.granted", count=len(cases))
    await _planned(stage, desk, cases)
    await _absent(stage, desk, office, cases)
    await _impossible(stage, desk, leader)
    await _told(stage, desk, cases[0])
    return cases[0]


async def _register(stage: Stage) -> Office:
    clerk = await stage.clerk(KEEPER, "joint_office")
    office = Office(clerk)
    keep = clerk.hearing_register
    asked = register_pb2.KeepRoomsRequest(request_id=str(new_id()), rooms=[room(KEEPER, office)])
    await acts.call(keep.KeepRooms(asked))
    pool = people(KEEPER, WATER, office)
    told = register_pb2.KeepPersonsRequest(request_id=str(new_id()), persons=pool)
    kept = await acts.call(keep.KeepPersons(told))
    stage.screen.say("hearing.kept", people=kept.kept)
    return office


async def _granted(stage: Stage, desk: Clerk, leader: Clerk, text: str, **needs: Any) -> Registered:
    """A petition of the county's desk, accepted; asked for by the desk, granted by a leader."""
    case = await plain.register(stage, desk, _draft(text), "")
    accept = intake.AcceptCaseRequest(
        case_id=case.case_id,
        procedure=words.PROCEDURE_PETITION,
        category="water",
        difficulty=words.DIFFICULTY_COMPLEX,
        colour=words.COLOUR_YELLOW,
    )
    await acts.ask(desk, desk.intake.AcceptCase, accept)
    asked = service.RequestHearingRequest(
        case_id=case.case_id,
        asked_by=hearing_pb2.ASKED_BY_HANDLER,
        triggers=["several_departments"],
        needs=hearing_pb2.Needs(departments=[WATER], **needs),
        reason="几家单位意见不一，群众要求公开说清。",
    )
    await send(desk, desk.hearing.RequestHearing, asked)
    decided = service.DecideHearingRequest(
        case_id=case.case_id, granted=True, reason="涉及多个部门，同意听证。"
    )
    await send(leader, leader.hearing.DecideHearing, decided)
    return case


def _draft(text: str) -> CaseDraft:
    applicant = Party(role=words.PARTY_ROLE_APPLICANT, name="梅连生", phone="19900007777")
    return CaseDraft(
        channel=words.CHANNEL_VISIT,
        identity=words.IDENTITY_MODE_NAMED,
        parties=[applicant],
        narrative=text,
        requests=[Request(text="当面讲清依据")],
        place_code="330523000000",
    )


async def _proposed(desk: Clerk, cases: Sequence[Registered]) -> Any:
    """What the solver proposes; it may outlast a call, and is asked for then."""
    asked = pb.ProposeRequest(case_ids=[one.case_id for one in cases], seconds=SECONDS, seed=1)
    found: list[str] = []
    with suppress(grpc.aio.AioRpcError):
        async for said in desk.hearing_schedule.Propose(asked):
            found[:] = [said.proposal_id]
    if not found:
        raise acts.NeverHappened("no proposal was begun")
    shown: list[Any] = []

    async def over() -> bool:
        wanted = pb.GetProposalRequest(proposal_id=found[0])
        shown[:] = [(await desk.hearing_schedule.GetProposal(wanted)).proposal]
        return bool(shown[0].state != "working")

    await acts.until(over, "the solver never came to an end")
    return shown[0]


async def _planned(stage: Stage, desk: Clerk, cases: Sequence[Registered]) -> None:
    """One room, one chair, one department: three times; a person accepts."""
    proposal = await _proposed(desk, cases)
    await _accepted(stage, desk, proposal)
    for part in sorted(proposal.parts, key=lambda one: (one.setting.day, one.setting.begins)):
        stage.screen.say(
            "hearing.planned",
            no=part.case_no,
            day=part.setting.day,
            at=_clock(part.setting.begins),
            panel=len(part.setting.panel_ids),
        )


async def _accepted(stage: Stage, desk: Clerk, proposal: Any) -> None:
    """Taken over; a warning is read, shown, and decided against by name.

    Raises:
        NeverHappened: something that nobody can decide against stands against it.
    """
    done = await _take(desk, proposal, [])
    warned = {clash.kind: clash for part in done for clash in part.clashes}
    if any(part.refusal for part in done):
        for clash in warned.values():
            stage.screen.say("hearing.despite", text=clash.text)
        done = await _take(desk, proposal, list(warned))
    refused = [f"{part.case_no} {part.refusal}" for part in done if part.refusal]
    if refused or not done:
        raise acts.NeverHappened(f"not set: {', '.join(refused) or proposal.state}")


async def _take(desk: Clerk, proposal: Any, despite: list[str]) -> Sequence[Any]:
    asked = pb.AcceptProposalRequest(
        request_id=str(new_id()), proposal_id=proposal.proposal_id, despite=despite
    )
    parts: Sequence[Any] = (await acts.call(desk.hearing_schedule.AcceptProposal(asked))).parts
    return parts


async def _absent(stage: Stage, desk: Clerk, office: Office, cases: Sequence[Registered]) -> None:
    """The chair is away on the day of the first; as little as can be is changed."""
    asked = service.ListHearingsRequest(all=True, case_id=cases[0].case_id)
    file = (await acts.call(desk.hearing.ListHearings(asked))).files[0]
    begins, ends = day_of(file.hearings[0].day)
    away = calendar_pb2.KeepAbsenceRequest(request_id=str(new_id()), owner_id=office.chair)
    away.begins_at.FromDatetime(begins)
    away.ends_at.FromDatetime(ends)
    await acts.call(office.clerk.hearing_calendar.KeepAbsence(away))
    stage.screen.say("hearing.absent", day=file.hearings[0].day)
    proposal = await _proposed(desk, cases)
    await _accepted(stage, desk, proposal)
    for part in proposal.parts:
        for change in part.changes:
            what = stage.screen.word("hearing_part", change.part)
            stage.screen.say(
                "hearing.changed",
                no=part.case_no,
                what=what,
                before=change.before,
                after=change.after,
            )


async def _impossible(stage: Stage, desk: Clerk, leader: Clerk) -> None:
    """Something is asked for that no room has: the demands that cannot hold together are named."""
    case = await _granted(stage, desk, leader, MATTERS[3], equipment=[NOWHERE])
    proposal = await _proposed(desk, [case])
    stage.screen.say("hearing.impossible", no=case.case_no)
    for demand in proposal.demands:
        stage.screen.plain(f"            · {demand.text}")
    if proposal.state != "infeasible":
        raise acts.NeverHappened(f"{case.case_no}: {proposal.state} instead of infeasible")
    over = service.CancelHearingRequest(
        case_id=case.case_id, why=hearing_pb2.OVER_WHY_OTHER, reason="县里没有这样的会场。"
    )
    await send(desk, desk.hearing.CancelHearing, over)


async def _told(stage: Stage, desk: Clerk, case: Registered) -> None:
    """Confirmed: everybody is told; from now on the case stays until the hearing is over."""
    await send(
        desk, desk.hearing_schedule.ConfirmHearing, pb.ConfirmHearingRequest(case_id=case.case_id)
    )
    stage.screen.say("hearing.told", no=case.case_no)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
