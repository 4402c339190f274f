"""Days that are waited for, as people see them; days that something is counted from."""

from dataclasses import fields
from datetime import UTC, datetime

from kernel.catalogue import Catalogue, Language
from kernel.ids import new_id
from lianxin.common.v1 import case_pb2 as common
from lianxin.mediation.v1 import casework_pb2, due_pb2, due_pb2_grpc
from mediation.convert.work import work_message
from mediation.domain.states import State
from mediation.domain.words import Confirmation
from mediation.storage.mediators import NOTHING_DONE, Work
from mediation.storage.tables import fact


def dues(bench, caller=None):
    """The stub of this caller."""
    return due_pb2_grpc.MediationDueServiceStub(bench.line(caller or bench.mediator))


def on(bench, stamp):
    """What each act on the case says of it."""
    return {
        "request_id": str(new_id()),
        "case_id": bench.case_id,
        "epoch": stamp.epoch,
        "version": stamp.version,
    }


async def with_facts(bench):
    """A mediation with a duty that is not reported yet."""
    stamp = (await bench.open()).stamp
    request = casework_pb2.NoteDutyRequest(**on(bench, stamp), duty=casework_pb2.DUTY_POLICE)
    return (await bench.mediation().NoteDuty(request)).stamp


async def test_limitation_is_counted_from_the_day_the_harm_was_known(bench):
    """Three years, with the article and how the day came about; told anew, it counts anew."""
    bench.clock.set(datetime(2026, 11, 23, 1, tzinfo=UTC))
    stamp = await with_facts(bench)
    for known_on, due_on in (("2024-05-01", "2027-05-06"), ("2025-05-01", "2028-05-03")):
        request = due_pb2.NoteHarmKnownRequest(**on(bench, stamp), known_on=known_on)
        stamp = (await dues(bench).NoteHarmKnown(request)).stamp
        answer = await dues(bench).ListDue(due_pb2.ListDueRequest(case_id=bench.case_id))
        [line] = [line for line in answer.lines if line.about == "limitation"]
        assert (line.since_on, line.due_on[:7]) == (known_on, due_on[:7])
        assert line.article == "《民法典》第188条"
        assert "2" in line.explanation
    bodies = [row["body"] for row in bench.rows(fact) if row["kind"] == "mediation.harm_known"]
    assert all("limitation_civil" in body for body in bodies)
    assert f'"until":"{due_on[:7]}' in bodies[-1]


async def test_the_state_of_the_work_tells_until_when_the_right_can_be_claimed(bench):
    """Nothing before the day of the harm was told; then clock and days, and that it is over."""
    bench.clock.set(datetime(2026, 11, 23, 1, tzinfo=UTC))
    stamp = await with_facts(bench)
    asked = casework_pb2.GetCaseworkRequest(case_id=bench.case_id)
    assert not (await bench.mediation().GetCasework(asked)).HasField("limitation")
    for known_on, past in (("2025-05-01", False), ("2020-05-01", True)):
        request = due_pb2.NoteHarmKnownRequest(**on(bench, stamp), known_on=known_on)
        stamp = (await dues(bench).NoteHarmKnown(request)).stamp
        told = (await bench.mediation().GetCasework(asked)).limitation
        assert (told.clock, told.known_on, told.past) == ("limitation_civil", known_on, past)


async def test_a_harm_that_is_not_known_yet_is_refused(bench):
    """Nobody knows tomorrow."""
    stamp = (await bench.open()).stamp
    request = due_pb2.NoteHarmKnownRequest(**on(bench, stamp), known_on="2090-01-01")
    refusal = await bench.refused(dues(bench).NoteHarmKnown(request))
    assert refusal.reason == "FIELDS_INVALID"


