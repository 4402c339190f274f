"""The work on a mediation through its doors: a real server, staff who call it."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kernel.clock import SHANGHAI
from kernel.errors import Refusal
from kernel.identity import Role
from kernel.ids import new_id
from lianxin.common.v1 import case_pb2 as common
from lianxin.mediation.v1 import casework_pb2 as pb
from lianxin.mediation.v1 import joining_pb2, mediation_pb2, plan_pb2
from mediation.convert import casework, closing, joining, planning
from mediation.convert.casework_words import EVERY
from mediation.grpc_api.access import MEDIATION, MEDIATION_ACCESS
from mediation.storage.tables import fact
from mediation.storage.tables_people import mediator

ZHOU, WU, LI = (str(new_id()) for _ in range(3))


@pytest.mark.parametrize("words, domain", EVERY)
def test_every_word_has_its_number_and_back(words, domain):
    """Both ways; nothing is said by 0."""
    assert [words.word(words.number(word)) for word in domain] == list(domain)
    assert words.word(0) is None


class Journey:
    """One case through the doors, seen as it is."""

    def __init__(self, bench):
        self.bench, self.version = bench, 1

    async def act(self, name, caller=None, **values):
        """One act; answers the state after it."""
        done = await self.call(name, caller, **values)
        self.version = done.stamp.version
        return done.stamp.state

    def call(self, name, caller=None, **values):
        """One call on the case as it was seen last."""
        request = getattr(pb, f"{name}Request")(
            request_id=str(new_id()),
            case_id=self.bench.case_id,
            epoch=1,
            version=self.version,
            **values,
        )
        return getattr(self.bench.mediation(caller), name)(request)

    async def look(self):
        """Where the work stands."""
        request = pb.GetCaseworkRequest(case_id=self.bench.case_id)
        return await self.bench.mediation().GetCasework(request)


@pytest.fixture
async def journey(bench):
    """A mediation that was opened, with parties and a mediator in the register."""
    await bench.open()
    entry = pb.MediatorEntry(
        mediator_id=LI,
        staff="li",
        unit_id="s-changshuo",
        fields=["neighbour"],
        kinds=[mediation_pb2.MEDIATION_KIND_PEOPLES],
        load_limit=10,
    )
    kept = pb.KeepMediatorsRequest(request_id=str(new_id()), mediators=[entry])
    assert (await bench.mediation().KeepMediators(kept)).kept == 1
    under_way = Journey(bench)
    for party_id in (ZHOU, WU):
        bench.intake.register(party_id)
    people = [
        pb.Participant(party_id=ZHOU, side=pb.SIDE_APPLICANT, capacity=pb.CAPACITY_PARTY),
        pb.Participant(party_id=WU, side=pb.SIDE_RESPONDENT, capacity=pb.CAPACITY_PARTY),
    ]
    await under_way.act("NameParties", participants=people, requests=[1])
    for party_id in (ZHOU, WU):
        under_way.version = await bench.willing(party_id, under_way.version)
    return under_way


async def test_a_dispute_is_settled_through_the_doors(journey, bench):
    """Suggested, assigned, heard, agreed orally, paid, asked about, closed; then nothing more."""
    which = pb.SuggestMediatorsRequest(case_id=bench.case_id)
    suggested = (await bench.mediation().SuggestMediators(which)).suggested
    assert [one.mediator_id for one in suggested] == [LI]
    assert "MEDIATOR_FIELD" in suggested[0].reasons
    assert await journey.act("AssignMediators", mediator_ids=[LI]) == "assigned"
    due_on = (bench.clock.now() + timedelta(days=30)).date().isoformat()
    assert await journey.act("PlanMediation", due_on=due_on) == "planned"
    session_id, begin = str(new_id()), bench.clock.now()
    session = {
        "session_id": session_id,
        "kind": pb.SESSION_KIND_COUNTER,
        "joining": pb.JOINING_JOINT,
        "starts_at": begin,
        "ends_at": begin + timedelta(hours=1),
        "place": "站里一楼",
        "party_ids": [ZHOU, WU],
    }
    assert await journey.act("ScheduleSession", **session) == "planned"
    came = [pb.CameToSession(party_id=WU, attendance=pb.ATTENDANCE_ATTENDED)]
    held = {"session_id": session_id, "outcome": pb.SESSION_OUTCOME_AGREED, "came": came}
    assert await journey.act("RecordSession", record="各让一步", **held) == "in_session"
    term = pb.TermDraft(performer_id=WU, due_on=due_on, what="疏通水沟", amount_fen=30_000)
    oral = {"form": pb.AGREEMENT_FORM_ORAL, "terms": [term]}
    refused = await bench.refused(journey.call("DraftAgreement", **oral))
    assert (refused.reason, list(refused.fields)) == ("AGREEMENT_INCOMPLETE", ["texts.content"])
    oral["texts"] = [pb.AgreementText(part=pb.AGREEMENT_PART_CONTENT, text="疏通水沟")]
    assert await journey.act("DraftAgreement", **oral) == "agreed"
    hand = {"agreement_version": 1, "hand": pb.HAND_RECORD}
    assert await journey.act("SignAgreement", **hand) == "performing"
    now = await journey.look()
    assert (now.mediator_ids, now.agreement_version) == ([LI], 1)
    assert now.confirm_by.seconds - now.in_force_from.seconds >= 30 * 86_400
    assert [(one.amount_fen, one.standing) for one in now.terms] == [(30_000, "due")]
    assert "CLOSING_FACTS_NOT_ESTABLISHED" in now.missing
    done_on = begin.astimezone(SHANGHAI).date().isoformat()
    paid = {"term_no": 1, "done_on": done_on, "amount_fen": 30_000}
    assert await journey.act("RenderTerm", **paid) == "performed"
    refused = await bench.refused(
        journey.call("CloseMediation", ending=pb.MEDIATION_ENDING_SETTLED)
    )
    assert refused.reason == "NOT_CLOSABLE"
    assert "requests[1]" in refused.fields
    await journey.act("EstablishFacts", facts="到现场看过")
    found = {"request_no": 1, "finding": pb.FINDING_SETTLED, "reasons": "已履行"}
    await journey.act("FindRequest", **found)
    await journey.act("AskResident", asked=pb.ASKED_SATISFIED)
    assert list((await journey.look()).missing) == []
    assert await journey.act("CloseMediation", ending=pb.MEDIATION_ENDING_SETTLED) == "closed"
    again = await bench.refused(journey.call("AskResident", asked=pb.ASKED_SATISFIED))
    assert again.reason == "NOT_POSSIBLE_NOW"
    assert [row["load"] for row in bench.rows(mediator)] == [0]
    assert "各让一步" not in str(bench.rows(fact))


@pytest.mark.parametrize("mode", [None, "NAMED", "WITHHELD", "ANONYMOUS"])
async def test_nobody_to_ask_is_said_only_of_an_anonymous_case(journey, bench, mode):
    """Intake says how the resident is named; a named one cannot be passed over so."""
    number = common.IdentityMode.Value(f"IDENTITY_MODE_{mode or 'UNSPECIFIED'}")
    bench.intake.told.identity = number
    call = journey.call("AskResident", asked=pb.ASKED_ANONYMOUS)
    if mode == "ANONYMOUS":
        assert (await call).stamp.version == journey.version + 1
    else:
        refused = await bench.refused(call)
        assert (refused.reason, list(refused.fields)) == ("FIELDS_INVALID", ["asked"])
        assert "CLOSING_RESIDENT_NOT_ASKED" in (await journey.look()).missing


async def test_another_unit_learns_nothing_and_a_mediator_appoints_nobody(journey, bench):
    """Scope for the one, the role table for the other."""
    other = await bench.refused(journey.call("NoteDefault", bench.other_unit))
    assert other.reason == "NOT_THE_HOLDER"
    which = pb.SuggestMediatorsRequest(case_id=bench.case_id)
    hidden = bench.mediation(bench.other_unit).SuggestMediators(which)
    assert (await bench.refused(hidden)).reason == "MEDIATION_MISSING"
    plain = type(bench.mediator)(
        bench.mediator.kind,
        "plain",
        bench.mediator.site,
        bench.mediator.unit,
        bench.mediator.path,
        frozenset({Role.MEDIATOR}),
    )
    appoint = journey.call("AssignMediators", plain, mediator_ids=[LI])
    assert (await bench.refused(appoint)).code.name == "PERMISSION_DENIED"


async def test_a_mediator_of_a_unit_nobody_knows_is_not_kept(bench):
    """Named by its place in the list."""
    entry = pb.MediatorEntry(mediator_id=LI, unit_id="u-nowhere", load_limit=1)
    request = pb.KeepMediatorsRequest(request_id=str(new_id()), mediators=[entry])
    refused = await bench.refused(bench.mediation().KeepMediators(request))
    assert list(refused.fields) == ["mediators[0].unit_id"]


READERS = {
    "NameParties": casework.name_parties,
    "AssignMediators": casework.assign_mediators,
    "RecuseMediator": casework.recuse_mediator,
    "SwitchKind": casework.switch_kind,
    "JoinKind": joining.join_kind,
    "LeaveKind": joining.leave_kind,
    "PlanMediation": planning.plan_mediation,
    "MeetMeasure": planning.meet_measure,
    "ScheduleSession": casework.schedule_session,
    "CancelSession": casework.cancel_session,
    "RecordSession": casework.record_session,
    "DraftAgreement": casework.draft_agreement,
    "SignAgreement": casework.sign_agreement,
    "RenderTerm": casework.render_term,
    "RecordConfirmation": casework.record_confirmation,
    "FailMediation": closing.fail_mediation,
    "RefuseMediation": closing.refuse_mediation,
    "EstablishFacts": closing.establish_facts,
    "FindRequest": closing.find_request,
    "CarryOut": closing.carry_out,
    "NoteDuty": closing.note_duty,
    "Dispose": closing.dispose,
    "ApproveDisposition": closing.approve_disposition,
    "Refer": closing.refer,
    "AskResident": closing.ask_resident,
    "ProposeClosing": closing.propose_closing,
    "CloseMediation": closing.close_mediation,
}
KEPT_IN = {"MeetMeasure": plan_pb2, "JoinKind": joining_pb2, "LeaveKind": joining_pb2}
PLAIN = {
    "DropAgreement",
    "NoteDefault",
    "ResumePerformance",
    "MediateAgain",
    "WithdrawMediation",
    "AnswerMediation",
    "DecideRefusal",
    "ConfirmWithdrawal",
    "DecideClosing",
}
OTHERS = {"OpenMediation", "GetMediation", "KeepMediators", "SuggestMediators", "GetCasework"}
HOSTILE = ["", "\x00", "\u202e反转", "'; DROP TABLE term; --", "x" * 20_001, "NaN", "2026-02-30"]
TEXTS = st.one_of(st.sampled_from([*HOSTILE, ZHOU, "2026-12-01"]), st.text(max_size=50))
NUMBERS = st.one_of(st.integers(-(2**31), 2**31 - 1), st.integers(-1, 12))


def test_every_door_has_a_reader_that_is_tried_here():
    """A new RPC is named in one of the lists."""
    doors = {path.removeprefix(MEDIATION) for path in MEDIATION_ACCESS}
    assert doors == set(READERS) | PLAIN | OTHERS


def fill(message, data, depth=0):
    """Fill a message's fields at random, from its descriptor."""
    for field in message.DESCRIPTOR.fields:
        if not data.draw(st.booleans()):
            continue
        if field.type == field.TYPE_MESSAGE:
            inner = getattr(message, field.name)
            if depth < 2:
                fill(inner.add() if field.is_repeated else inner, data, depth + 1)
        elif field.is_repeated:
            getattr(message, field.name).append(value_of(field, data))
        else:
            setattr(message, field.name, value_of(field, data))
    return message


def value_of(field, data):
    """Any value of a field."""
    if field.type == field.TYPE_STRING:
        return data.draw(TEXTS)
    return data.draw(st.booleans() if field.type == field.TYPE_BOOL else NUMBERS)


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_whatever_is_sent_is_read_or_refused_by_its_fields(name, data):
    """No other exception; each fault names a field and a reason."""
    kept_in = KEPT_IN.get(name, pb)
    request = fill(getattr(kept_in, f"{name}Request")(), data)
    read = outcome(READERS[name], request)
    if isinstance(read, Refusal):
        assert read.fields
        assert all(one.field and one.reason.isupper() for one in read.fields)
    else:
        request_id, command = read
        assert (bool(request_id), bool(command.case_id)) == (True, True)


def outcome(reader, request):
    """What a reader makes of a request: a command, or the refusal."""
    try:
        return reader(request)
    except Refusal as refused:
        return refused
