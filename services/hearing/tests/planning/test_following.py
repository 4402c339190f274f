"""What is registered after a hearing was asked for counts when it is confirmed, and after that."""

import pytest

from hearing.storage import tables
from hearing.storage.tables_notices import hearing_change, hearing_told, public_notice
from kernel.catalogue import Catalogue, Language
from kernel.database import Database
from kernel.ids import new_id
from lianxin.common.v1 import case_pb2 as common
from lianxin.hearing.v1 import conclusion_pb2, conclusion_pb2_grpc
from lianxin.hearing.v1 import openness_pb2 as pb
from lianxin.hearing.v1 import openness_pb2_grpc as grpc

TEXTS = Catalogue.load("hearing")
PRIVACY = pb.PRIVATE_GROUND_PRIVACY


def minor(intake):
    """The applicant turns out to be a minor."""
    intake.told.parties[0].minor = True


def violence(intake):
    """The words of the registration say so now."""
    intake.told.flags.append("family_violence")


def withheld(intake):
    """The resident asks not to be named."""
    intake.told.identity = common.IDENTITY_MODE_WITHHELD


BECAME = {
    "NEVER_PUBLIC_MINOR": minor,
    "NEVER_PUBLIC_FAMILY_VIOLENCE": violence,
    "NEVER_PUBLIC_NAME_WITHHELD": withheld,
}


def stub(setting, caller=None):
    """The service that keeps a hearing to its registration."""
    return grpc.HearingOpennessServiceStub(setting.bench.line(caller))


async def follow(setting):
    """Intake is asked anew."""
    request_id, case_id = str(new_id()), setting.stamp.case_id
    request = pb.FollowRegistrationRequest(request_id=request_id, case_id=case_id)
    return await stub(setting).FollowRegistration(request)


async def in_private(setting, ground=0):
    """Behind closed doors."""
    request = pb.HoldInPrivateRequest(**setting.seen, ground=ground)
    setting.stamp = (await stub(setting).HoldInPrivate(request)).stamp


def text(key):
    """A text as it is told."""
    return TEXTS.text(key, Language.ZH_CN)


async def confirmed(setting):
    """Everybody is called."""
    await setting.set()
    await setting.act("ConfirmHearing")


def late(setting):
    """Somebody is registered who takes part."""
    party_id = str(new_id())
    setting.bench.intake.register(party_id, common.PARTY_ROLE_APPLICANT)
    return party_id


def told_of(setting, change_no):
    """Parts and texts of one change."""
    rows = setting.bench.rows(hearing_told)
    return sorted((r["part"], r["text"]) for r in rows if r["change_no"] == change_no)


async def test_who_was_registered_after_the_request_is_called_like_the_others(setting):
    """He is a party of the hearing, is told once, and the log says that there is one more."""
    await setting.set()
    party_id = late(setting)
    await setting.act("ConfirmHearing")
    rows = {str(row["party_id"]): row["side"] for row in setting.bench.rows(tables.hearing_party)}
    assert rows[party_id] == "applicant"
    told = [row["text"] for row in setting.bench.rows(hearing_told) if row["recipient"] == party_id]
    assert told == ["hearing_called"]
    assert setting.bench.facts()[-2:] == ["hearing.parties_changed", "hearing.confirmed"]


@pytest.mark.parametrize("reason", BECAME)
async def test_nobody_is_called_to_a_public_hearing_that_must_not_be_one(setting, reason):
    """The refusal says why; held behind closed doors it is confirmed, and nobody heard of it."""
    await setting.set()
    BECAME[reason](setting.bench.intake)
    refusal = await setting.bench.refused(setting.act("ConfirmHearing"))
    assert (refusal.reason, refusal.fields) == ("HEARING_NEVER_PUBLIC", {"public": text(reason)})
    assert setting.bench.rows(hearing_change) == []
    await in_private(setting)
    assert (await setting.act("ConfirmHearing")).stamp.state == "noticed"
    (row,) = setting.bench.rows(tables.hearing)
    assert (row["public"], row["public_seats"]) == (False, 0)
    assert setting.bench.rows(public_notice) == []


