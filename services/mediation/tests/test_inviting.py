"""People invited to help at one session: they see that one matter, so long, and nothing else."""

from datetime import timedelta
from uuid import UUID

import pytest

from kernel.catalogue import Catalogue, Language
from kernel.clock import SHANGHAI
from kernel.database import Database
from kernel.identity import Caller, Kind, Role
from kernel.ids import new_id
from lianxin.common.v1 import invitation_pb2 as words
from lianxin.exchange.v1 import case_part_pb2 as part
from lianxin.mediation.v1 import casework_pb2, file_pb2, file_pb2_grpc, mediation_pb2
from lianxin.mediation.v1 import invitation_pb2 as pb
from lianxin.mediation.v1 import invitation_pb2_grpc as grpc
from lianxin.mediation.v1 import mediation_service_pb2 as service
from mediation.storage.tables import fact, mediation, read_audit
from mediation.storage.tables_inviting import invitation, invited_word
from mediation.storage.tables_people import mediator, participant
from mediation.storage.tables_sessions import booking

ZHOU, WU, LI, MET = (str(new_id()) for _ in range(4))
LAWYER = words.InvitedPerson(
    kind=words.INVITED_KIND_LAWYER,
    account="lawyer.qian",
    name="钱为民",
    organisation="安吉某某律师事务所",
)
VETERAN = words.InvitedPerson(kind=words.INVITED_KIND_VETERAN, name="孙老先生")
ACCEPT = words.INVITATION_ANSWER_ACCEPT
UNIT, PATH = "s-changshuo", "330523.002.000"
TO, TO_PATH = "s-lingfeng", "330523.003.000"


def invited(account, unit=UNIT, path=PATH):
    """Somebody with an account for invitations, and no other role."""
    return Caller(Kind.STAFF, account, unit, unit, path, frozenset({Role.INVITED}))


QIAN = invited("lawyer.qian")


def in_words(fields):
    """Keys of the catalogue as people read them."""
    texts = Catalogue.load("mediation")
    return {name: texts.text(key, Language.ZH_CN) for name, key in fields.items()}


class Hall:
    """A case with a session to come, seen as it is, and who is invited to it."""

    def __init__(self, bench):
        self.bench, self.version, self.epoch = bench, 1, 1

    def door(self, caller=None):
        """The stub of this caller; of the mediator unless said otherwise."""
        return grpc.SessionInvitationServiceStub(self.bench.line(caller or self.bench.mediator))

    def call(self, name, caller=None, **values):
        """One call on the case as it was seen last."""
        own = hasattr(pb, f"{name}Request")
        request = getattr(pb if own else casework_pb2, f"{name}Request")(
            request_id=str(new_id()),
            case_id=self.bench.case_id,
            epoch=self.epoch,
            version=self.version,
            **values,
        )
        stub = self.door(caller) if own else self.bench.mediation(caller)
        return getattr(stub, name)(request)

    async def act(self, name, caller=None, **values):
        """One act."""
        done = await self.call(name, caller, **values)
        self.version = done.stamp.version
        return done

    async def own(self, caller=QIAN):
        """What somebody is invited to."""
        return await self.door(caller).ListSessionInvitations(pb.ListSessionInvitationsRequest())

    async def shut(self):
        """Why the lawyer sees nothing; empty when the matter is shown, which both doors say."""
        [line] = (await self.own()).invitations
        if line.shut:
            refused = await self.bench.refused(self.seen())
            assert refused.reason == "INVITATION_SHUT"
            assert set(refused.fields) == {f"invitations[{line.no}]"}
        else:
            assert (await self.seen()).sessions
        return line.shut

    def seen(self, caller=QIAN):
        """The matter as somebody who is invited sees it."""
        asked = pb.GetInvitedSessionRequest(case_id=self.bench.case_id)
        return self.door(caller).GetInvitedSession(asked)

    async def says(self, party_id, *, given=True):
        """A party agrees, or is against it."""
        today = self.bench.clock.now().astimezone(SHANGHAI).date().isoformat()
        said = {"no": 1, "party_id": party_id, "given": given, "on_day": today}
        await self.act("RecordSessionWord", **said)

    async def let_in(self):
        """The lawyer is invited, accepts, and the parties agree."""
        await self.act("InviteToSession", session_id=MET, person=LAWYER)
        version = (await self.own()).undertaking.version
        said = {"no": 1, "answer": ACCEPT, "undertaking_version": version}
        await self.act("AnswerSessionInvitation", QIAN, **said)
        for party_id in (ZHOU, WU):
            await self.says(party_id)

    async def hold(self):
        """The session is held."""
        self.bench.clock.advance(timedelta(hours=3))
        came = [
            casework_pb2.CameToSession(party_id=one, attendance=casework_pb2.ATTENDANCE_ATTENDED)
            for one in (ZHOU, WU)
        ]
        outcome = casework_pb2.SESSION_OUTCOME_CONTINUED
        await self.act("RecordSession", session_id=MET, outcome=outcome, came=came, record="谈了")


