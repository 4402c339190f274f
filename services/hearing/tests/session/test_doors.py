"""The doors of the session and the conclusion, over a real line."""

from datetime import timedelta
from uuid import UUID

import pytest

from hearing.convert import conclusion as read_conclusion
from hearing.convert import session as read_session
from hearing.convert.session_words import EVERY
from hearing.errors import FieldsInvalid
from hearing.storage.tables import hearing, hearing_file, hearing_member
from kernel.clock import SHANGHAI
from kernel.database import Database
from kernel.ids import new_id
from lianxin.hearing.v1 import conclusion_pb2, conclusion_pb2_grpc, session_pb2, session_pb2_grpc

from .conftest import PANEL, PARTS

STAGES = (
    session_pb2.STAGE_STATEMENT,
    session_pb2.STAGE_FACTS,
    session_pb2.STAGE_REBUTTAL,
    session_pb2.STAGE_LAST_WORDS,
)


class Day:
    """A hearing that a clerk holds over the line."""

    def __init__(self, bench):
        self.bench = bench
        self.version = 0

    def session(self, caller=None):
        """The stub of the session."""
        return session_pb2_grpc.HearingSessionServiceStub(self.bench.line(caller))

    def conclusion(self, caller=None):
        """The stub of the conclusion."""
        return conclusion_pb2_grpc.HearingConclusionServiceStub(self.bench.line(caller))

    def call(self, kind, caller=None, **said):
        """One act, seen as it is now."""
        request = kind(
            request_id=str(new_id()),
            case_id=self.bench.case_id,
            epoch=1,
            version=self.version,
            **said,
        )
        door = self.session if kind.DESCRIPTOR.file is session_pb2.DESCRIPTOR else self.conclusion
        name = kind.__name__.removesuffix("Request")
        return getattr(door(caller), name)(request)

    async def act(self, kind, caller=None, **said):
        """One act that is done."""
        answer = await self.call(kind, caller, **said)
        self.version = answer.stamp.version
        return answer

    def everybody(self):
        """Everybody who was called, by attendee."""
        parties = (self.bench.intake.applicant, self.bench.intake.respondent)
        return [f"member:{no}" for no in PARTS] + [f"party:{one}" for one in parties]

    async def call_everybody(self):
        """A hearing that is granted, and set for today as scheduling would."""
        stamp = await self.bench.granted()
        self.version = stamp.version
        now = self.bench.clock.now()
        case = {"case_id": UUID(self.bench.case_id)}
        begins = {"begins": now, "ends": now + timedelta(hours=2), "public": True}
        database = Database.open(self.bench.database_url)
        with database.writer.begin() as connection:
            for table in (hearing_file, hearing):
                mine = table.c.case_id == case["case_id"]
                connection.execute(table.update().where(mine).values(state="noticed"))
            day = {"day": now.astimezone(SHANGHAI).date()}
            connection.execute(hearing.update().values(**begins, **day))
            for no, part in PARTS.items():
                member = {"member_no": no, "person_id": UUID(int=no), "part": part}
                row = case | {"number": 1} | member | {"state": "named", "since": now}
                connection.execute(hearing_member.insert().values(row))
        database.close()

    async def hold(self):
        """Up to the first opinion."""
        came = [
            session_pb2.AttendeeCame(attendee=one, came=session_pb2.CAME_PRESENT)
            for one in self.everybody()
        ]
        await self.act(session_pb2.OpenHearingRequest, came=came, recusal_asked=True)
        for stage in STAGES:
            await self.act(session_pb2.TakeStageRequest, stage=stage)
        await self.act(session_pb2.KeepMinutesRequest, text="双方各自陈述。")
        signed = {"version_no": 1, "signing": session_pb2.SIGNING_SIGNED}
        await self.act(session_pb2.SignMinutesRequest, attendees=self.everybody(), **signed)
        await self.act(session_pb2.ConferRequest)

    async def read(self):
        """What is on file of the conclusion."""
        asked = conclusion_pb2.GetConclusionRequest(case_id=self.bench.case_id, why="核对")
        return (await self.conclusion().GetConclusion(asked)).conclusion


@pytest.fixture
async def day(bench):
    """A hearing that people were called to for today."""
    opened = Day(bench)
    await opened.call_everybody()
    return opened


async def test_a_hearing_is_held_concluded_served_and_published_over_the_line(day):
    """Opinions show once all are given; services and publications are read again."""
    await day.hold()
    for no in PANEL:
        before = await day.read()
        assert list(before.opinions) == []
        assert no in before.missing
        said = {"opinion": conclusion_pb2.OPINION_SUPPORTED, "reasons": "有据可查。"}
        await day.act(conclusion_pb2.GiveOpinionRequest, member_no=no, **said)
    assert len((await day.read()).opinions) == len(PANEL)
    texts = {"found": "属实", "reasons": "有据", "text": "支持申请人。"}
    spot = {"read_out": conclusion_pb2.READ_OUT_ON_THE_SPOT}
    done = await day.act(conclusion_pb2.ConcludeRequest, **texts, **spot)
    assert done.finding == conclusion_pb2.FINDING_SUPPORTED
    today = day.bench.clock.now().astimezone(SHANGHAI).date()
    for party in (day.bench.intake.applicant, day.bench.intake.respondent):
        proof = {"method": conclusion_pb2.SERVICE_METHOD_DIRECT, "receipt_no": "1"}
        on = {"served_on": today.isoformat(), "served_by": "李"}
        served = await day.act(conclusion_pb2.ServeConclusionRequest, party_id=party, **proof, **on)
        given = {"given": True, "on_day": today.isoformat(), "paper": "卷二"}
        await day.act(conclusion_pb2.NotePublicationConsentRequest, party_id=party, **given)
    assert list(served.unserved) == []
    until = (today + timedelta(days=30)).isoformat()
    text = {"text": "支持申请人的主张。", "take_down_on": until}
    await day.act(conclusion_pb2.ProposePublicationRequest, **text)
    decided = conclusion_pb2.DecidePublicationRequest
    same = await day.bench.refused(day.call(decided, publication_no=1, approved=True))
    assert same.reason == "HEARING_ANOTHER_PERSON_NEEDED"
    second = type(day.bench.head)(
        day.bench.head.kind,
        "sun",
        day.bench.head.unit,
        day.bench.head.site,
        day.bench.head.path,
        day.bench.head.roles,
    )
    await day.act(decided, second, publication_no=1, approved=True)
    shown = await day.conclusion().ListPublished(conclusion_pb2.ListPublishedRequest())
    assert [one.text for one in shown.published] == ["支持申请人的主张。"]
    asked = conclusion_pb2.ListOutcomesRequest(case_id=day.bench.case_id)
    told = await day.conclusion(day.bench.service).ListOutcomes(asked)
    assert [(one.number, one.finding, one.served) for one in told.outcomes] == [
        (1, conclusion_pb2.FINDING_SUPPORTED, True)
    ]


