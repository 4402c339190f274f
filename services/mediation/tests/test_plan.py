"""一案一策: lead, team and measures of a plan, kept, waited for, met, read and handed over."""

from datetime import timedelta

import pytest

from kernel.ids import new_id
from lianxin.exchange.v1 import case_part_pb2 as part
from lianxin.mediation.v1 import casework_pb2 as pb
from lianxin.mediation.v1 import due_pb2, due_pb2_grpc, file_pb2, file_pb2_grpc, mediation_pb2
from lianxin.mediation.v1 import plan_pb2 as plan
from mediation.convert.planning import MEASURE_KIND, MEASURE_OUTCOME
from mediation.domain.measures import MeasureKind, MeasureOutcome
from mediation.storage.tables import fact
from mediation.storage.tables_plan import plan_measure

UNIT, TO, TO_PATH = "s-changshuo", "s-lingfeng", "330523.003.000"
LI = str(new_id())
WORDS = "帮老人申请临时救助，送被褥一套。"


@pytest.mark.parametrize(
    "words, domain", [(MEASURE_KIND, MeasureKind), (MEASURE_OUTCOME, MeasureOutcome)]
)
def test_every_word_of_a_measure_has_its_number_and_back(words, domain):
    """Both ways; nothing is said by 0."""
    assert [words.word(words.number(word)) for word in domain] == list(domain)
    assert words.word(0) is None


class Planned:
    """A case whose plan is made through the doors."""

    def __init__(self, bench):
        self.bench, self.version, self.epoch = bench, 1, 1

    def day(self, ahead):
        """A day so many days from now, ISO."""
        return (self.bench.clock.now() + timedelta(days=ahead)).date().isoformat()

    async def act(self, kind, **values):
        """One act on the case as it was seen last."""
        seen = {"case_id": self.bench.case_id, "epoch": self.epoch, "version": self.version}
        call = getattr(self.bench.mediation(), kind.__name__.removesuffix("Request"))
        self.version = (await call(kind(request_id=str(new_id()), **seen, **values))).stamp.version

    async def make(self, **values):
        """Plan, counted back from thirty days ahead."""
        await self.act(pb.PlanMediationRequest, due_on=self.day(30), **values)

    def measure(self, ahead=5, **values):
        """A measure in hardship by a unit."""
        given = {"kind": plan.MEASURE_KIND_HARDSHIP, "unit_id": UNIT, "words": WORDS}
        return plan.PlanMeasure(due_on=self.day(ahead), **given | values)

    async def meet(self, no=1, outcome=plan.MEASURE_OUTCOME_DONE):
        """What came of a measure."""
        await self.act(plan.MeetMeasureRequest, measure_no=no, outcome=outcome)

    async def look(self):
        """The plan by codes."""
        request = pb.GetCaseworkRequest(case_id=self.bench.case_id)
        return (await self.bench.mediation().GetCasework(request)).plan

    async def read(self, bench=None, caller=None):
        """The file."""
        bench = bench or self.bench
        door = file_pb2_grpc.MediationFileServiceStub(bench.line(caller or bench.mediator))
        return (await door.GetFile(file_pb2.GetFileRequest(case_id=bench.case_id))).file

    async def days(self):
        """Days of measures that are waited for."""
        door = due_pb2_grpc.MediationDueServiceStub(self.bench.line(self.bench.mediator))
        lines = (await door.ListDue(due_pb2.ListDueRequest(case_id=self.bench.case_id))).lines
        return {one.ref: one for one in lines if one.about == "measure"}


@pytest.fixture
async def planned(bench):
    """A mediation with a mediator, not yet planned."""
    await bench.open()
    entry = pb.MediatorEntry(
        mediator_id=LI,
        staff="li",
        unit_id=UNIT,
        fields=["neighbour"],
        kinds=[mediation_pb2.MEDIATION_KIND_PEOPLES],
        load_limit=10,
    )
    kept = pb.KeepMediatorsRequest(request_id=str(new_id()), mediators=[entry])
    await bench.mediation().KeepMediators(kept)
    case = Planned(bench)
    await case.act(pb.AssignMediatorsRequest, mediator_ids=[LI])
    return case