@pytest.fixture
async def hall(bench):
    """A mediation of two parties with a session in an hour."""
    bench.intake.told.about_units.append("s-dipu")
    for party_id in (ZHOU, WU):
        bench.intake.register(party_id)
    await bench.open()
    entry = casework_pb2.MediatorEntry(
        mediator_id=LI,
        staff="li",
        unit_id=UNIT,
        kinds=[mediation_pb2.MEDIATION_KIND_PEOPLES],
        load_limit=10,
    )
    kept = casework_pb2.KeepMediatorsRequest(request_id=str(new_id()), mediators=[entry])
    await bench.mediation().KeepMediators(kept)
    found = Hall(bench)
    people = [
        casework_pb2.Participant(party_id=one, side=side, capacity=casework_pb2.CAPACITY_PARTY)
        for one, side in (
            (ZHOU, casework_pb2.SIDE_APPLICANT),
            (WU, casework_pb2.SIDE_RESPONDENT),
        )
    ]
    await found.act("NameParties", participants=people, requests=[1])
    for party_id in (ZHOU, WU):
        found.version = await bench.willing(party_id, found.version)
    await found.act("AssignMediators", mediator_ids=[LI])
    begin = bench.clock.now() + timedelta(hours=1)
    await found.act(
        "ScheduleSession",
        session_id=MET,
        kind=casework_pb2.SESSION_KIND_COUNTER,
        joining=casework_pb2.JOINING_JOINT,
        starts_at=begin,
        ends_at=begin + timedelta(hours=1),
        place="站里一楼",
        party_ids=[ZHOU, WU],
    )
    return found


async def test_a_lawyer_sees_the_matter_once_he_undertook_and_the_parties_agreed(hall, bench):
    """Step by step; the reading is on record; the session names him; it ends with the window."""
    await hall.act("InviteToSession", session_id=MET, person=LAWYER)
    assert await hall.shut() == "INVITED_NOT_ANSWERED"
    version = (await hall.own()).undertaking.version
    said = {"no": 1, "answer": ACCEPT}
    refused = await bench.refused(hall.call("AnswerSessionInvitation", QIAN, **said))
    assert refused.reason == "INVITATION_IMPOSSIBLE"
    await hall.act("AnswerSessionInvitation", QIAN, **said, undertaking_version=version)
    assert await hall.shut() == "INVITED_NOT_AGREED"
    await hall.says(ZHOU)
    assert await hall.shut() == "INVITED_NOT_AGREED"
    await hall.says(WU)
    assert await hall.shut() == ""
    seen = await hall.seen()
    assert seen.matter.requests[0].text == "疏通水沟"
    assert {one.party_id for one in seen.participants} == {ZHOU, WU}
    assert (seen.sessions[0].place, seen.sessions[0].no) == ("站里一楼", 1)
    readings = [row for row in bench.rows(read_audit) if row["method"] == "GetInvitedSession"]
    assert {(row["caller"], str(row["case_id"])) for row in readings} == {
        ("lawyer.qian", bench.case_id)
    }
    assert set(bench.intake.told_to) == {("lawyer.qian", False)}
    early = await bench.refused(hall.call("RecordSessionPresence", no=1, came=True))
    assert early.reason == "SESSION_IMPOSSIBLE"
    await hall.hold()
    await hall.act("RecordSessionPresence", no=1, came=True)
    file = await on_file(bench)
    [session] = file.sessions
    [there] = session.invited
    assert (there.person, there.standing) == (LAWYER, words.INVITATION_STANDING_CAME)
    assert (sorted(there.agreed_party_ids), there.undertaking_version) == (
        sorted([ZHOU, WU]),
        version,
    )
    assert await hall.shut() == ""
    bench.clock.advance(timedelta(days=3, seconds=-1))
    assert await hall.shut() == ""
    bench.clock.advance(timedelta(seconds=1))
    assert await hall.shut() == "INVITED_OVER"


