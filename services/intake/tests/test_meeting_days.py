import io
from datetime import date

import pytest
from docx import Document

from intake.domain.sittings import next_days
from intake.storage.tables import read_audit
from intake.storage.tables_sittings import sitting, sitting_minutes
from kernel.calendar import seed_calendar
from kernel.directory import MeetingDay
from kernel.identity import Caller, Kind, Role
from kernel.ids import new_id
from lianxin.common.v1 import case_pb2 as common
from lianxin.intake.v1 import intake_service_pb2 as service
from lianxin.intake.v1 import meeting_day_pb2 as pb
from lianxin.intake.v1.meeting_day_pb2_grpc import MeetingDayServiceStub

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
CALENDAR = seed_calendar()
FIRST_FRIDAY = MeetingDay()
VILLAGE, VILLAGE_PATH = "s-changshuo-fenghuang", "330523.002.001"
SECRETARY = pb.Attendee(post="村党支部书记", name="樊主任", presides=True)
POLICE = pb.Attendee(unit_id="u-anji-gongan", post="驻村民警", name="蔺警官")
TEXT = "先听各户说，再当场算账。\n渠道清淤由村里下周二前做完。"


def staff(name, *roles):
    """A member of the village's staff."""
    held = frozenset(roles or (Role.TRIAGE, Role.COMMITTEE_HEAD))
    return Caller(Kind.STAFF, name, VILLAGE, VILLAGE, VILLAGE_PATH, held)


class Village:
    """The village's desk: everything it does with a sitting."""

    def __init__(self, front):
        self.front = front
        self.clerk = staff("village-clerk")
        self.desk = self.of(self.clerk)

    def of(self, caller):
        """The stub of a caller."""
        return MeetingDayServiceStub(self.front.line(caller))

    async def call(self, **more):
        """A sitting that was called."""
        given = {"on_day": "2026-10-30", "request_id": str(new_id())} | more
        return (await self.desk.CallSitting(pb.CallSittingRequest(**given))).sitting

    async def hold(self, one, attendees=(SECRETARY, POLICE), **more):
        """A sitting that was held."""
        request = pb.HoldSittingRequest(**on(one), attendees=attendees, **more)
        return (await self.desk.HoldSitting(request)).sitting

    async def held(self):
        """One that was called and held."""
        return await self.hold(await self.call(), residents=23)

    async def add(self, one, *case_ids, there=False):
        """Matters added."""
        request = pb.AddMattersRequest(
            request_id=str(new_id()),
            sitting_id=one.sitting_id,
            case_ids=case_ids,
            registered_there=there,
        )
        return await self.desk.AddMatters(request)

    async def sign(self, one, **more):
        """Minutes signed."""
        given = {"text": TEXT, "signed_by": ["樊主任"]} | more
        return await self.desk.SignMinutes(pb.SignMinutesRequest(**on(one), **given))

    async def get(self, one, caller=None):
        """The sitting as a caller sees it."""
        request = pb.GetSittingRequest(sitting_id=one.sitting_id)
        return await self.of(caller or self.clerk).GetSitting(request)

    async def register(self, **values):
        """A matter registered in the village."""
        given = {"channel": common.CHANNEL_MEETING_DAY, "place_code": "330523002001"} | values
        return (await self.front.register(self.clerk, **given)).stamp

    async def answer(self, stamp):
        """Answered on the spot."""
        request = service.AnswerOnTheSpotRequest(
            request_id=str(new_id()),
            case_id=stamp.case_id,
            seen=common.Seen(epoch=stamp.epoch, version=stamp.version),
            answer="当场说清，今天就挖开。",
            settled=True,
        )
        return (await self.front.intake(self.clerk).AnswerOnTheSpot(request)).stamp


def on(one):
    """What names a sitting as it was seen."""
    return {
        "request_id": str(new_id()),
        "sitting_id": one.sitting_id,
        "version": one.version,
    }


@pytest.fixture
def village(front):
    """The village at work."""
    return Village(front)


