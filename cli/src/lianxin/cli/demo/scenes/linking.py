"""Matters that belong together: told again, told by a neighbour, raised by a group."""

from kernel.ids import new_id
from lianxin.cli.demo import acts
from lianxin.cli.demo.ledger import Registered
from lianxin.cli.demo.people import Clerk
from lianxin.cli.demo.stage import Stage
from lianxin.common.v1 import case_pb2 as common
from lianxin.intake.v1 import case_pb2 as matter
from lianxin.intake.v1 import intake_service_pb2 as intake

PEOPLE = 26
MEMBERS = ("成员甲（示例）", "成员乙（示例）", "成员丙（示例）")
"""Some of them want to ask by themselves; who speaks for all was taken down at the counter."""


async def play(
    stage: Stage, desk: Clerk, first: Registered, again: Registered, neighbour: Registered
) -> None:
    """The same matter told again is merged; a neighbour's is linked and keeps its own number."""
    screen = stage.screen
    screen.scene("scene.linking")
    for case in (first, again, neighbour):
        await acts.known_to(desk, case.case_id)
    await _merge(desk, again, first)
    window = stage.resident(again.node).intake
    request = intake.TrackCaseRequest(case_no=again.case_no, query_code=again.query_code)
    told = await acts.call(window.TrackCase(request))
    screen.say("linking.merged", no=again.case_no, into=told.case_no)
    await acts.ask(
        desk,
        desk.intake.LinkCases,
        intake.LinkCasesRequest(
            case_id=neighbour.case_id, other_case_id=first.case_id, kind="same_matter"
        ),
    )
    screen.say("linking.linked", no=neighbour.case_no, other=first.case_no)


async def _merge(desk: Clerk, source: Registered, target: Registered) -> None:
    """Both are looked at first, so that two people merging crosswise cannot close both."""
    request = intake.MergeCasesRequest(
        request_id=str(new_id()), from_case_id=source.case_id, into_case_id=target.case_id
    )
    request.from_seen.CopyFrom(await _seen(desk, source))
    request.into_seen.CopyFrom(await _seen(desk, target))
    await acts.call(desk.intake.MergeCases(request))


async def _seen(desk: Clerk, case: Registered) -> common.Seen:
    return await acts.seen(desk, intake.GetCaseRequest(case_id=case.case_id))


async def group(stage: Stage, desk: Clerk, case: Registered, other: Registered) -> None:
    """A collective matter: how many they are, what the speakers may do, codes for members."""
    for one in (case, other):
        await acts.known_to(desk, one.case_id)
    people = [matter.Party(name=name, role=common.PARTY_ROLE_CONCERNED) for name in MEMBERS]
    answer = await acts.ask(
        desk,
        desk.intake.LinkGroup,
        intake.LinkGroupRequest(
            case_id=case.case_id,
            headcount=PEOPLE,
            members=[intake.GroupMember(party=party) for party in people],
            mandate="speak",
            case_ids=[other.case_id],
        ),
    )
    stage.screen.say("linking.group", no=case.case_no, people=PEOPLE, codes=len(answer.party_codes))
