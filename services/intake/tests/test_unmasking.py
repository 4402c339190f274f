"""Names and telephones are masked; seeing them is an act of a post that needs them, on record."""

import pytest

from intake.storage.tables import read_audit
from kernel.identity import Role
from lianxin.common.v1 import case_pb2 as common

NAME, PHONE = "周小满", "13800001234"


async def shown(front, case_id, role, **more):
    """The applicant as somebody of the unit with this one role is shown it."""
    return (await front.get(case_id, front.as_role(role), **more)).content.parties[0]


async def test_whoever_reads_sees_names_masked_until_asked(front):
    """Also the handler; what was read, by whom and why is on record before it is shown."""
    case_id = (await front.register()).stamp.case_id
    masked = await shown(front, case_id, Role.HANDLER)
    assert (masked.name, masked.phone, masked.masked) == ("周**", "138****1234", True)
    full = await shown(front, case_id, Role.HANDLER, unmask=True, why="约当事人到场")
    assert (full.name, full.phone, full.masked) == (NAME, PHONE, False)
    last = front.rows(read_audit)[-1]
    assert (last["fields"], last["reason"], last["caller"]) == (
        "content,parties",
        "约当事人到场",
        "somebody",
    )


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.JOINT_OFFICE, Role.POLITICAL_LEGAL])
async def test_posts_that_need_no_names_cannot_unmask(front, role):
    """They read the matter with names masked; asking for more is refused and nothing is shown."""
    case_id = (await front.register()).stamp.case_id
    assert (await shown(front, case_id, role)).masked
    asked = front.get(case_id, front.as_role(role), unmask=True, why="看看")
    assert (await front.refused(asked)).reason == "DENIED"
    assert all(row["reason"] != "看看" for row in front.rows(read_audit))


@pytest.mark.parametrize(
    ("role", "sees"), [(Role.REGISTRAR, True), (Role.TRIAGE, True), (Role.HANDLER, False)]
)
async def test_a_withheld_name_is_seen_at_the_counter_only(front, role, sees):
    """In the unit that took the matter down, by who meets residents; the handler sees none."""
    made = await front.register(identity=common.IDENTITY_MODE_WITHHELD)
    party = await shown(front, made.stamp.case_id, role, unmask=True, why="核对")
    assert (party.name == NAME) is sees
    assert party.masked is not sees
