"""People invited to help at the reception of one registration: that matter, so long, no other."""

from datetime import timedelta

import pytest

from intake.storage.tables import cases, fact, read_audit
from intake.storage.tables_inviting import invitation, invited_word
from kernel.catalogue import Catalogue, Language
from kernel.clock import SHANGHAI
from kernel.database import Database
from kernel.identity import Caller, Kind, Role
from kernel.ids import new_id
from lianxin.common.v1 import case_pb2 as common
from lianxin.common.v1 import invitation_pb2 as words
from lianxin.exchange.v1 import case_part_pb2 as part
from lianxin.intake.v1 import intake_service_pb2 as service
from lianxin.intake.v1 import reception_pb2 as pb
from lianxin.intake.v1 import reception_pb2_grpc as grpc

UNIT, PATH = "s-changshuo", "330523.002.000"
DEPUTY = words.InvitedPerson(
    kind=words.INVITED_KIND_PEOPLES_DEPUTY, account="deputy.zhao", name="赵代表"
)
ACCEPT = words.INVITATION_ANSWER_ACCEPT


def invited(account, unit=UNIT, path=PATH):
    """Somebody with an account for invitations, and no other role."""
    return Caller(Kind.STAFF, account, unit, unit, path, frozenset({Role.INVITED}))


ZHAO = invited("deputy.zhao")


class Counter:
    """A registration, seen as it is, and who is invited to its reception."""

    def __init__(self, front, made):
        self.front, self.case_id = front, made.stamp.case_id
        self.epoch, self.version = 1, made.stamp.version

    def door(self, caller=None):
        """The stub of this caller; of the clerk unless said otherwise."""
        return grpc.ReceptionServiceStub(self.front.line(caller or self.front.clerk))

    def call(self, name, caller=None, **values):
        """One call on the case as it was seen last."""
        request = getattr(pb, f"{name}Request")(
            request_id=str(new_id()),
            case_id=self.case_id,
            seen=common.Seen(epoch=self.epoch, version=self.version),
            **values,
        )
        return getattr(self.door(caller), name)(request)

    async def act(self, name, caller=None, **values):
        """One act."""
        done = await self.call(name, caller, **values)
        self.version = done.stamp.version
        return done

    def invite(self, person=DEPUTY, hours=1):
        """Somebody is invited to a reception in so many hours."""
        begin = self.front.clock.now() + timedelta(hours=hours)
        times = {"starts_at": begin, "ends_at": begin + timedelta(hours=1)}
        return self.call("InviteToReception", person=person, place="接访大厅二号窗口", **times)

    async def own(self, caller=ZHAO):
        """What somebody is invited to."""
        asked = pb.ListReceptionInvitationsRequest()
        return await self.door(caller).ListReceptionInvitations(asked)

    def seen(self, caller=ZHAO):
        """The matter as somebody who is invited sees it."""
        asked = pb.GetInvitedReceptionRequest(case_id=self.case_id)
        return self.door(caller).GetInvitedReception(asked)

    async def shut(self):
        """Why the deputy sees nothing; empty when the matter is shown, which both doors say."""
        [line] = (await self.own()).invitations
        if line.shut:
            assert (await self.front.refused(self.seen())).reason == "INVITATION_SHUT"
        else:
            assert (await self.seen()).receptions
        return line.shut

    async def says(self, *, given=True):
        """The applicant agrees, or is against it."""
        [party] = (await self.front.get(self.case_id)).content.parties
        today = self.front.clock.now().astimezone(SHANGHAI).date().isoformat()
        said = {"no": 1, "party_id": party.party_id, "given": given, "on_day": today}
        await self.act("RecordReceptionWord", **said)

    async def let_in(self):
        """The deputy is invited, accepts, and the applicant agrees."""
        self.version = (await self.invite()).stamp.version
        version = (await self.own()).undertaking.version
        said = {"no": 1, "answer": ACCEPT, "undertaking_version": version}
        await self.act("AnswerReceptionInvitation", ZHAO, **said)
        await self.says()


@pytest.fixture
async def counter(front):
    """A registration about a department."""
    return Counter(front, await front.register(about_units=["s-dipu"]))


