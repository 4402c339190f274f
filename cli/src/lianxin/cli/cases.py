"""Naming a case: by number, by id, or by the end of its number when only one ends so."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kernel.ids import new_id
from lianxin.cli.errors import BadInput, CommandFailed, Remote
from lianxin.cli.session import Session
from lianxin.common.v1.case_pb2 import Seen
from lianxin.intake.v1 import intake_service_pb2 as intake_pb
from lianxin.routing.v1 import custody_pb2 as custody_pb
from lianxin.routing.v1 import worklist_pb2 as worklist_pb

PAGES, PAGE = 10, 200
SHOWN = 8
MISSING = frozenset({"CASE_MISSING", "NOT_FOUND", "CUSTODY_MISSING", "CASE_UNKNOWN"})
CHANGED = frozenset({"STALE_VERSION", "CUSTODY_MOVED"})
STATES = ("held", "releasing", "out", "ended")


@dataclass(frozen=True, slots=True)
class CaseSeen:
    """A case as it was seen before it is changed."""

    case_id: str
    case_no: str
    seen: Seen
    message: Any

    def words(self) -> dict[str, object]:
        """What to show of it when somebody else was faster."""
        return {"case_no": self.case_no, "epoch": self.seen.epoch, "version": self.seen.version}


def new_request_id() -> str:
    """A fresh id, so that a repeat within the call is answered once."""
    return str(new_id())


def in_custody(session: Session, text: str) -> CaseSeen:
    """The case with epoch and version as routing has them."""
    custody = _custody(session, text)
    seen = Seen(epoch=custody.epoch, version=custody.version)
    return CaseSeen(custody.case_id, custody.case_no, seen, custody)


def in_intake(session: Session, text: str) -> CaseSeen:
    """The case with epoch and version as intake has them."""
    request = intake_pb.GetCaseRequest(**_named(text))
    try:
        case = session.ask(session.intake.GetCase(request)).case
    except Remote as error:
        if error.reason not in MISSING or is_id(text):
            raise
        found = by_ending(session, text)
        case = session.ask(session.intake.GetCase(intake_pb.GetCaseRequest(case_id=found))).case
    return CaseSeen(case.case_id, case.case_no, Seen(epoch=case.epoch, version=case.version), case)


def case_id(session: Session, text: str) -> str:
    """The id of a case."""
    return text if is_id(text) else str(_custody(session, text).case_id)


def is_id(text: str) -> bool:
    """Whether this is a case id."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def by_ending(session: Session, text: str) -> str:
    """The id of the only case in the caller's lists whose number ends so.

    Raises:
        CommandFailed: there is none.
        BadInput: there are several; the text names some.
    """
    wanted = text.strip().upper()
    lines = [line for line in _lines(session) if line.case_no.endswith(wanted)]
    if not lines:
        raise CommandFailed("CASE_NOT_FOUND", case=text[:40])
    if len(lines) > 1:
        numbers = ", ".join(line.case_no for line in lines[:SHOWN])
        raise BadInput("CASE_AMBIGUOUS", field="CASE", count=len(lines), numbers=numbers)
    return str(lines[0].case_id)


def _custody(session: Session, text: str) -> Any:
    request = custody_pb.GetCustodyRequest(**_named(text))
    try:
        return session.ask(session.custody.GetCustody(request)).custody
    except Remote as error:
        if error.reason not in MISSING or is_id(text):
            raise
    request = custody_pb.GetCustodyRequest(case_id=_resolved(session, text))
    return session.ask(session.custody.GetCustody(request)).custody


def _resolved(session: Session, text: str) -> str:
    """By intake, which knows merged numbers too, else by the end of the number."""
    try:
        request = intake_pb.GetCaseRequest(case_no=text.strip())
        return str(session.ask(session.intake.GetCase(request)).case.case_id)
    except Remote as error:
        if error.reason not in MISSING:
            raise
    return by_ending(session, text)


def _named(text: str) -> dict[str, Any]:
    return {"case_id": text} if is_id(text) else {"case_no": text.strip()}


def _lines(session: Session) -> list[Any]:
    found: list[Any] = []
    token = ""
    for _ in range(PAGES):
        request = worklist_pb.ListWorkRequest(
            filter=worklist_pb.WorkFilter(states=STATES), page_size=PAGE, page_token=token
        )
        page = session.ask(session.worklist.ListWork(request))
        found += page.lines
        token = page.next_page_token
        if not token:
            break
    return found
