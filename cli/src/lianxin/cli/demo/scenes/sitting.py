"""One sitting of a meeting day (说事日): called, matters answered in it, held, minutes signed."""

from collections.abc import Sequence
from typing import Any

from kernel.ids import new_id
from lianxin.cli.demo import acts
from lianxin.cli.demo.ledger import Registered
from lianxin.cli.demo.people import Clerk
from lianxin.cli.demo.samples import Sample
from lianxin.cli.demo.scenes import plain
from lianxin.cli.demo.stage import Stage
from lianxin.cli.demo.world import VILLAGE
from lianxin.common.v1 import case_pb2 as words
from lianxin.intake.v1 import intake_service_pb2 as intake
from lianxin.intake.v1 import meeting_day_pb2 as pb
from lianxin.intake.v1 import unit_papers_pb2 as papers

RESIDENTS = 23
PRESIDES = "樊永安"
PRESENT = (
    pb.Attendee(post="村党支部书记", name=PRESIDES, presides=True),
    pb.Attendee(unit_id="u-anji-gongan", post="驻村民警", name="蔺守正"),
)
MINUTES = "逐件听双方说，村里和民警当场核对。\n两件都当场说清，双方认可，没有遗留事项。"
CARDS = ("service_card", "visit_chart")


async def play(stage: Stage, rows: Sequence[Sample]) -> pb.Sitting:
    """Matters answered there and then, the minutes and the station's cards written to a folder."""
    screen = stage.screen
    screen.scene("scene.meeting")
    village = await stage.clerk(stage.site(VILLAGE), *plain.FRONT)
    today = acts.in_days(0)
    called = (await _sent(village, "CallSitting", on_day=today)).sitting
    screen.say("meeting.called", unit=called.unit_title, day=called.on_day, place=called.place)
    cases = [await _answered(stage, village, row, today) for row in rows]
    matters = [case.case_id for case in cases]
    added = {"case_ids": matters, "registered_there": True}
    one: pb.Sitting = (
        await _sent(village, "AddMatters", sitting_id=called.sitting_id, **added)
    ).sitting
    there = {"attendees": PRESENT, "residents": RESIDENTS}
    one = (await _sent(village, "HoldSitting", **_on(one), **there)).sitting
    said = {"text": MINUTES, "signed_by": [PRESIDES]}
    one = (await _sent(village, "SignMinutes", **_on(one), **said)).sitting
    screen.say("meeting.held", matters=one.matters, residents=one.residents, version=one.minutes)
    await _written(stage, village, one)
    return one


async def _answered(stage: Stage, village: Clerk, row: Sample, today: str) -> Registered:
    draft = plain.at_village(row.draft)
    draft.channel = words.CHANNEL_MEETING_DAY
    draft.tags.append(f"meeting_day:{today}")
    case = await plain.register(stage, village, draft, row.no)
    answer = intake.AnswerOnTheSpotRequest(
        case_id=case.case_id, answer="当场说清，双方认可。", settled=True
    )
    await acts.ask(village, village.intake.AnswerOnTheSpot, answer)
    stage.screen.say("meeting.answered", no=case.case_no)
    return case


def _on(one: pb.Sitting) -> dict[str, Any]:
    return {"sitting_id": one.sitting_id, "version": one.version}


async def _sent(clerk: Clerk, rpc: str, **said: Any) -> Any:
    """One change of a sitting. Raises Refused."""
    request = getattr(pb, f"{rpc}Request")(request_id=str(new_id()), **said)
    return await acts.call(getattr(clerk.meeting_days, rpc)(request))


async def _written(stage: Stage, village: Clerk, one: pb.Sitting) -> None:
    """The minutes, and what the station hands out, as files of a folder of its own."""
    folder = stage.world.out / village.unit
    folder.mkdir()
    request = pb.MakeMinutesPaperRequest(sitting_id=one.sitting_id)
    made = [(stage.screen.text("meeting.minutes"), await _minutes(village, request))]
    for kind in CARDS:
        asked = papers.MakeUnitPaperRequest(kind=kind)
        paper = (await acts.call(village.unit_papers.MakeUnitPaper(asked))).paper
        made.append((paper.title, paper))
    for title, file in made:
        (folder / file.filename).write_bytes(file.data)
        stage.screen.say("papers.one", title=title, name=file.filename, size=len(file.data))
    stage.screen.say("meeting.papers", papers=len(made), folder=folder)


async def _minutes(village: Clerk, request: pb.MakeMinutesPaperRequest) -> Any:
    return await acts.call(village.meeting_days.MakeMinutesPaper(request))
