"""What intake tells the other services of the node about a registration."""

import pytest

from intake.storage.tables import read_audit
from kernel.ids import new_id
from lianxin.common.v1 import case_pb2 as common
from lianxin.intake.v1 import case_pb2 as case
from lianxin.intake.v1 import registration_pb2 as pb
from lianxin.intake.v1 import registration_pb2_grpc as registration_grpc

CHILD = case.Party(role=common.PARTY_ROLE_APPLICANT, name="周小满", help_flags=["minor"])
SCHOOL = case.Party(
    role=common.PARTY_ROLE_RESPONDENT,
    kind=common.PARTY_KIND_ORGANISATION,
    name="一所学校（示例）",
    unit_id="s-lingfeng",
)
BEATEN = "丈夫喝了酒打我，还说要砍人，我带着孩子躲到了娘家。"


def told(front, case_id, caller=None):
    """The registration as a service is told of it."""
    stub = registration_grpc.RegistrationServiceStub(front.line(caller or front.routing))
    return stub.GetRegistration(pb.GetRegistrationRequest(case_id=case_id))


async def test_ids_and_codes_of_a_registration_are_told_and_the_reading_is_on_record(front):
    """Roles, kinds, units, who is a minor, numbers of requests; nothing that says who it is."""
    texts = [case.Request(text="赔医药费"), case.Request(text="道歉")]
    made = await front.register(parties=[CHILD, SCHOOL], requests=texts, about_units=["s-dipu"])
    answer = await told(front, made.stamp.case_id)
    child, school = answer.parties
    assert (child.role, child.minor) == (common.PARTY_ROLE_APPLICANT, True)
    assert (school.kind, school.unit_id) == (common.PARTY_KIND_ORGANISATION, "s-lingfeng")
    assert (list(answer.request_nos), list(answer.about_units)) == ([1, 2], ["s-dipu"])
    assert answer.green_channel
    assert answer.category
    assert CHILD.name not in str(answer)
    [read] = front.rows(read_audit)
    assert (read["method"], read["fields"]) == ("GetRegistration", "help_flags")


@pytest.mark.parametrize("mode", [common.IDENTITY_MODE_NAMED, common.IDENTITY_MODE_ANONYMOUS])
async def test_how_far_the_resident_is_named_is_told(front, mode):
    """So that nobody calls a named case anonymous."""
    named = mode == common.IDENTITY_MODE_NAMED
    made = await front.register(identity=mode, parties=[CHILD] if named else [])
    assert (await told(front, made.stamp.case_id)).identity == mode


async def test_flags_that_the_words_suggest_are_told(front):
    """Family violence and danger, as the rules found them; nobody confirms them first."""
    made = await front.register(narrative=BEATEN)
    answer = await told(front, made.stamp.case_id)
    assert {"family_violence", "police_duty"} <= set(answer.flags)


@pytest.mark.parametrize("known", [False, True])
async def test_nothing_is_told_to_staff_or_of_a_case_that_is_not_here(front, known):
    """Services only; an id that nobody registered is missing."""
    made = await front.register()
    case_id = made.stamp.case_id if known else str(new_id())
    refused = await front.refused(told(front, case_id, front.clerk if known else None))
    assert refused.reason == ("DENIED" if known else "CASE_MISSING")


def matter(front, case_id, caller=None):
    """The matter as somebody who was invited is told of it."""
    stub = registration_grpc.RegistrationServiceStub(front.line(caller or front.routing))
    return stub.GetMatter(pb.GetMatterRequest(case_id=case_id, account="lawyer.qian"))


@pytest.mark.parametrize("mode", [common.IDENTITY_MODE_NAMED, common.IDENTITY_MODE_WITHHELD])
async def test_the_invited_are_told_names_and_words_but_nothing_to_reach_anybody_by(front, mode):
    """No telephone, no address; who asked not to be named is not; the account is on record."""
    asking = case.Party(
        role=common.PARTY_ROLE_APPLICANT,
        name="周小满",
        phone="13900005555",
        living_place="昌硕街道某某路7号",
    )
    texts = [case.Request(text="赔医药费")]
    made = await front.register(identity=mode, parties=[asking, SCHOOL], requests=texts)
    answer = (await matter(front, made.stamp.case_id)).matter
    named = mode == common.IDENTITY_MODE_NAMED
    assert [one.name for one in answer.parties] == ["周小满" if named else "", SCHOOL.name]
    assert [one.text for one in answer.requests] == ["赔医药费"]
    assert answer.narrative
    assert "13900005555" not in str(answer)
    assert "某某路" not in str(answer)
    assert front.rows(read_audit)[-1]["reason"] == "invited lawyer.qian"
    refused = await front.refused(matter(front, made.stamp.case_id, front.clerk))
    assert refused.reason == "DENIED"


def checked(front, case_id, caller=None, **texts):
    """Fields of these texts that name a party."""
    stub = registration_grpc.RegistrationServiceStub(front.line(caller or front.routing))
    return stub.CheckText(pb.CheckTextRequest(case_id=case_id, texts=texts))


async def test_a_text_is_checked_for_names_of_parties_and_no_name_leaves(front):
    """Also who is withheld or a minor; a unit is no secret; that names were read is on record."""
    named = {"parties": [CHILD, SCHOOL], "identity": common.IDENTITY_MODE_WITHHELD}
    made = await front.register(**named)
    texts = {"text": "周 小满的请求成立。", "title": "一所学校（示例）的排水沟", "note": "周某"}
    answer = await checked(front, made.stamp.case_id, **texts)
    assert list(answer.naming) == ["text"]
    assert CHILD.name not in str(answer)
    [read] = front.rows(read_audit)
    assert (read["method"], read["fields"]) == ("CheckText", "parties")


@pytest.mark.parametrize(
    "texts",
    [{}, {"text": "字" * 50_001}, {"": "字"}, {f"t{no}": "字" for no in range(21)}],
)
async def test_texts_that_are_none_too_many_or_too_long_are_not_checked(front, texts):
    """Nothing is opened for them; nor for staff."""
    made = await front.register(parties=[CHILD])
    refused = await front.refused(checked(front, made.stamp.case_id, **texts))
    assert set(refused.fields) == {"texts"}
    assert front.rows(read_audit) == []
    refused = await front.refused(checked(front, made.stamp.case_id, front.clerk, text="字"))
    assert refused.reason == "DENIED"