async def test_a_court_file_has_its_terms(bench):
    """委托 in summary procedure: the clock of 7 days begins, those of the other terms do not."""
    bench.routing.custody.procedure = common.PROCEDURE_COURT_ENTRUSTED
    stamp = (await bench.open()).stamp
    terms = due_pb2.COURT_FILE_SUMMARY
    request = due_pb2.NoteCourtFileRequest(**on(bench, stamp), terms=terms, signed_on="2026-01-05")
    await dues(bench).NoteCourtFile(request)
    [body] = [row["body"] for row in bench.rows(fact) if row["kind"] == "mediation.court_file"]
    assert '"restarts_clock":"court_commission_summary"' in body
    assert '"cancels_clock":"court_referral court_commission"' in body


async def test_only_what_a_court_sent_has_a_court_file(bench):
    """A quarrel between neighbours was signed for by nobody."""
    stamp = (await bench.open()).stamp
    terms = due_pb2.COURT_FILE_REFERRED
    request = due_pb2.NoteCourtFileRequest(**on(bench, stamp), terms=terms, signed_on="2026-01-05")
    assert (await bench.refused(dues(bench).NoteCourtFile(request))).reason == "NO_COURT_FILE"


async def test_days_are_listed_for_the_unit_that_holds_the_case_and_for_nobody_else(bench):
    """Own unit by default; another unit sees nothing of it."""
    await with_facts(bench)
    mine = await dues(bench).ListDue(due_pb2.ListDueRequest())
    assert [(line.about, line.ref, line.overdue) for line in mine.lines] == [
        ("duty", "police", False)
    ]
    assert mine.lines[0].explanation.startswith("依法应当报告的")
    theirs = await dues(bench, bench.other_unit).ListDue(due_pb2.ListDueRequest(all=True))
    assert list(theirs.lines) == []
    past = await dues(bench).ListDue(due_pb2.ListDueRequest(until="2020-01-01"))
    assert list(past.lines) == []


async def test_pages_of_days_follow_one_another(bench):
    """A page at a time, each day once."""
    stamp = await with_facts(bench)
    request = due_pb2.NoteHarmKnownRequest(**on(bench, stamp), known_on="2025-11-03")
    await dues(bench).NoteHarmKnown(request)
    found, token = [], ""
    for _ in range(2):
        asked = due_pb2.ListDueRequest(page_size=1, page_token=token)
        page = await dues(bench).ListDue(asked)
        found += [line.about for line in page.lines]
        token = page.next_page_token
    assert sorted(found) == ["duty", "limitation"]
    wrong = dues(bench).ListDue(due_pb2.ListDueRequest(page_token="nonsense"))
    assert (await bench.refused(wrong)).reason == "PAGE_TOKEN_INVALID"


def ways(state, confirmation):
    """What the state of the work names as open, of an agreement in force."""
    version = {"version": 1, "dropped_at": None, "in_force_from": None, "confirm_by": None}
    agreed = ({**version, "confirmation": confirmation.value},)
    nothing = dict.fromkeys((one.name for one in fields(Work)), ())
    work = Work(**{**nothing, "casework": NOTHING_DONE, "agreements": agreed})
    row = {"state": state.value, "category": "neighbour", "epoch": 1, "holder_unit": "s-changshuo"}
    return list(work_message(row, work, ()).next_steps)


def test_in_default_the_ways_that_are_open_are_named_in_words():
    """The court, or enforcement once a court has confirmed; nothing while performance goes on."""
    assert ways(State.PERFORMING, Confirmation.NONE) == []
    sue = ways(State.DEFAULTED, Confirmation.NONE)
    assert sue == ["DEFAULT_URGE", "DEFAULT_MEDIATE_AGAIN", "DEFAULT_SUE_ON_AGREEMENT"]
    enforce = ways(State.DEFAULTED, Confirmation.CONFIRMED)
    assert enforce == ["DEFAULT_URGE", "DEFAULT_ENFORCE"]
    texts = Catalogue.load("mediation")
    assert all(texts.has(key, language) for key in {*sue, *enforce} for language in Language)
