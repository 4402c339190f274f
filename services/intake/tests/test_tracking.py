from datetime import date, timedelta

from intake.domain.facts import TOLD
from intake.domain.states import State
from intake.handlers import telling
from kernel.catalogue import Catalogue, Language
from lianxin.common.v1 import case_pb2 as common
from lianxin.exchange.v1 import case_part_pb2 as part
from lianxin.intake.v1 import case_pb2 as case
from lianxin.intake.v1 import intake_service_pb2 as pb


def ask(front, made, code=None):
    """A resident's question."""
    return front.intake().TrackCase(
        pb.TrackCaseRequest(
            case_no=made.stamp.case_no, query_code=made.query_code if code is None else code
        )
    )


async def test_a_wrong_number_and_a_wrong_code_are_told_apart_by_nobody(front):
    """Both answers are the same, so that numbers cannot be tried out."""
    made = await front.register()
    wrong_code = await front.refused(ask(front, made, "22222-22222"))
    wrong_number = await front.refused(
        front.intake().TrackCase(
            pb.TrackCaseRequest(case_no="330523002-2026-99999", query_code=made.query_code)
        )
    )
    assert wrong_code == wrong_number
    assert wrong_code.reason == "TRACKING_REFUSED"


ASKED_AT_MOST = 40
"""Ten at once; on a slow machine one more is allowed every six seconds meanwhile."""


async def test_guessing_is_slowed_down_per_number_and_asking_elsewhere_goes_on(front):
    """After ten questions about one number the next must wait; another number is answered."""
    made, other = await front.register(), await front.register()
    reasons = []
    while "TRACKING_TOO_OFTEN" not in reasons and len(reasons) < ASKED_AT_MOST:
        reasons.append((await front.refused(ask(front, made, "22222-22222"))).reason)
    assert reasons[:10] == ["TRACKING_REFUSED"] * 10
    assert reasons[-1] == "TRACKING_TOO_OFTEN"
    assert (await ask(front, other)).case_no == other.stamp.case_no


async def test_a_respondent_tracks_with_a_code_of_his_own_and_reads_of_nobody(front):
    """Each party has a code; the answer holds no name, phone or word of the matter."""
    respondent = case.Party(role=common.PARTY_ROLE_RESPONDENT, name="吴大顺", phone="13511112222")
    made = await front.register(parties=[*front.draft().parties, respondent])
    (code,) = made.party_codes
    told = await ask(front, made, code.query_code)
    text = str(told)
    for private in ("吴大顺", "周小满", "13800001234", "13511112222", "排水沟", "院墙"):
        assert private not in text


async def test_what_routing_tells_shows_to_the_resident(front, settings, clock):
    """Holder, date and steps follow custody, also when the case went to another node."""
    made = await front.register()
    clock.advance(timedelta(hours=1))
    case_id = front.case_id(made)
    moved = telling.NoteCustody(case_id, 2, "out", "s-anji", "330523.000.000")
    await front.hear(telling.note_custody, moved)
    await front.hear(telling.note_due, telling.NoteDue(case_id, date(2026, 12, 1), "handling"))
    told = await ask(front, made)
    assert told.holder_title == "县矛调中心"
    assert told.holder_phone
    assert told.until == "2026-12-01"
    assert told.as_of.ToDatetime() == clock.now().replace(tzinfo=None)
    former = await front.get(made.stamp.case_id)
    assert former.shown == "TIMELINE"
    older = telling.NoteCustody(case_id, 1, "held", "s-changshuo", "330523.002.000")
    await front.hear(telling.note_custody, older)
    assert (await ask(front, made)).holder_title == "县矛调中心"


async def test_an_ended_case_says_so_and_owes_no_date(front):
    """After the end there is no next act."""
    made = await front.register()
    await front.hear(
        telling.note_due, telling.NoteDue(front.case_id(made), date(2026, 12, 1), "handling")
    )
    await front.parts().EndGrant(
        part.EndGrantRequest(case_id=made.stamp.case_id, epoch=1, ending="settled")
    )
    told = await ask(front, made)
    assert (told.ended, told.until) == (True, "")


def test_every_state_and_every_told_step_has_plain_words_in_both_languages():
    """No resident reads a code word."""
    texts = Catalogue.load("intake")
    for language in Language:
        for state in State:
            assert texts.has(f"STATE_{state.value}", language)
        for kind in TOLD:
            assert texts.has(f"STEP_{kind}", language)


def session(case_id, step, at, **body):
    """What routing tells of a mediation session."""
    return telling.NoteStep(case_id, f"mediation.{step}", "s-changshuo", at, body)


async def test_the_other_side_is_told_the_stages_and_its_own_sessions(front, clock):
    """Not what the applicant added or was answered, no date owed to the applicant, no other's."""
    respondent = case.Party(role=common.PARTY_ROLE_RESPONDENT, name="吴大顺")
    made = await front.register(parties=[*front.draft().parties, respondent])
    (given,) = made.party_codes
    case_id, now = front.case_id(made), clock.now()
    await front.hear(telling.note_due, telling.NoteDue(case_id, date(2026, 12, 1), "handling"))
    span = {
        "starts_at": (now + timedelta(days=1)).isoformat(),
        "ends_at": (now + timedelta(days=1, hours=1)).isoformat(),
        "kind": "counter",
    }
    mine, others = {"parties": given.party_id}, {"parties": str(case_id)}
    told = (
        session(case_id, "session_scheduled", now, session="a", **span, **mine),
        session(case_id, "session_scheduled", now + timedelta(1), session="b", **span, **mine),
        session(case_id, "session_scheduled", now + timedelta(2), session="c", **span, **others),
        session(case_id, "session_cancelled", now + timedelta(3), session="b"),
        session(case_id, "answered", now + timedelta(4)),
    )
    for step in told:
        await front.hear(telling.note_step, step)
    answer = await ask(front, made, given.query_code)
    assert [one.text for one in answer.sessions] == ["到昌硕街道分中心调解"]
    assert "已作出书面答复" not in str([one.text for one in answer.steps])
    assert (answer.until, len(answer.notices)) == ("", 1)
    asked = await ask(front, made)
    assert (asked.until, list(asked.sessions)) == ("2026-12-01", [])
    assert "已作出书面答复" in str([one.text for one in asked.steps])
    clock.advance(timedelta(days=2))
    assert list((await ask(front, made, given.query_code)).sessions) == []


async def test_both_sides_are_told_until_when_the_right_can_be_claimed(front, clock):
    """One sentence, as it was counted last; that mediation keeps nobody from the court."""
    respondent = case.Party(role=common.PARTY_ROLE_RESPONDENT, name="吴大顺")
    made = await front.register(parties=[*front.draft().parties, respondent])
    (given,) = made.party_codes
    case_id, now = front.case_id(made), clock.now()
    for n, until in enumerate(("2028-05-01", "2027-03-01")):
        said = {"restarts_clock": "limitation_labour", "until": until}
        step = session(case_id, "harm_known", now + timedelta(minutes=n), **said)
        await front.hear(telling.note_step, step)
    for code in (made.query_code, given.query_code):
        texts = [one.text for one in (await ask(front, made, code)).steps]
        [told] = [text for text in texts if "时效" in text]
        assert "劳动争议申请仲裁的时效到2027-03-01" in told
        assert "仍可以依法申请仲裁" in told
