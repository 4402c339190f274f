"""The open cases of a unit with everything that one of its people may read of them."""

from typing import Any

from lianxin.cli.errors import Remote
from lianxin.cli.plain import plain
from lianxin.cli.session import Session
from lianxin.intake.v1 import intake_service_pb2 as intake
from lianxin.mediation.v1 import file_pb2
from lianxin.mediation.v1 import mediation_service_pb2 as mediation
from lianxin.routing.v1 import custody_pb2 as custody
from lianxin.routing.v1 import worklist_pb2 as worklist

PAGE = 200
ON_THE_ROAD = ("participants", "sessions", "agreements", "duties")
SEALED_OF_A_SESSION = ("place", "record", "invited")
NOT_THERE = frozenset({"CASE_MISSING", "MEDIATION_MISSING", "NOT_FOUND", "SERVICE_NOT_KNOWN"})


def gathered(session: Session, unit: str, why: str) -> list[dict[str, Any]]:
    """Each open case that the unit holds; personal fields unmasked only for a reason."""
    return [_case(session, plain(line), why) for line in _lines(session, unit)]


def _lines(session: Session, unit: str) -> list[Any]:
    wanted = worklist.WorkFilter(unit_id=unit, states=("held",))
    lines: list[Any] = []
    token = ""
    while True:
        request = worklist.ListWorkRequest(filter=wanted, page_size=PAGE, page_token=token)
        page = session.ask(session.worklist.ListWork(request))
        lines += page.lines
        token = page.next_page_token
        if not token:
            return lines


def _case(session: Session, line: dict[str, Any], why: str) -> dict[str, Any]:
    case_id = line["case_id"]
    held = session.ask(session.custody.GetCustody(custody.GetCustodyRequest(case_id=case_id)))
    seen = {"routing": (held.custody.epoch, held.custody.version)}
    found: dict[str, Any] = {
        "case_id": case_id,
        "case_no": line["case_no"],
        "line": line,
        "custody": plain(held.custody),
        "seen": seen,
    }
    content = intake.GetCaseRequest(case_id=case_id, unmask=bool(why), why=why)
    case = _unless_absent(session, session.intake.GetCase(content))
    if case is not None:
        found["case"], seen["intake"] = plain(case.case), (case.case.epoch, case.case.version)
    asked = session.mediation.GetMediation(mediation.GetMediationRequest(case_id=case_id))
    there = _unless_absent(session, asked)
    if there is not None:
        found["mediation"] = plain(there.mediation) | _file(session, case_id, why)
        seen["mediation"] = (there.mediation.epoch, there.mediation.version)
    return found


def _file(session: Session, case_id: str, why: str) -> dict[str, Any]:
    """Parties, sessions, terms and duties that acts are about; their words only for a reason."""
    asked = session.mediation_file.GetFile(file_pb2.GetFileRequest(case_id=case_id, why=why))
    answer = _unless_absent(session, asked)
    if answer is None:
        return {}
    for session_on_file in () if why else answer.file.sessions:
        _without(session_on_file, SEALED_OF_A_SESSION)
    for agreement in () if why else answer.file.agreements:
        agreement.ClearField("texts")
        for term in agreement.terms:
            term.ClearField("what")
    file = plain(answer.file)
    return {part: file[part] for part in ON_THE_ROAD if part in file}


def _without(message: Any, fields: tuple[str, ...]) -> None:
    for field in fields:
        message.ClearField(field)


def _unless_absent(session: Session, call: Any) -> Any:
    """The answer; None where the service has nothing of the case, or nothing for this person."""
    try:
        return session.ask(call)
    except Remote as refused:
        if refused.reason in NOT_THERE | {"DENIED"}:
            return None
        raise
