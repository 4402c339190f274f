"""Right after registration: where the matter belongs, confirmed by a person."""

import time
from typing import Any

from lianxin.cli import asking, output
from lianxin.cli.cases import MISSING, CaseSeen, in_custody, new_request_id
from lianxin.cli.errors import Remote
from lianxin.cli.session import Session
from lianxin.intake.v1.intake_service_pb2 import GetCaseRequest
from lianxin.routing.v1 import custody_pb2, directory_pb2

WAIT_S, PAUSE_S = 5.0, 0.2


def settle_placement(session: Session, case_id: str) -> None:
    """Show the proposed units and let the clerk decide, now or later."""
    seen = _arrived(session, case_id)
    proposed = _proposals(session, seen) if seen else []
    if seen is None or not proposed:
        output.line("register.placed_later")
        return
    output.line("register.placements")
    chosen = asking.choice([f"{one.title}  {one.text}" for one in proposed])
    if chosen is None:
        output.line("register.placed_later")
        return
    _confirm(session, seen, proposed[chosen].unit_id)


def _arrived(session: Session, case_id: str) -> CaseSeen | None:
    """The case as routing has it; it hears of it a moment after intake has stored it."""
    limit = time.monotonic() + WAIT_S
    while time.monotonic() < limit:
        try:
            return in_custody(session, case_id)
        except Remote as error:
            if error.reason not in MISSING:
                raise
        time.sleep(PAUSE_S)
    return None


def _proposals(session: Session, seen: CaseSeen) -> list[Any]:
    custody = seen.message
    matter = session.ask(session.intake.GetCase(GetCaseRequest(case_id=seen.case_id))).case.content
    request = directory_pb2.SuggestPlacementRequest(
        place_code=matter.place_code,
        category=custody.category,
        procedure=custody.procedure,
        purpose=matter.purpose,
        difficulty=custody.difficulty,
        colour=custody.colour,
        about_units=matter.about_units,
    )
    return list(session.ask(session.directory.SuggestPlacement(request)).placements)


def _confirm(session: Session, seen: CaseSeen, unit: str) -> None:
    request = custody_pb2.ConfirmPlacementRequest(
        request_id=new_request_id(), case_id=seen.case_id, seen=seen.seen, unit_id=unit
    )
    try:
        answer = session.ask(session.custody.ConfirmPlacement(request))
    except Remote as error:
        output.line("register.place_refused", text=error.message)
        return
    output.line("register.moved" if answer.handoff_id else "register.stays", unit=unit)