async def test_a_plan_keeps_lead_team_and_measures_and_what_is_said_is_sealed(planned):
    """Codes in the state of the work; words only in the file, in no fact and in no clear column."""
    more = planned.measure(kind=plan.MEASURE_KIND_SAFETY, unit_id="", staff="wang", words="装扶手")
    await planned.make(
        lead_staff="chen",
        team_staff=["li", "wang"],
        team_unit_ids=[TO],
        measures=[planned.measure(), more],
    )
    shown = await planned.look()
    assert (shown.lead_staff, list(shown.team_staff)) == ("chen", ["li", "wang"])
    assert (list(shown.team_unit_ids), shown.due_on) == ([TO], planned.day(30))
    assert [(one.no, one.unit_id, one.staff) for one in shown.measures] == [
        (1, UNIT, ""),
        (2, "", "wang"),
    ]
    file = await planned.read()
    assert file.plan == shown
    assert [one.words for one in file.measures] == [WORDS, "装扶手"]
    facts = [row["body"] for row in planned.bench.rows(fact) if row["kind"] == "mediation.planned"]
    assert len(facts) == 1
    assert WORDS not in str(facts)
    assert all(WORDS.encode() not in row["sealed"] for row in planned.bench.rows(plan_measure))


async def test_planned_anew_lead_and_team_stay_and_measures_are_added(planned):
    """Whoever is not named anew stays; a measure that is on file keeps its number."""
    await planned.make(lead_staff="chen", team_staff=["li"], measures=[planned.measure()])
    await planned.make(measures=[planned.measure(9, kind=plan.MEASURE_KIND_LEGAL)])
    kept = await planned.look()
    assert (kept.lead_staff, list(kept.team_staff)) == ("chen", ["li"])
    assert [one.no for one in kept.measures] == [1, 2]
    await planned.make(lead_staff="zhao", team_unit_ids=[TO])
    now = await planned.look()
    assert (now.lead_staff, list(now.team_staff), list(now.team_unit_ids)) == ("zhao", [], [TO])
    assert len(now.measures) == 2


async def test_a_measure_is_waited_for_until_its_outcome_is_on_file_once(planned):
    """Its day is listed and explained; then by whom it was met; another outcome is refused."""
    await planned.make(measures=[planned.measure(), planned.measure(8)])
    waited = await planned.days()
    assert {ref: one.due_on for ref, one in waited.items()} == {
        "1": planned.day(5),
        "2": planned.day(8),
    }
    assert "1" in waited["1"].explanation
    await planned.meet(1, plan.MEASURE_OUTCOME_DECLINED)
    assert set(await planned.days()) == {"2"}
    met = (await planned.read()).measures[0]
    assert (met.measure.outcome, met.met_by) == (plan.MEASURE_OUTCOME_DECLINED, "mediator")
    assert met.measure.HasField("met_at")
    for no in (1, 3):
        refused = await planned.bench.refused(planned.meet(no))
        assert refused.reason == "MEASURE_MISSING"


async def test_what_is_wrong_in_a_plan_is_named_field_by_field(planned):
    """An unknown unit, two who take it, no words, too large a team, a day that has passed."""
    mute = planned.measure(words="")
    many = await planned.bench.refused(
        planned.make(team_unit_ids=[TO], team_staff=["a"] * 20, measures=[mute])
    )
    assert set(many.fields) == {"team_staff", "measures[0].words"}
    takers = [
        planned.measure(staff="wang"),
        planned.measure(unit_id=""),
        planned.measure(unit_id="s-nowhere"),
    ]
    wrong = await planned.bench.refused(planned.make(team_unit_ids=["s-nowhere"], measures=takers))
    assert {"team_unit_ids", *(f"measures[{at}].unit_id" for at in range(3))} == set(wrong.fields)
    past = await planned.bench.refused(planned.make(measures=[planned.measure(-1)]))
    assert set(past.fields) == {"measures[0].due_on"}
    still = await planned.bench.refused(planned.meet(1, plan.MEASURE_OUTCOME_OPEN))
    assert set(still.fields) == {"outcome"}
    assert not planned.bench.rows(plan_measure)