async def test_a_deputy_sees_the_matter_from_undertaking_and_consent_until_the_window_closes(
    counter, front
):
    """Step by step; on record; names and words but nothing to reach anybody by."""
    counter.version = (await counter.invite()).stamp.version
    assert await counter.shut() == "INVITED_NOT_ANSWERED"
    version = (await counter.own()).undertaking.version
    said = {"no": 1, "answer": ACCEPT, "undertaking_version": version}
    await counter.act("AnswerReceptionInvitation", ZHAO, **said)
    assert await counter.shut() == "INVITED_NOT_AGREED"
    await counter.says()
    assert await counter.shut() == ""
    seen = await counter.seen()
    assert [one.name for one in seen.matter.parties] == ["周小满"]
    assert "排水沟" in seen.matter.narrative
    assert seen.receptions[0].place == "接访大厅二号窗口"
    assert "13800001234" not in str(seen)
    readings = front.rows(read_audit, method="GetInvitedReception")
    assert {row["caller"] for row in readings} == {"deputy.zhao"}
    early = await front.refused(counter.call("RecordReceptionPresence", no=1, came=True))
    assert early.reason == "INVITATION_IMPOSSIBLE"
    front.clock.advance(timedelta(hours=1))
    await counter.act("RecordReceptionPresence", no=1, came=True)
    asked = pb.ListReceptionsRequest(case_id=counter.case_id)
    [there] = (await counter.door().ListReceptions(asked)).receptions
    assert there.invited.person == DEPUTY
    assert there.invited.standing == words.INVITATION_STANDING_CAME
    front.clock.advance(timedelta(days=3, seconds=-1))
    assert await counter.shut() == ""
    front.clock.advance(timedelta(seconds=1))
    assert await counter.shut() == "INVITED_OVER"


async def test_whatever_ends_an_invitation_ends_the_sight_at_once(counter, front):
    """A word taken back, a hand-over under way, a withdrawal; nothing personal is kept open."""
    await counter.let_in()
    assert await counter.shut() == ""
    await counter.says(given=False)
    assert await counter.shut() == "INVITED_NOT_AGREED"
    await counter.says()
    handoff = str(new_id())
    which = {"handoff_id": handoff, "case_id": counter.case_id, "epoch": 1}
    await front.parts().Release(part.ReleaseRequest(**which))
    assert await counter.shut() == "INVITED_MOVED"
    await front.parts().Keep(part.KeepRequest(**which, unit=UNIT, path=PATH))
    assert await counter.shut() == ""
    await counter.act("WithdrawReceptionInvitation", no=1)
    assert await counter.shut() == "INVITED_WITHDRAWN"
    tables = (invitation, invited_word, fact)
    stored = str([dict(row) for table in tables for row in front.rows(table)])
    assert DEPUTY.name not in stored


@pytest.mark.parametrize(
    ("person", "reason", "why"),
    [
        ({"unit_id": "s-dipu"}, "INVITED_BARRED", {"person": "INVITED_ABOUT"}),
        ({"unit_id": "nowhere"}, "INVITATION_IMPOSSIBLE", {"person.unit_id": "UNKNOWN_VALUE"}),
        ({"name": "", "account": ""}, "INVITATION_IMPOSSIBLE", {"name": "INVITED_NAMELESS"}),
    ],
)
async def test_who_has_to_do_with_the_matter_is_not_invited(counter, front, person, reason, why):
    """The unit complained of; nobody at all."""
    given = words.InvitedPerson(kind=words.INVITED_KIND_JUDGE, name="郑某")
    for name, text in person.items():
        setattr(given, name, text)
    refused = await front.refused(counter.invite(given))
    texts = Catalogue.load("intake")
    shown = {name: texts.text(key, Language.ZH_CN) for name, key in why.items()}
    assert (refused.reason, refused.fields) == (reason, shown)


async def test_who_stepped_back_is_not_invited_again(counter, front):
    """回避, declared by the person."""
    await counter.let_in()
    said = {"no": 1, "answer": words.INVITATION_ANSWER_RECUSE}
    await counter.act("AnswerReceptionInvitation", ZHAO, **said)
    assert await counter.shut() == "INVITED_RECUSED"
    assert (await front.refused(counter.invite())).reason == "INVITED_BARRED"


