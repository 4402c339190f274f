"""`kill -9` at each step of a hearing, its link to the county cut: each act is on file once."""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from uuid import UUID

import grpc
import pytest

from hearing.storage.tables import hearing
from kernel.clock import SHANGHAI
from kernel.database import Database
from kernel.ids import new_id
from lianxin.cli.demo import acts, hearing_room
from lianxin.hearing.v1 import conclusion_pb2, hearing_pb2, register_pb2, session_pb2
from lianxin.hearing.v1 import hearing_service_pb2 as service
from lianxin.hearing.v1 import scheduling_pb2 as pb
from lianxin.routing.v1 import custody_pb2

from .conftest import FAR
from .test_mediation_kills import SIDES

pytestmark = [pytest.mark.timeout(600), pytest.mark.asyncio(loop_scope="session")]
NODE = "lujia"
PANEL = range(3, 8)
STAGES = (
    session_pb2.STAGE_STATEMENT,
    session_pb2.STAGE_FACTS,
    session_pb2.STAGE_REBUTTAL,
    session_pb2.STAGE_LAST_WORDS,
)
ONCE = ("requested", "decided", "set", "confirmed", "opened", "conferring", "concluded")
TEXT = {"found": "水沟被堵。", "reasons": "相邻关系。", "text": "部分支持。"}


class Case:
    """The hearing of one case, as its unit acts on it."""

    def __init__(self, county, clerk, case_id):
        self.county, self.clerk, self.case_id = county, clerk, case_id

    async def act(self, rpc, request, *, killed=False):
        """One act on the case as it is now; `killed`: the node dies while it is under way."""
        request.case_id, request.request_id = self.case_id, str(new_id())
        await acts.until(lambda: self.look(request), "hearing does not answer", limit_s=FAR)
        first = None
        if killed:
            asked = asyncio.ensure_future(rpc(request))
            await asyncio.to_thread(self.county.stage.nodes[NODE].kill)
            [first] = await asyncio.gather(asked, return_exceptions=True)
            await self.county.start(NODE)
        answers = []

        async def given():
            answers[:] = [await rpc(request)]
            return True

        await acts.until(given, f"{request.DESCRIPTOR.name}: not taken", limit_s=FAR)
        if first is not None and not isinstance(first, grpc.aio.AioRpcError):
            assert answers == [first]
        return answers[0]

    async def look(self, request):
        """What is seen before an act."""
        held = await acts.custody_of(self.clerk, self.case_id)
        asked = service.ListHearingsRequest(all=True, case_id=self.case_id)
        files = (await self.clerk.hearing.ListHearings(asked)).files
        request.epoch, request.version = held.epoch, files[0].version if files else 0
        return True

    async def shown(self, clerk=None):
        """The hearing with its people."""
        asked = service.GetHearingRequest(case_id=self.case_id, why="核对名单")
        reader = clerk or self.clerk
        return (await acts.call(reader.hearing.GetHearing(asked))).file.hearings[-1]

    def today(self):
        """The day of the hearing comes: a test does not wait for ten working days."""
        database = Database.open(f"sqlite:///{self.county.data(NODE) / 'hearing.db'}")
        mine = hearing.update().where(hearing.c.case_id == UUID(self.case_id))
        with database.writer.begin() as connection:
            connection.execute(mine.values(day=datetime.now(UTC).astimezone(SHANGHAI).date()))
        database.close()


async def registered(clerk, departments):
    """Room, chair, recorder, pool, and somebody for each department. Answers a setting of them."""
    office = hearing_room.Office(clerk)
    unit = clerk.unit
    people = hearing_room.people(unit, departments[0], office)
    more = register_pb2.PersonEntry(
        person_id=str(new_id()),
        unit_id=unit,
        name="部门代表乙",
        kinds=[register_pb2.PERSON_KIND_REPRESENTATIVE],
        department_id=departments[1],
    )
    keep = clerk.hearing_register
    rooms = [hearing_room.room(unit, office)]
    await acts.call(
        keep.KeepRooms(register_pb2.KeepRoomsRequest(request_id=str(new_id()), rooms=rooms))
    )
    told = register_pb2.KeepPersonsRequest(request_id=str(new_id()), persons=[*people, more])
    await acts.call(keep.KeepPersons(told))
    return pb.HearingSetting(
        begins=10 * 60,
        room_id=office.room,
        chair_id=office.chair,
        recorder_id=people[1].person_id,
        panel_ids=[one.person_id for one in people[-len(PANEL) :]],
        representatives=[
            {"department_id": departments[0], "person_id": people[2].person_id},
            {"department_id": departments[1], "person_id": more.person_id},
        ],
    )