@pytest.mark.parametrize("away", ["intake", "court"])
async def test_without_an_answer_or_before_a_court_nobody_is_called(setting, away):
    """Nothing is half done: it stands as it was set, and is confirmed when that is over."""
    await setting.set()
    bench = setting.bench
    bench.intake.away, bench.routing.custody.litigation = away == "intake", away == "court"
    refusal = await bench.refused(setting.act("ConfirmHearing"))
    assert refusal.reason == ("INTAKE_AWAY" if away == "intake" else "HEARING_BARRED")
    assert (bench.rows(hearing_change), bench.facts()[-1]) == ([], "hearing.set")
    bench.intake.away = bench.routing.custody.litigation = False
    assert (await setting.act("ConfirmHearing")).stamp.state == "noticed"


async def test_who_is_registered_after_the_notice_is_called_once(setting):
    """Chair, panel and recorder hear that there is one more, for they may be tied."""
    await confirmed(setting)
    party_id = late(setting)
    assert (await follow(setting)).changed
    assert not (await follow(setting)).changed
    told = told_of(setting, 2)
    assert told.count(("party", "hearing_called")) == 1
    parts = {part for part, text in told if text == "hearing_people"}
    assert parts == {"chair", "panelist", "recorder"}
    assert [row["recipient"] for row in setting.bench.rows(hearing_told)].count(party_id) == 1
    assert {row["change_no"] for row in setting.bench.rows(hearing_change)} == {1, 2}
    (file,) = setting.bench.rows(tables.hearing_file)
    assert file["version"] == setting.stamp.version


async def test_what_must_not_be_public_any_more_is_told_everybody_once(setting):
    """The public notice goes at once; then a person closes the doors, and all who come hear it."""
    await confirmed(setting)
    violence(setting.bench.intake)
    assert list((await follow(setting)).never_public) == [pb.PRIVATE_GROUND_FAMILY_VIOLENCE]
    (shown,) = setting.bench.rows(public_notice)
    assert shown["taken_down_at"] is not None
    await in_private(setting)
    told = told_of(setting, 2)
    assert {text for _, text in told} == {"hearing_private"}
    assert len(told) == len(told_of(setting, 1))
    assert setting.bench.facts()[-1] == "hearing.not_public"
    again = await setting.bench.refused(in_private(setting))
    assert again.reason == "HEARING_PRIVATE_ALREADY"


async def test_a_person_names_a_secret_or_privacy_that_no_registration_says(setting):
    """Without either the public stays; a ground of the registration is not for a person to say."""
    for ground in (0, pb.PRIVATE_GROUND_MINOR):
        refused = await setting.bench.refused(in_private(setting, ground))
        assert refused.reason == "HEARING_GROUND_MISSING"
    await in_private(setting, PRIVACY)
    assert setting.bench.facts()[-1] == "hearing.not_public"


async def test_another_unit_neither_follows_nor_closes(setting):
    """What it may not know of is missing."""
    other = stub(setting, setting.bench.other_unit)
    asked = pb.FollowRegistrationRequest(request_id=str(new_id()), case_id=setting.stamp.case_id)
    refused = await setting.bench.refused(other.FollowRegistration(asked))
    assert refused.reason == "HEARING_MISSING"
    wanted = pb.HoldInPrivateRequest(**setting.seen, ground=PRIVACY)
    refused = await setting.bench.refused(other.HoldInPrivate(wanted))
    assert refused.reason == "HEARING_MISSING"


def concluded(setting):
    """The hearing is over, by hand."""
    database = Database.open(setting.bench.database_url)
    with database.writer.begin() as connection:
        for table in (tables.hearing_file, tables.hearing):
            connection.execute(table.update().values(state="concluded"))
    database.close()


async def proposed(setting, words):
    """The refusal of a text: nothing was served, and nobody consented."""
    conclusions = conclusion_pb2_grpc.HearingConclusionServiceStub(setting.bench.line())
    request = conclusion_pb2.ProposePublicationRequest(
        **setting.seen, text=words, take_down_on="2026-12-20"
    )
    return await setting.bench.refused(conclusions.ProposePublication(request))


async def test_a_text_that_names_a_party_is_refused_by_the_server_without_the_name(setting):
    """Intake looks for it; the field is named. Without intake nothing is proposed."""
    concluded(setting)
    setting.bench.intake.names = {"周小满"}
    refused = await proposed(setting, "周小满的请求部分成立。")
    assert refused.fields["text"] == text("PUBLICATION_NAMES_SOMEBODY")
    assert "周小满" not in str(refused)
    assert "text" not in (await proposed(setting, "申请人的请求部分成立。")).fields
    setting.bench.intake.away = True
    assert (await proposed(setting, "申请人的请求部分成立。")).reason == "INTAKE_AWAY"