@pytest.mark.parametrize(
    "today, days",
    [
        (date(2026, 11, 22), ["2026-12-04", "2027-01-04"]),  # New Year's Day is a Friday
        (date(2026, 9, 30), ["2026-10-08", "2026-11-06"]),  # the first Friday is a holiday
        (date(2026, 10, 8), ["2026-10-08", "2026-11-06"]),
        (date(2026, 10, 9), ["2026-11-06", "2026-12-04"]),
    ],
)
def test_the_first_friday_moves_to_a_workday_where_it_falls_on_a_holiday(today, days):
    """Days from today on, also one that moved; a rest day of the rule is never one."""
    found = next_days(FIRST_FRIDAY, today, 2, CALENDAR)
    assert [one.on_day.isoformat() for one in found] == days
    assert all(CALENDAR.is_workday(one.on_day) for one in found)


def test_who_chose_a_saturday_gets_a_saturday():
    """Only a holiday moves a day; years without a notice are provisional."""
    found = next_days(MeetingDay(week=2, weekday=6), date(2026, 11, 22), 12, CALENDAR)
    assert found[0].on_day == date(2026, 12, 12)
    assert found[0].provisional is not CALENDAR.is_final(date(2026, 12, 12))
    assert found[-1].provisional


async def test_the_plan_shows_rule_days_and_what_is_called(village):
    """The plan shows what is called for its days; the next call takes the next free day."""
    first = await village.call(on_day="")
    second = await village.call(on_day="")
    plan = await village.desk.PlanSittings(pb.PlanSittingsRequest(months=3))
    assert (plan.week, plan.weekday, plan.begins) == (1, 5, "09:00")
    days = [one.on_day for one in plan.days]
    assert days[:2] == [first.on_day, second.on_day]
    assert [one.state for one in plan.days] == ["called", "called", ""]
    assert first.place == plan.place


async def test_a_unit_without_a_rule_names_day_and_hours(village, front):
    """The township has no meeting day of its own; one is held all the same."""
    desk = village.of(front.clerk)
    request = pb.CallSittingRequest(request_id=str(new_id()))
    assert (await front.refused(desk.CallSitting(request))).reason == "NO_MEETING_DAY"
    request.on_day, request.begins, request.ends = "2026-12-01", "14:00", "16:30"
    assert (await desk.CallSitting(request)).sitting.state == "called"
    assert not (await desk.PlanSittings(pb.PlanSittingsRequest())).days


async def test_a_unit_sits_once_a_day_unless_it_was_cancelled(village, front):
    """A second call for the day is refused; after a cancellation with its reason it is not."""
    one = await village.call()
    assert (await front.refused(village.call())).reason == "SITTING_TWICE"
    request = pb.CancelSittingRequest(**on(one))
    assert (await front.refused(village.desk.CancelSitting(request))).reason == "FIELDS_INVALID"
    request.why = "防汛"
    gone = (await village.desk.CancelSitting(request)).sitting
    assert (gone.state, gone.why) == ("cancelled", "防汛")
    assert (await village.call()).sitting_id != one.sitting_id
    assert (await front.refused(village.hold(gone))).reason == "SITTING_NOT_NOW"


async def test_it_is_held_with_staff_by_name_and_residents_by_number(village, front):
    """Who presided is required; residents are a count; before its day nothing is held."""
    one = await village.call()
    nobody = village.hold(one, attendees=[POLICE])
    assert (await front.refused(nobody)).reason == "FIELDS_INVALID"
    held = await village.hold(one, residents=23)
    assert (held.state, held.residents) == ("held", 23)
    assert [each.name for each in held.attendees] == ["樊主任", "蔺警官"]
    assert held.attendees[0].unit_id == VILLAGE
    assert held.attendees[1].unit_title == "县公安局驻中心窗口"
    later = await village.call(on_day="2026-12-04")
    assert (await front.refused(village.hold(later))).reason == "SITTING_TOO_EARLY"
    assert (await front.refused(village.hold(one))).reason == "SITTING_CHANGED"