async def warned(case, wanted):
    """Set `wanted` to the first day that nothing stands against; kinds of warnings there."""
    for days in range(14, 40):
        wanted.day = acts.in_days(days)
        asked = pb.ShowClashesRequest(case_id=case.case_id, wanted=wanted)
        found = (await acts.call(case.clerk.hearing_schedule.ShowClashes(asked))).clashes
        if not [one for one in found if one.refuses or one.kind == "NOT_WORKDAY"]:
            return [one.kind for one in found]
    raise AssertionError([one.kind for one in found])


async def asked_and_told(case, head, wanted, departments):
    """Asked for, granted, set, confirmed: the node dies in each."""
    asked = service.RequestHearingRequest(
        asked_by=hearing_pb2.ASKED_BY_HANDLER,
        triggers=["several_departments"],
        needs=hearing_pb2.Needs(departments=departments),
        reason="几家单位意见不一。",
    )
    await case.act(case.clerk.hearing.RequestHearing, asked, killed=True)
    grant = service.DecideHearingRequest(granted=True, reason="同意听证。")
    await case.act(head.hearing.DecideHearing, grant, killed=True)
    despite = await warned(case, wanted)
    setting = pb.SetHearingRequest(wanted=wanted, despite=despite)
    await case.act(case.clerk.hearing_schedule.SetHearing, setting, killed=True)
    confirm = case.clerk.hearing_schedule.ConfirmHearing
    await case.act(confirm, pb.ConfirmHearingRequest(), killed=True)


async def held(case):
    """Opened, heard out, minuted, signed."""
    shown, room = await case.shown(), case.clerk.hearing_session
    everybody = [f"member:{one.member_no}" for one in shown.members]
    everybody += [f"party:{one.party_id}" for one in shown.parties]
    came = [
        session_pb2.AttendeeCame(attendee=one, came=session_pb2.CAME_PRESENT) for one in everybody
    ]
    opening = session_pb2.OpenHearingRequest(came=came, recusal_asked=True)
    await case.act(room.OpenHearing, opening, killed=True)
    for stage in STAGES:
        await case.act(room.TakeStage, session_pb2.TakeStageRequest(stage=stage))
    await case.act(room.KeepMinutes, session_pb2.KeepMinutesRequest(text="双方各自陈述。"))
    signing = {"attendees": everybody, "signing": session_pb2.SIGNING_SIGNED}
    await case.act(room.SignMinutes, session_pb2.SignMinutesRequest(version_no=1, **signing))


async def concluded(case):
    """The panel confers, gives its opinions, and concludes."""
    after = case.clerk.hearing_conclusion
    await case.act(case.clerk.hearing_session.Confer, session_pb2.ConferRequest())
    for no in PANEL:
        said = {"opinion": conclusion_pb2.OPINION_PARTLY, "reasons": "有据。"}
        await case.act(
            after.GiveOpinion,
            conclusion_pb2.GiveOpinionRequest(member_no=no, **said),
            killed=no == PANEL[0],
        )
    spot = conclusion_pb2.READ_OUT_ON_THE_SPOT
    ending = conclusion_pb2.ConcludeRequest(read_out=spot, **TEXT)
    return await case.act(after.Conclude, ending, killed=True)


async def logged(clerk, case_id):
    """How often each kind of hearing's facts is in the log of the case."""
    request = custody_pb2.GetLogRequest(case_id=case_id, page_size=200)
    entries = (await acts.call(clerk.custody.GetLog(request))).entries
    kinds = [one.kind for one in entries if one.kind.startswith("hearing.")]
    return Counter(kind.removeprefix("hearing.") for kind in kinds)


async def test_killed_at_each_step_of_a_hearing_with_its_link_cut(county, units):
    """Seven power cuts, and no line upwards from the notice on: held, concluded, told above."""
    _, middle, low = units
    case_id = await county.register(low, parties=SIDES)
    await county.write(low, case_id)
    clerk = await county.clerk(low)
    case = Case(county, clerk, case_id)
    wanted = await registered(clerk, (middle, low))
    head = await county.stage.clerk(low, "committee_head")
    await asked_and_told(case, head, wanted, (middle, low))
    county.cut(NODE)
    case.today()
    await held(case)
    done = await concluded(case)
    assert done.finding == conclusion_pb2.FINDING_PARTLY
    await county.escalate(low, case_id)
    county.mend(NODE)
    await county.held_only_at(middle, case_id)
    above = await county.clerk(middle)

    async def arrived():
        return (await case.shown(above)).outcome == "partly"

    await acts.until(arrived, "the conclusion never came with its case", limit_s=FAR)
    found = await logged(above, case_id)
    assert {kind: found[kind] for kind in ONCE} == dict.fromkeys(ONCE, 1)
    assert (found["stage"], found["opinion_given"]) == (len(STAGES), len(PANEL))
    await county.check_clean()
