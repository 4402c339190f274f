"""A body that will never run Lianxin answers by letter; an accusation nobody else can see."""

import json
from collections.abc import Awaitable
from typing import Any

from kernel.sealing.box import open_with
from lianxin.cli.demo import acts
from lianxin.cli.demo.acts import in_days
from lianxin.cli.demo.ledger import Registered
from lianxin.cli.demo.people import Clerk, Refused
from lianxin.cli.demo.stage import Stage
from lianxin.cli.demo.world import DISCIPLINE
from lianxin.intake.v1 import intake_service_pb2 as intake
from lianxin.routing.v1 import custody_pb2 as custody

BODY = "o-anji-arbitration"


async def letter(stage: Stage, desk: Clerk, case: Registered) -> None:
    """Referred by letter, received, answered; the desk goes on telling the resident."""
    screen = stage.screen
    screen.scene("scene.letter")
    await acts.known_to(desk, case.case_id)
    sent = await acts.ask(
        desk,
        desk.custody.ReferOut,
        custody.ReferOutRequest(
            case_id=case.case_id,
            outside_unit=BODY,
            due_on=in_days(15),
            letter_no=f"{screen.day()[:4]}-1",
        ),
    )
    title = next(body.title for body in stage.directory.file.outside if body.id == BODY)
    screen.say("letter.sent", body=title, no=case.case_no)
    await written_back(desk, case.case_id, sent.referral_id, "已立案。")
    found = await acts.custody_of(desk, case.case_id)
    screen.say(
        "letter.answered",
        state=screen.word("referral", found.referrals[0].state),
        unit=found.holder_title,
    )


async def written_back(desk: Clerk, case_id: str, referral_id: str, answer: str) -> None:
    """The body outside has the letter, and writes back; the holder records both."""
    for state in ("received", "answered"):
        await acts.ask(
            desk,
            desk.custody.RecordReferral,
            custody.RecordReferralRequest(
                case_id=case_id,
                referral_id=referral_id,
                state=state,
                answer=answer if state == "answered" else "",
            ),
        )


async def sealed(stage: Stage, cases: list[Registered], others: list[Clerk]) -> None:
    """Everybody else is refused; the discipline window opens it with its own key."""
    screen = stage.screen
    screen.scene("scene.sealed")
    case = cases[0]
    for clerk in others:
        show = clerk.intake.GetCase(intake.GetCaseRequest(case_id=case.case_id))
        track = clerk.custody.GetCustody(custody.GetCustodyRequest(case_id=case.case_id))
        screen.say(
            "sealed.refused",
            who=clerk.staff_id,
            unit=stage.title(clerk.unit),
            content=await _what_is_seen(show),
            custody=await acts.refused_with(track) or "—",
        )
    window = await stage.clerk(DISCIPLINE, "discipline")
    answer = await acts.call(window.intake.GetCase(intake.GetCaseRequest(case_id=case.case_id)))
    opened = json.loads(open_with(stage.world.sealing_key, answer.case.sealed_content))
    screen.say(
        "sealed.opened",
        unit=stage.title(DISCIPLINE),
        size=len(answer.case.sealed_content),
        fields=len(opened),
    )


async def _what_is_seen(call: Awaitable[Any]) -> str:
    """The reason of the refusal, or how much was shown."""
    try:
        answer = await acts.call(call)
    except Refused as refused:
        return refused.reason
    return f"{answer.case.shown or 'HEADER'}/{len(answer.case.content.narrative)}"
