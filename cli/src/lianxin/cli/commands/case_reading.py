"""Reading one case: everything, its log, who read it, and what the resident is told."""

from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.cases import MISSING, case_id, in_custody
from lianxin.cli.errors import Remote
from lianxin.cli.paging import listed
from lianxin.cli.params import Case, Limit
from lianxin.cli.plain import plain
from lianxin.cli.session import Session, connected
from lianxin.cli.words import say, word
from lianxin.intake.v1 import intake_service_pb2 as intake_pb
from lianxin.routing.v1 import custody_pb2 as pb

SESSIONS = ("starts_at", "text")
HEAD = (
    "case_no",
    "state",
    "holder_title",
    "holder_phone",
    "signed",
    "handler",
    "colour",
    "progress",
    "difficulty",
    "procedure",
    "category",
    "lead_officer",
    "frozen",
    "freeze_reason",
    "backlog",
    "pending",
    "ending",
    "registered_at",
    "as_of",
)
LISTS = {
    "dues": ("clock", "due_on", "state", "whose", "explanation"),
    "handovers": ("at", "kind", "from_unit", "to_unit", "state", "signed", "objection", "due_on"),
    "cohandlings": ("unit_id", "task", "due_on", "state", "cohandling_id"),
    "supervisions": ("at", "level", "unit_id", "due_on", "state", "supervision_id"),
    "referrals": ("outside_unit", "letter_no", "due_on", "state", "referral_id"),
}
ENTRY = ("at", "text", "unit", "actor")
WRITTEN = ("at", "written", "unit", "actor", "text", "open", "about")


def show_case(
    case: Case,
    unmask: Annotated[bool, typer.Option("--unmask", help=say("opt.unmask"))] = False,
    why: Annotated[str, typer.Option("--why", help=say("opt.unmask_why"))] = "",
) -> None:
    """Holder, clocks, hand-overs, and the matter as far as you may read it."""
    with connected() as session:
        seen = in_custody(session, case)
        matter = _matter(session, seen.case_id, unmask=unmask, why=why)
        texts = _writings(session, seen.case_id)
        into = _merged_into(session, matter)
    data = {
        "custody": plain(seen.message),
        "case": matter,
        "writings": texts,
        "merged_into_no": into,
    }
    output.show(data, lambda: _people(data))


def _matter(session: Session, case: str, *, unmask: bool, why: str) -> dict[str, Any] | None:
    """The matter; None for a case of which only the header is here."""
    request = intake_pb.GetCaseRequest(case_id=case, unmask=unmask, why=why)
    try:
        return plain(session.ask(session.intake.GetCase(request)).case)
    except Remote as error:
        if error.reason in MISSING:
            return None
        raise


def _merged_into(session: Session, matter: dict[str, Any] | None) -> str:
    """The number of the case that took this one in; empty for one of its own."""
    if not matter or not matter["merged_into"]:
        return ""
    return in_custody(session, matter["merged_into"]).case_no


def _writings(session: Session, case: str) -> list[dict[str, Any]]:
    """Notes, reports and answers; none for somebody who may not read content."""
    try:
        answer = session.ask(session.custody.ListWritings(pb.ListWritingsRequest(case_id=case)))
    except Remote as error:
        if error.reason in {*MISSING, "DENIED"}:
            return []
        raise
    return [plain(one) for one in answer.writings]


def _people(data: dict[str, Any]) -> None:
    custody, case = data["custody"], data["case"]
    if data["merged_into_no"]:
        output.line("case.merged_into", number=data["merged_into_no"])
    output.card({name: custody[name] for name in HEAD if custody[name] not in ("", False, None)})
    if case and case["content"]:
        _content(case)
    for name, columns in LISTS.items():
        if custody[name]:
            output.table(custody[name], columns, title=output.heading(name))
    if data["writings"]:
        rows = [one | {"written": one["kind"]} for one in data["writings"]]
        output.table(rows, WRITTEN, title=output.heading("writings"))


def _content(case: dict[str, Any]) -> None:
    content = case["content"]
    shown = ("channel", "identity", "received_at", "place_text", "narrative")
    output.card({name: content[name] for name in shown if content[name]})
    for name, columns in (
        ("parties", ("role", "name", "phone", "living_place", "party_id")),
        ("requests", ("no", "text", "finding", "answer")),
    ):
        rows = [one | {"role": word("party_role", one.get("role", ""))} for one in content[name]]
        if rows:
            output.table(rows, columns, title=output.heading(name))
    if case["attachments"]:
        columns = ("filename", "size", "stored_at", "attachment_id")
        output.table(case["attachments"], columns, title=output.heading("attachments"))


def track(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help=say("opt.number"))],
    code: Annotated[str, typer.Argument(metavar="CODE", help=say("opt.code"))],
) -> None:
    """What the resident is told: who holds it and until when."""
    with connected(login=False) as session:
        request = intake_pb.TrackCaseRequest(case_no=number, query_code=code)
        answer = plain(session.ask(session.intake.TrackCase(request)))

    def people() -> None:
        shown = ("case_no", "state_text", "holder_title", "holder_phone", "until", "as_of")
        output.card({name: answer[name] for name in shown if answer[name]})
        output.table(answer["steps"], ("at", "text", "unit"))
        if answer["sessions"]:
            output.table(answer["sessions"], SESSIONS, title=output.heading("sessions"))
        for notice in answer["notices"]:
            output.line("track.notice", text=notice)

    output.show(answer, people)


def log(case: Case, limit: Limit = 200) -> None:
    """The log of a case (办理记录)."""
    with connected() as session:
        wanted = pb.GetLogRequest(case_id=case_id(session, case))
        lines, more = listed(session, session.custody.GetLog, wanted, limit, "entries")
    entries = [plain(entry) for entry in lines]
    data = {"case_id": wanted.case_id, "entries": entries, "more": more}
    output.show(data, lambda: output.table(entries, ENTRY))


def reads(case: Case, limit: Limit = 200) -> None:
    """Who read personal fields of a case."""
    with connected() as session:
        wanted = intake_pb.ListReadsRequest(case_id=case_id(session, case))
        lines, more = listed(session, session.intake.ListReads, wanted, limit, "reads")
    found = [plain(read) for read in lines]
    data = {"case_id": wanted.case_id, "reads": found, "more": more}
    output.show(data, lambda: output.table(found, ("at", "reader", "unit", "fields", "why")))