async def on_file(bench):
    """The whole file, as the mediator reads it."""
    stub = file_pb2_grpc.MediationFileServiceStub(bench.line(bench.mediator))
    return (await stub.GetFile(file_pb2.GetFileRequest(case_id=bench.case_id))).file


async def test_nothing_personal_is_kept_open_and_nobody_is_more_at_work(hall, bench):
    """The name is sealed; the log has ids and codes; load and time are the mediator's alone."""
    await hall.let_in()
    stored = str(
        [dict(row) for table in (invitation, invited_word, fact) for row in bench.rows(table)]
    )
    assert LAWYER.name not in stored
    assert LAWYER.organisation not in stored
    kinds = [row["kind"] for row in sorted(bench.rows(fact), key=lambda row: row["fact_no"])]
    assert kinds[-4:] == [
        "mediation.invited",
        "mediation.invitation_answered",
        "mediation.invited_word",
        "mediation.invited_word",
    ]
    (invited,) = [row for row in bench.rows(fact) if row["kind"] == "mediation.invited"]
    assert LAWYER.account in str(invited)  # so that routing can tell that account
    assert [(str(row["mediator_id"]), row["load"]) for row in bench.rows(mediator)] == [(LI, 1)]
    assert [str(row["mediator_id"]) for row in bench.rows(booking)] == [LI]


async def test_whatever_ends_an_invitation_ends_the_sight_at_once(hall, bench):
    """A word taken back, a hand-over under way, a withdrawal; then nothing is left to withdraw."""
    await hall.let_in()
    assert await hall.shut() == ""
    await hall.says(WU, given=False)
    assert await hall.shut() == "INVITED_NOT_AGREED"
    await hall.says(WU)
    handoff = str(new_id())
    await bench.parts().Release(
        part.ReleaseRequest(handoff_id=handoff, case_id=bench.case_id, epoch=1)
    )
    assert await hall.shut() == "INVITED_MOVED"
    await bench.parts().Keep(
        part.KeepRequest(handoff_id=handoff, case_id=bench.case_id, epoch=1, unit=UNIT, path=PATH)
    )
    assert await hall.shut() == ""
    await hall.act("WithdrawSessionInvitation", no=1)
    assert await hall.shut() == "INVITED_WITHDRAWN"
    again = await bench.refused(hall.call("WithdrawSessionInvitation", no=1))
    assert again.reason == "INVITATION_NOT_SO"


def joined(bench, unit):
    """What is known of the other side's unit now."""
    database = Database.open(bench.database_url)
    with database.writer.begin() as connection:
        known = participant.update().where(participant.c.party_id == UUID(WU))
        connection.execute(known.values(unit_id=unit))
    database.close()