async def test_an_invited_person_has_no_other_door(counter, front):
    """Not the case, not a list, not another case, not in somebody else's name."""
    await counter.let_in()
    by_id = service.GetCaseRequest(case_id=counter.case_id)
    assert (await front.refused(front.intake(ZHAO).GetCase(by_id))).reason == "DENIED"
    listed = front.intake(ZHAO).ListCases(service.ListCasesRequest())
    assert (await front.refused(listed)).reason == "DENIED"
    other = Counter(front, await front.register())
    assert (await front.refused(other.seen())).reason == "INVITATION_MISSING"
    stranger = invited("deputy.qian")
    assert (await front.refused(counter.seen(stranger))).reason == "INVITATION_MISSING"
    decline = {"no": 1, "answer": words.INVITATION_ANSWER_DECLINE}
    answered = counter.call("AnswerReceptionInvitation", stranger, **decline)
    assert (await front.refused(answered)).reason == "INVITATION_MISSING"
    assert (await front.refused(counter.seen(front.clerk))).reason == "DENIED"
    asked = pb.ListReceptionsRequest(case_id=counter.case_id)
    reading = counter.door(front.other_unit).ListReceptions(asked)
    assert (await front.refused(reading)).reason == "CASE_MISSING"


async def test_a_sealed_matter_invites_nobody(front):
    """检举控告: its content is nobody's here."""
    made = await front.register(purpose=common.PURPOSE_ACCUSATION, sealed_for="u-anji-jijian")
    refused = await front.refused(Counter(front, made).invite())
    assert refused.reason == "SEALED_MATTER"


async def test_a_hand_over_carries_who_was_invited_but_not_the_sight(
    counter, front, start, make_settings, clock
):
    """At the next holder it is a fact, sealed anew; a namesake there is somebody else."""
    await counter.let_in()
    handoff = str(new_id())
    which = {"handoff_id": handoff, "case_id": counter.case_id}
    await front.parts().Release(part.ReleaseRequest(**which, epoch=1))
    exported = await front.parts().ExportPart(part.ExportPartRequest(**which))
    async with start(make_settings("lingfeng"), clock) as there:
        for _ in range(2):
            given = {"format": exported.format, "part": exported.part}
            taken = part.ImportPartRequest(
                **which, **given, epoch=2, unit="s-lingfeng", path="330523.003.000"
            )
            await there.parts().ImportPart(taken)
        [row] = there.rows(invitation)
        assert (row["account"], row["standing"], row["custody"]) == ("deputy.zhao", "accepted", 1)
        assert len(there.rows(invited_word)) == 1
        door = grpc.ReceptionServiceStub(there.line(there.other_unit))
        asked = pb.ListReceptionsRequest(case_id=counter.case_id)
        [kept] = (await door.ListReceptions(asked)).receptions
        assert (kept.invited.person.name, kept.place) == ("赵代表", "接访大厅二号窗口")
        namesake = invited("deputy.zhao", "s-lingfeng", "330523.003.000")
        own = grpc.ReceptionServiceStub(there.line(namesake))
        found = await own.ListReceptionInvitations(pb.ListReceptionInvitationsRequest())
        assert list(found.invitations) == []
        refused = own.GetInvitedReception(pb.GetInvitedReceptionRequest(case_id=counter.case_id))
        assert (await there.refused(refused)).reason == "INVITATION_MISSING"


async def test_whose_unit_the_matter_is_about_later_neither_accepts_nor_sees(counter, front):
    """Ties are looked at again on accepting and on every look, not only when inviting."""
    person = words.InvitedPerson()
    person.CopyFrom(DEPUTY)
    person.unit_id = "u-anji-sifa"
    counter.version = (await counter.invite(person)).stamp.version
    version = (await counter.own()).undertaking.version
    said = {"no": 1, "answer": ACCEPT, "undertaking_version": version}
    about(front, "s-dipu u-anji-sifa")
    assert await counter.shut() == "INVITED_TIED"
    refused = await front.refused(counter.call("AnswerReceptionInvitation", ZHAO, **said))
    assert refused.reason == "INVITED_BARRED"
    about(front, "s-dipu")
    await counter.act("AnswerReceptionInvitation", ZHAO, **said)
    await counter.says()
    assert await counter.shut() == ""
    about(front, "s-dipu u-anji-sifa")
    assert await counter.shut() == "INVITED_TIED"


def about(front, units):
    """What the matter is about, as it is known now."""
    database = Database.open(front.database_url)
    with database.writer.begin() as connection:
        connection.execute(cases.update().values(about_units=units))
    database.close()