async def test_nobody_is_given_work_whom_the_node_does_not_know(planned, routing):
    """Each field whose account is unknown is named, and nothing is planned."""
    routing[0][0].strangers |= {"nobody", "gone"}
    takers = [planned.measure(), planned.measure(unit_id="", staff="gone")]
    wrong = await planned.bench.refused(
        planned.make(lead_staff="nobody", team_staff=["li", "gone"], measures=takers)
    )
    assert set(wrong.fields) == {"lead_staff", "team_staff", "measures[1].staff"}
    assert not planned.bench.rows(plan_measure)
    await planned.make(lead_staff="chen", team_staff=["li"], measures=[planned.measure()])


async def test_a_plan_travels_with_its_case_and_its_words_are_sealed_anew(planned, next_node):
    """The next holder reads lead, team and measures, and waits for what is still open."""
    bench = planned.bench
    next_node.case_id = bench.case_id
    await planned.make(lead_staff="chen", measures=[planned.measure(), planned.measure(8)])
    await planned.meet(1)
    handoff = str(new_id())
    request = part.ReleaseRequest(
        handoff_id=handoff, case_id=bench.case_id, epoch=1, with_part=True
    )
    sent = (await bench.parts().Release(request)).part
    more = {"format": sent.format, "part": sent.part, "handoff_id": handoff}
    await next_node.grant(2, TO, TO_PATH, **more)
    there = await planned.read(next_node, next_node.other_unit)
    assert there.plan.lead_staff == "chen"
    assert [one.words for one in there.measures] == [WORDS, WORDS]
    assert [one.measure.outcome for one in there.measures] == [
        plan.MEASURE_OUTCOME_DONE,
        plan.MEASURE_OUTCOME_OPEN,
    ]
    [here], [far] = (
        {row["sealed"] for row in node.rows(plan_measure) if row["no"] == 1}
        for node in (bench, next_node)
    )
    assert here != far


async def test_who_is_of_another_unit_neither_plans_nor_meets(planned):
    """The holder's people alone; a stranger learns nothing of the case."""
    request = plan.MeetMeasureRequest(
        request_id=str(new_id()),
        case_id=planned.bench.case_id,
        epoch=1,
        version=planned.version,
        measure_no=1,
        outcome=plan.MEASURE_OUTCOME_DONE,
    )
    call = planned.bench.mediation(planned.bench.other_unit).MeetMeasure(request)
    refused = await planned.bench.refused(call)
    assert refused.reason == "NOT_THE_HOLDER"


async def test_help_that_was_planned_keeps_the_file_open_until_its_outcome_is_on_file(planned):
    """Hardship and special groups by the profile; dropped with its reason is an outcome too."""
    legal = planned.measure(kind=plan.MEASURE_KIND_LEGAL)
    await planned.make(measures=[planned.measure(), legal])
    request = pb.GetCaseworkRequest(case_id=planned.bench.case_id)

    async def missing():
        return list((await planned.bench.mediation().GetCasework(request)).missing)

    assert "CLOSING_MEASURE_OPEN" in await missing()
    wanted = part.AskEndingRequest(
        case_id=planned.bench.case_id, epoch=1, ending="settled", procedure="peoples_mediation"
    )
    lacks = (await planned.bench.parts().AskEnding(wanted)).lacks
    assert "measures[1]" in [one.field for one in lacks]
    assert "measures[2]" not in [one.field for one in lacks]
    await planned.meet(outcome=plan.MEASURE_OUTCOME_NOT_NEEDED)
    assert "CLOSING_MEASURE_OPEN" not in await missing()