async def test_the_day_is_read_by_who_may_and_the_reading_is_on_record(day):
    """Roll, stages, minutes and hands; another unit learns nothing of it."""
    await day.hold()
    asked = session_pb2.GetSessionRequest(case_id=day.bench.case_id, why="核对")
    shown = (await day.session().GetSession(asked)).session
    assert shown.stage == session_pb2.STAGE_LAST_WORDS
    assert {one.attendee for one in shown.sittings[0].attendances} == set(day.everybody())
    assert shown.minutes[0].text == "双方各自陈述。"
    assert len(shown.minutes[0].hands) == len(day.everybody())
    stranger = day.session(day.bench.other_unit)
    assert (await day.bench.refused(stranger.GetSession(asked))).reason in {
        "HEARING_MISSING",
        "DENIED",
    }


def test_every_word_goes_both_ways():
    """Each value of an enum of the session and the conclusion has its partner."""
    for pair, domain in EVERY:
        assert {pair.word(pair.number(one)) for one in domain} == set(domain)
        assert pair.word(0) is None


BAD = {
    session_pb2.OpenHearingRequest: (read_session.open_hearing, {"came"}),
    session_pb2.NoteAttendanceRequest: (read_session.note_attendance, {"came"}),
    session_pb2.RecuseMemberRequest: (
        read_session.recuse_member,
        {"member_no", "attendee", "reasons"},
    ),
    session_pb2.TakeStageRequest: (read_session.take_stage, {"stage"}),
    session_pb2.AddEvidenceRequest: (
        read_session.add_evidence,
        {"attendee", "kind", "title", "shows"},
    ),
    session_pb2.AddStatementRequest: (read_session.add_statement, {"attendee", "text"}),
    session_pb2.KeepMinutesRequest: (read_session.keep_minutes, {"text"}),
    session_pb2.SignMinutesRequest: (
        read_session.sign_minutes,
        {"attendees", "signing", "version_no"},
    ),
    session_pb2.PostponeHearingRequest: (read_session.postpone, {"reason"}),
    session_pb2.AdjournHearingRequest: (read_session.adjourn, {"reason"}),
    session_pb2.ConferRequest: (read_session.confer, set()),
    session_pb2.JoinHearingRequest: (read_session.join, {"leader"}),
    session_pb2.LeaveHearingRequest: (read_session.leave, set()),
    conclusion_pb2.GiveOpinionRequest: (
        read_conclusion.give_opinion,
        {"member_no", "opinion", "reasons"},
    ),
    conclusion_pb2.ConcludeRequest: (
        read_conclusion.conclude,
        {"read_out", "found", "reasons", "text"},
    ),
    conclusion_pb2.ServeConclusionRequest: (
        read_conclusion.serve,
        {"party_id", "method", "served_on", "served_by"},
    ),
    conclusion_pb2.NotePublicationConsentRequest: (
        read_conclusion.note_consent,
        {"party_id", "on_day", "paper"},
    ),
    conclusion_pb2.ProposePublicationRequest: (
        read_conclusion.propose_publication,
        {"text", "take_down_on"},
    ),
    conclusion_pb2.DecidePublicationRequest: (
        read_conclusion.decide_publication,
        {"publication_no"},
    ),
    conclusion_pb2.TakeDownRequest: (read_conclusion.take_down, {"publication_no"}),
}


@pytest.mark.parametrize("kind", BAD, ids=lambda kind: kind.__name__)
def test_an_empty_request_is_refused_with_every_field_that_is_missing(kind):
    """Who, which case, what was seen, and what each act says of its own."""
    read, own = BAD[kind]
    with pytest.raises(FieldsInvalid) as caught:
        read(kind())
    assert {one.field for one in caught.value.fields} == own | {
        "request_id",
        "case_id",
        "epoch",
        "version",
    }


@pytest.mark.parametrize(
    "text", ["", "member:", "member:-1", "member:１２x", "party:", "party:7", "somebody", "m" * 999]
)
def test_nobody_is_meant_by_anything_but_a_number_or_an_id(text):
    """The field is named, whatever stands there."""
    with pytest.raises(FieldsInvalid) as caught:
        read_session.add_statement(session_pb2.AddStatementRequest(attendee=text, text="是"))
    assert "attendee" in {one.field for one in caught.value.fields}
