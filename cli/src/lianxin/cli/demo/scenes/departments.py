"""Two departments say "not ours": one objection is upheld, one overruled. And one that circles."""

from datetime import UTC, datetime

from lianxin.cli.demo import acts
from lianxin.cli.demo.ledger import Registered
from lianxin.cli.demo.people import Clerk
from lianxin.cli.demo.scenes import plain
from lianxin.cli.demo.stage import Stage
from lianxin.routing.v1 import custody_pb2 as custody
from lianxin.routing.v1 import supervision_pb2 as supervision

DEPARTMENT = plain.MIDDLE


async def objections(stage: Stage, desk: Clerk, first: Registered, second: Registered) -> None:
    """The desk forwards two cases; both departments object; the desk decides both."""
    stage.screen.scene("scene.objection")
    await _objected(stage, desk, first, "u-anji-huanbao", upheld=True)
    await acts.held_by(desk, first.case_id)
    stage.screen.say("objection.back", unit=stage.title(desk.unit), no=first.case_no)
    await _objected(stage, desk, second, "u-anji-zirangziyuan", upheld=False)
    department = await stage.clerk("u-anji-zirangziyuan", *DEPARTMENT)
    await plain.sign(department, second.case_id)
    stage.screen.say("objection.signed", unit=stage.title(department.unit), no=second.case_no)


async def _objected(
    stage: Stage, desk: Clerk, case: Registered, unit: str, *, upheld: bool
) -> None:
    department = await stage.clerk(unit, *DEPARTMENT)
    await acts.known_to(desk, case.case_id)
    made = await forward(desk, case, unit)
    await acts.held_by(department, case.case_id)
    await acts.ask(
        department,
        department.custody.Object,
        custody.ObjectRequest(
            case_id=case.case_id, handoff_id=made.handoff_id, grounds="not_competent"
        ),
    )
    stage.screen.say("objection.raised", unit=stage.title(unit), no=case.case_no)
    await acts.ask(
        desk,
        desk.custody.DecideObjection,
        custody.DecideObjectionRequest(
            case_id=case.case_id,
            handoff_id=made.handoff_id,
            upheld=upheld,
            grounds="not_competent" if upheld else "competent_by_directory",
        ),
    )
    stage.screen.say("objection.upheld" if upheld else "objection.overruled", no=case.case_no)


async def forward(clerk: Clerk, case: Registered, unit: str) -> custody.ForwardResponse:
    """Hand sideways or down."""
    answer: custody.ForwardResponse = await acts.ask(
        clerk,
        clerk.custody.Forward,
        custody.ForwardRequest(case_id=case.case_id, to_unit=unit, reason="placement"),
    )
    return answer


async def circling(stage: Stage, desk: Clerk, case: Registered) -> None:
    """Desk → A → B → back to A: frozen; a joint conference designates the holder."""
    screen, units = stage.screen, ("u-anji-huanbao", "u-anji-nongye")
    screen.scene("scene.circling")
    first, second = [await stage.clerk(unit, *DEPARTMENT) for unit in units]
    await acts.known_to(desk, case.case_id)
    for sender, receiver in ((desk, first), (first, second)):
        await forward(sender, case, receiver.unit)
        await acts.held_by(receiver, case.case_id)
        screen.say("circling.passed", to=stage.title(receiver.unit), no=case.case_no)
    answer = await forward(second, case, first.unit)
    screen.say(
        "circling.frozen" if answer.frozen else "circling.not_frozen",
        unit=stage.title(second.unit),
        to=stage.title(first.unit),
        question=stage.title(answer.question_to) if answer.question_to else "—",
    )
    await _conference(stage, case, units, holder=first.unit)
    await acts.held_by(first, case.case_id)
    screen.say("circling.designated", unit=stage.title(first.unit), no=case.case_no)


async def _conference(
    stage: Stage, case: Registered, units: tuple[str, ...], *, holder: str
) -> None:
    """One sitting (一会通办): the joint office calls it and records what was decided."""
    office = await stage.clerk("u-anji-lianxiban", "joint_office")
    request = supervision.OpenConferenceRequest(
        kind="joint", site_id="s-anji", case_ids=[case.case_id], units=units, chair=office.staff_id
    )
    request.at.FromDatetime(datetime.now(UTC))
    opened = await acts.ask(office, office.supervision.OpenConference, request)
    await acts.ask(
        office,
        office.supervision.RecordConference,
        supervision.RecordConferenceRequest(
            conference_id=opened.conference_id,
            attended=units,
            decisions=[
                supervision.ConferenceDecision(
                    case_id=case.case_id, unit_id=holder, grounds="competent_by_directory"
                )
            ],
        ),
    )
    stage.screen.say("circling.conference", units="、".join(map(stage.title, units)))
