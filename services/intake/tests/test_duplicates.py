from intake.storage.tables import case_feature, read_audit
from lianxin.common.v1 import case_pb2 as common
from lianxin.intake.v1 import case_pb2 as case
from lianxin.intake.v1 import intake_service_pb2 as pb


def told_by(name, phone):
    """An applicant."""
    role = common.PARTY_ROLE_APPLICANT
    return [case.Party(role=role, name=name, phone=phone, living_place="安吉县昌硕街道")]


async def test_the_same_matter_told_again_is_shown_as_a_possible_duplicate(front):
    """By the same person and by others, with the reason; it is on record; nothing is merged."""
    first = await front.register()
    again = await front.register()
    assert [(d.case_no, d.reason) for d in again.duplicates] == [
        (first.stamp.case_no, "same_person_same_matter")
    ]
    other = await front.register(parties=told_by("钱多多", "13600009999"))
    assert {d.reason for d in other.duplicates} == {"others_same_matter"}
    assert {row["method"] for row in front.rows(read_audit)} == {"FindDuplicates"}
    assert not first.duplicates


async def test_another_matter_of_the_same_person_is_no_duplicate(front):
    """Nobody's matters are listed by name: sharing the person alone finds nothing."""
    await front.register()
    other = await front.register(narrative="工厂拖欠我三个月工资，一直不给。")
    assert not other.duplicates


async def test_duplicates_are_sought_in_the_own_subtree_only(front):
    """A neighbouring township is not shown what the other has registered."""
    await front.register()
    neighbour = await front.register(front.other_unit)
    assert not neighbour.duplicates
    county = await front.register(front.county)
    assert len(county.duplicates) == 2


async def test_a_suggestion_stores_nothing(front):
    """SuggestCase proposes fields and duplicates for a draft that is not complete yet."""
    await front.register()
    before = len(front.rows(case_feature))
    draft = front.draft(channel=common.CHANNEL_UNSPECIFIED)
    answer = await front.intake(front.clerk).SuggestCase(pb.SuggestCaseRequest(draft=draft))
    assert {one.field for one in answer.suggestions} >= {"category", "procedure", "purpose"}
    assert len(answer.duplicates) == 1
    assert len(front.rows(case_feature)) == before


async def test_what_the_clerk_has_said_counts_as_confirmed(front):
    """A category given at the counter is kept, beside what the rules would have proposed."""
    made = await front.register(category="water")
    (about,) = [s for s in made.suggestions if s.field == "category"][:1]
    assert (about.confirmed, about.confirmed_by) == ("water", "clerk")
    assert (await front.get(made.stamp.case_id)).content.category == "water"