async def test_whose_unit_becomes_a_party_later_neither_accepts_nor_sees(hall, bench):
    """Ties are looked at again on accepting and on every look, not only when inviting."""
    person = words.InvitedPerson()
    person.CopyFrom(LAWYER)
    person.unit_id = "u-anji-sifa"
    await hall.act("InviteToSession", session_id=MET, person=person)
    version = (await hall.own()).undertaking.version
    said = {"no": 1, "answer": ACCEPT, "undertaking_version": version}
    joined(bench, "u-anji-sifa")
    refused = await bench.refused(hall.call("AnswerSessionInvitation", QIAN, **said))
    assert (refused.reason, refused.fields) == ("INVITED_BARRED", in_words({"no": "INVITED_TIED"}))
    joined(bench, "")
    await hall.act("AnswerSessionInvitation", QIAN, **said)
    for party_id in (ZHOU, WU):
        await hall.says(party_id)
    assert await hall.shut() == ""
    joined(bench, "u-anji-sifa")
    assert await hall.shut() == "INVITED_TIED"


async def test_a_session_that_is_called_off_shows_nothing_any_more(hall):
    """At once, although the parties had agreed."""
    await hall.let_in()
    await hall.act("CancelSession", session_id=MET)
    assert await hall.shut() == "INVITED_CALLED_OFF"


async def test_who_steps_back_or_is_not_accepted_is_not_invited_again(hall, bench):
    """回避: declared at any time; one party against it; somebody else may still be invited."""
    await hall.let_in()
    await hall.act("AnswerSessionInvitation", QIAN, no=1, answer=words.INVITATION_ANSWER_RECUSE)
    assert await hall.shut() == "INVITED_RECUSED"
    refused = await bench.refused(hall.call("InviteToSession", session_id=MET, person=LAWYER))
    assert refused.reason == "INVITED_BARRED"
    assert refused.fields == in_words({"person": "MEDIATOR_RECUSED"})
    assert (await hall.act("InviteToSession", session_id=MET, person=VETERAN)).no == 2


@pytest.mark.parametrize(
    ("person", "reason", "why"),
    [
        ({"unit_id": "s-dipu"}, "INVITED_BARRED", {"person": "MEDIATOR_ABOUT"}),
        ({"account": "li"}, "INVITED_BARRED", {"account": "INVITED_HANDLES"}),
        ({"unit_id": "nowhere"}, "INVITATION_IMPOSSIBLE", {"unit_id": "UNKNOWN_VALUE"}),
        ({"name": "", "account": ""}, "INVITATION_IMPOSSIBLE", {"name": "INVITED_NAMELESS"}),
    ],
)
async def test_who_has_to_do_with_the_matter_is_not_invited(hall, bench, person, reason, why):
    """By the check that mediators pass: the unit complained of, who handles it; and nobody."""
    given = words.InvitedPerson(kind=words.INVITED_KIND_JUDGE, name="郑某")
    for name, text in person.items():
        setattr(given, name, text)
    refused = await bench.refused(hall.call("InviteToSession", session_id=MET, person=given))
    assert (refused.reason, refused.fields) == (reason, in_words(why))


async def test_an_interest_declared_as_a_mediator_bars_an_invitation(hall, bench):
    """One person, one interest: found by the account."""
    other = casework_pb2.MediatorEntry(
        mediator_id=str(new_id()),
        staff="lawyer.qian",
        unit_id=UNIT,
        kinds=[mediation_pb2.MEDIATION_KIND_PEOPLES],
        load_limit=10,
    )
    kept = casework_pb2.KeepMediatorsRequest(request_id=str(new_id()), mediators=[other])
    await bench.mediation().KeepMediators(kept)
    who = other.mediator_id
    await hall.act("AssignMediators", mediator_ids=[LI, who])
    why = {"mediator_id": who, "why": casework_pb2.RECUSAL_INTEREST, "subject_id": ZHOU}
    await hall.act("RecuseMediator", **why)
    refused = await bench.refused(hall.call("InviteToSession", session_id=MET, person=LAWYER))
    assert refused.fields == in_words({"person": "MEDIATOR_INTEREST"})