async def test_what_became_of_matters_is_looked_up_not_copied(village):
    """One answered on the spot, one still held: as their cases stand when somebody looks."""
    one = await village.held()
    first, second = await village.register(), await village.register()
    await village.add(one, first.case_id, there=True)
    again = await village.add(one, first.case_id, second.case_id)
    assert (again.added, again.sitting.matters) == (1, 2)
    before = (await village.get(one)).matters
    assert [row.on_the_spot for row in before] == [False, False]
    assert [row.registered_there for row in before] == [True, False]
    assert before[0].holder_unit == VILLAGE
    await village.answer(first)
    after = (await village.get(one)).matters
    assert [(row.no, row.on_the_spot, row.ending) for row in after] == [
        (1, True, "answered"),
        (2, False, ""),
    ]


async def test_matters_of_others_and_sealed_ones_are_not_added(village, front):
    """A case the caller may not know of, and a sealed matter, have no place in a sitting."""
    one = await village.held()
    foreign = await front.register()
    sealed = await village.register(purpose=common.PURPOSE_ACCUSATION, sealed_for="u-anji-jijian")
    for case_id in (foreign.stamp.case_id, sealed.case_id, str(new_id())):
        assert (await front.refused(village.add(one, case_id))).reason == "CASE_MISSING"
    assert (await village.get(one)).sitting.matters == 0


async def test_minutes_are_signed_once_and_amended_with_a_reason(village, front):
    """Every version stays; who signs was there; after the first nothing else is changed."""
    one = await village.held()
    absent = village.sign(one, signed_by=["别人"])
    assert (await front.refused(absent)).reason == "FIELDS_INVALID"
    first = await village.sign(one)
    assert (first.minutes.version, first.sitting.minutes) == (1, 1)
    without_why = village.sign(first.sitting, text="改过")
    assert (await front.refused(without_why)).reason == "FIELDS_INVALID"
    second = await village.sign(first.sitting, text="改过", why="漏记一件")
    assert second.minutes.version == 2
    kept = (await village.get(one)).minutes
    assert [(each.version, each.text, each.why) for each in kept] == [
        (1, TEXT, ""),
        (2, "改过", "漏记一件"),
    ]
    case_id = (await village.register()).case_id
    for change in (village.hold(second.sitting), village.add(one, case_id)):
        assert (await front.refused(change)).reason == "SITTING_SIGNED"
    called = await village.call(on_day="2026-11-19")
    assert (await front.refused(village.sign(called))).reason == "SITTING_NOT_NOW"


async def test_the_units_own_staff_and_those_above_see_it(village, front):
    """Township and county look down; another township learns nothing; nobody else writes."""
    one = await village.held()
    await village.add(one, (await village.register()).case_id)
    for caller in (front.clerk, front.county):
        seen = await village.get(one, caller)
        assert (len(seen.matters), seen.not_shown) == (1, 0)
        listed = await village.of(caller).ListSittings(pb.ListSittingsRequest())
        assert [each.sitting_id for each in listed.sittings] == [one.sitting_id]
    for stranger in (front.other_unit, front.as_role(Role.HANDLER)):
        assert (await front.refused(village.get(one, stranger))).reason == "SITTING_MISSING"
        listed = await village.of(stranger).ListSittings(pb.ListSittingsRequest())
        assert not listed.sittings
        of_unit = village.of(stranger).ListSittings(pb.ListSittingsRequest(unit_id=VILLAGE))
        assert (await front.refused(of_unit)).reason in {"NOT_YOUR_UNIT", "SITTING_MISSING"}
    above = village.of(front.county)
    for call in (
        above.CancelSitting(pb.CancelSittingRequest(**on(one), why="x")),
        above.CallSitting(pb.CallSittingRequest(request_id=str(new_id()), unit_id=VILLAGE)),
    ):
        assert (await front.refused(call)).reason in {"SITTING_MISSING", "NOT_YOUR_UNIT"}


async def test_matters_the_reader_may_not_see_are_a_number(village, front):
    """A grid worker of the village knows what he registered himself; the rest is counted."""
    one = await village.held()
    await village.add(one, (await village.register()).case_id)
    grid = staff("grid", Role.GRID_WORKER)
    seen = await village.get(one, grid)
    assert (len(seen.matters), seen.not_shown, seen.sitting.matters) == (0, 1, 1)


async def test_an_inspector_from_above_looks_on_record(village, front):
    """Each sitting and list that he reads is in the record of readings."""
    one, inspector = await village.held(), front.county_as(Role.UPPER_INSPECTOR)
    await village.get(one, inspector)
    await village.of(inspector).ListSittings(pb.ListSittingsRequest())
    methods = [row["method"] for row in front.rows(read_audit)]
    assert methods == ["GetSitting", "ListSittings"]


async def test_a_list_has_pages_and_days(village):
    """Newest first, page by page; narrowed by days."""
    days = ["2026-11-18", "2026-11-19", "2026-11-20"]
    for day in days:
        await village.call(on_day=day)
    request = pb.ListSittingsRequest(unit_id=VILLAGE, page_size=2)
    page = await village.desk.ListSittings(request)
    request.page_token = page.next_page_token
    rest = await village.desk.ListSittings(request)
    found = [one.on_day for one in (*page.sittings, *rest.sittings)]
    assert found == days[::-1]
    assert not rest.next_page_token
    narrowed = pb.ListSittingsRequest(from_day=days[1], to_day=days[1])
    assert len((await village.desk.ListSittings(narrowed)).sittings) == 1


async def test_the_minutes_are_a_paper_that_names_no_resident(village, front):
    """Time, place, staff, matters by number with what became of them, the text, who signed."""
    one = await village.held()
    stamp = await village.register()
    await village.add(one, stamp.case_id, there=True)
    await village.answer(stamp)
    paper = pb.MakeMinutesPaperRequest(sitting_id=one.sitting_id)
    unsigned = village.desk.MakeMinutesPaper(paper)
    assert (await front.refused(unsigned)).reason == "MINUTES_MISSING"
    signed = await village.sign(one)
    await village.sign(signed.sitting, text="改过。", why="漏记一件")
    said = text_of((await village.desk.MakeMinutesPaper(paper)).data)
    for word in ("2026年10月30日", "樊主任", "蔺警官", "23人", stamp.case_no, "第2版", "漏记一件"):
        assert word in said
    assert "当场答复（" in said
    assert "周小满" not in said
    paper.version = 1
    assert "渠道清淤" in text_of((await village.desk.MakeMinutesPaper(paper)).data)


def text_of(data):
    """All text of a docx file."""
    body = Document(io.BytesIO(data)).element.body
    return "".join(one.text or "" for one in body.iter(f"{W}t"))


async def test_what_was_said_and_who_was_there_lies_sealed(village, front):
    """No name of staff, place or minutes stands in a table in clear."""
    one = await village.held()
    await village.sign(one)
    stored = str(front.rows(sitting)) + str(front.rows(sitting_minutes))
    assert VILLAGE in stored
    for word in ("樊主任", "渠道清淤", one.place):
        assert word not in stored
        assert word.encode().hex() not in stored.replace("\\x", "")


@pytest.mark.parametrize(
    "given",
    [
        {"on_day": "2026-08-01"},
        {"on_day": "2029-01-01"},
        {"on_day": "morgen"},
        {"begins": "9:00"},
        {"begins": "11:00", "ends": "09:00"},
        {"place": "字" * 101},
    ],
)
async def test_days_and_hours_that_cannot_be_are_refused(village, front, given):
    """A slip of the hand is named, nothing is kept."""
    assert (await front.refused(village.call(**given))).reason == "FIELDS_INVALID"
    assert not front.rows(sitting)


async def test_a_repeat_gets_the_first_answer(village):
    """The same request twice is one sitting."""
    request_id = str(new_id())
    first = await village.call(request_id=request_id)
    assert (await village.call(request_id=request_id)).sitting_id == first.sitting_id