async def test_somebody_without_an_account_answers_on_paper_and_is_on_the_record(hall, bench):
    """No undertaking, no presence; the name stands with the session."""
    await hall.act("InviteToSession", session_id=MET, person=VETERAN)
    for party_id in (ZHOU, WU):
        await hall.says(party_id)
    await hall.hold()
    refused = await bench.refused(hall.call("RecordSessionPresence", no=1, came=True))
    assert refused.reason == "INVITATION_NOT_SO"
    version = (await hall.own()).undertaking.version
    said = {"no": 1, "answer": ACCEPT, "undertaking_version": version}
    await hall.act("RecordSessionAnswer", **said)
    await hall.act("RecordSessionPresence", no=1, came=True)
    [session] = (await on_file(bench)).sessions
    assert [one.person.name for one in session.invited] == [VETERAN.name]
    assert session.invited[0].answered_by == "mediator"
    assert list((await hall.own()).invitations) == []


async def test_an_invited_person_has_no_other_door(hall, bench):
    """Not the mediation, its file or a list; not another case; not in somebody else's name."""
    await hall.let_in()
    reads = bench.mediation(QIAN).GetMediation(service.GetMediationRequest(case_id=bench.case_id))
    assert (await bench.refused(reads)).reason == "DENIED"
    files = file_pb2_grpc.MediationFileServiceStub(bench.line(QIAN))
    for call in (
        files.GetFile(file_pb2.GetFileRequest(case_id=bench.case_id)),
        files.ListMediations(file_pb2.ListMediationsRequest(all=True)),
    ):
        assert (await bench.refused(call)).reason == "DENIED"
    other = pb.GetInvitedSessionRequest(case_id=str(new_id()))
    refused = await bench.refused(hall.door(QIAN).GetInvitedSession(other))
    assert refused.reason == "INVITATION_MISSING"
    stranger = invited("lawyer.feng", "s-anji", "330523.000.000")
    assert (await bench.refused(hall.seen(stranger))).reason == "INVITATION_MISSING"
    decline = {"no": 1, "answer": words.INVITATION_ANSWER_DECLINE}
    answered = hall.call("AnswerSessionInvitation", stranger, **decline)
    assert (await bench.refused(answered)).reason == "INVITATION_MISSING"
    assert (await bench.refused(hall.seen(bench.mediator))).reason == "DENIED"
    elsewhere = hall.call("InviteToSession", bench.other_unit, session_id=MET, person=VETERAN)
    assert (await bench.refused(elsewhere)).reason in {"DENIED", "NOT_THE_HOLDER"}


async def test_a_hand_over_carries_who_was_invited_but_not_the_sight(hall, bench, next_node):
    """At the next holder it is a fact; an account of the same name there is somebody else."""
    await hall.let_in()
    handoff = str(new_id())
    release = part.ReleaseRequest(
        handoff_id=handoff, case_id=bench.case_id, epoch=1, with_part=True
    )
    exported = (await bench.parts().Release(release)).part
    next_node.case_id = bench.case_id
    more = {"format": exported.format, "part": exported.part, "handoff_id": handoff}
    await next_node.grant(2, TO, TO_PATH, **more)
    [row] = next_node.rows(invitation)
    assert (row["account"], row["standing"], row["custody"]) == ("lawyer.qian", "accepted", 1)
    assert len(next_node.rows(invited_word)) == 2
    there = Hall(next_node)
    namesake = invited("lawyer.qian", TO, TO_PATH)
    assert list((await there.own(namesake)).invitations) == []
    refused = await next_node.refused(there.seen(namesake))
    assert refused.reason == "INVITATION_MISSING"
    assert {row["epoch"] for row in next_node.rows(mediation)} == {2}
