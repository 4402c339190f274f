"""What somebody who is invited to help does: look what it is, answer, see that one matter."""

from collections.abc import Awaitable, Mapping
from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.cases import new_request_id
from lianxin.cli.commands.mediation_inviting import Number
from lianxin.cli.errors import BadInput, CommandFailed
from lianxin.cli.mediating.texts import text_of
from lianxin.cli.params import Case
from lianxin.cli.plain import plain
from lianxin.cli.session import Session, connected
from lianxin.cli.words import say, word
from lianxin.common.v1 import case_pb2 as common
from lianxin.common.v1 import invitation_pb2 as words
from lianxin.intake.v1 import reception_pb2 as receptions_pb
from lianxin.mediation.v1 import invitation_pb2 as sessions_pb

LINE = (
    "no",
    "case_no",
    "meeting",
    "invited_kind",
    "starts_at",
    "ends_at",
    "unit",
    "invitation_standing",
    "seen_until",
)
PARTIES = ("party_role", "name")
REQUESTS = ("request_no", "text")
SESSIONS = ("no", "session_kind", "starts_at", "ends_at", "place", "seen_until")
RECEPTIONS = ("no", "starts_at", "ends_at", "place", "seen_until")
PROTOCOLS = {"session": sessions_pb, "reception": receptions_pb}
"""Where the requests of each kind of meeting are defined."""
Text = Annotated[str, typer.Option("--text", help=say("opt.undertaking"))]
Row = Mapping[str, Any]


def _doors(session: Session) -> dict[str, Any]:
    """Who invites, by what to."""
    return {"session": session.session_invitations, "reception": session.receptions}


def _own(session: Session) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Every invitation, with what it is to, and what is to be undertaken."""
    rows: list[dict[str, Any]] = []
    undertaking: dict[str, Any] = {}
    for meeting, door in _doors(session).items():
        found = plain(session.ask(_call(door, meeting, "List{}Invitations")))
        rows += [one | {"meeting": meeting} for one in found["invitations"]]
        undertaking = found["undertaking"]
    return rows, undertaking


def _call(door: Any, meeting: str, rpc: str, **said: Any) -> Awaitable[Any]:
    """One call at the service that invites to such a meeting."""
    name = rpc.format(meeting.capitalize())
    request = getattr(PROTOCOLS[meeting], f"{name}Request")(**said)
    call: Awaitable[Any] = getattr(door, name)(request)
    return call


def list_invited() -> None:
    """What you are invited to, until when you see it, and what you undertake first."""
    with connected() as session:
        rows, undertaking = _own(session)
    shut = {one["shut"]: text_of(one["shut"]) for one in rows if one["shut"]}
    data = {"invitations": rows, "undertaking": undertaking, "shut": shut}
    output.show(data, lambda: _people(rows, undertaking))


def _people(rows: list[dict[str, Any]], undertaking: Row) -> None:
    output.table([_line(one) for one in rows], LINE)
    for one in rows:
        if one["shut"]:
            output.line("invited.shut", case_no=one["case_no"], text=text_of(one["shut"]))
    output.line("invited.undertaking", version=undertaking["version"], text=undertaking["text"])


def _line(one: Row) -> dict[str, Any]:
    return {
        **one,
        "meeting": word("meeting", one["meeting"]),
        "invited_kind": word("invited_kind", one["kind"]),
        "invitation_standing": word("invitation_standing", one["standing"]),
        "unit": one["unit_id"],
    }


def accept(case: Case, number: Number = 0, *, text: Text = "") -> None:
    """Accept, and undertake to keep what you see and hear to yourself."""
    _answer(case, number, words.INVITATION_ANSWER_ACCEPT, text)


def decline(case: Case, number: Number = 0) -> None:
    """Decline an invitation."""
    _answer(case, number, words.INVITATION_ANSWER_DECLINE, "")


def recuse(case: Case, number: Number = 0) -> None:
    """Step back: you have to do with the matter or with a party."""
    _answer(case, number, words.INVITATION_ANSWER_RECUSE, "")


def _answer(case: str, number: int, said: Any, text: str) -> None:
    with connected() as session:
        rows, undertaking = _own(session)
        one = _meant(rows, case, number)
        accepted = said == words.INVITATION_ANSWER_ACCEPT
        meeting = one["meeting"]
        given = {
            "request_id": new_request_id(),
            "case_id": one["case_id"],
            "no": one["no"],
            "answer": said,
            "undertaking_version": (text or undertaking["version"]) if accepted else "",
            **_seen(one),
        }
        door = _doors(session)[meeting]
        answer = session.ask(_call(door, meeting, "Answer{}Invitation", **given))
    data = plain(answer)
    output.show(data, lambda: output.line("done.invited_own", case_no=one["case_no"]))


def _seen(one: Row) -> dict[str, Any]:
    """Epoch and version as the service that invites takes them."""
    stood = {"epoch": one["epoch"], "version": one["version"]}
    return stood if one["meeting"] == "session" else {"seen": common.Seen(**stood)}


def _meant(rows: list[dict[str, Any]], case: str, number: int) -> dict[str, Any]:
    """The invitation that is meant: by id or number of the case, or by how that ends.

    Raises:
        CommandFailed: there is none.
        BadInput: there are several.
    """
    found = [
        one
        for one in rows
        if (case == one["case_id"] or one["case_no"].endswith(case)) and number in {0, one["no"]}
    ]
    if not found:
        raise CommandFailed("INVITATION_NOT_FOUND", case=case[:40])
    if len({(one["case_id"], one["no"]) for one in found}) > 1:
        shown = ", ".join(f"{one['case_no']} {one['no']}" for one in found)
        raise BadInput("NAME_ONE", field="--invited", ids_shown=shown)
    return found[0]


def show(case: Case) -> None:
    """The matter you are invited to help with; the reading is on record."""
    with connected() as session:
        one = _to_show(_own(session)[0], case)
        meeting = one["meeting"]
        asked = {"case_id": one["case_id"]}
        data = plain(session.ask(_call(_doors(session)[meeting], meeting, "GetInvited{}", **asked)))
    output.show(data, lambda: _matter(data))


def _to_show(rows: list[dict[str, Any]], case: str) -> dict[str, Any]:
    """The invitation to see a case by: one that is open before one that is not.

    Raises:
        CommandFailed: there is none.
        BadInput: several cases are meant.
    """
    found = [one for one in rows if case == one["case_id"] or one["case_no"].endswith(case)]
    if not found:
        raise CommandFailed("INVITATION_NOT_FOUND", case=case[:40])
    if len({one["case_id"] for one in found}) > 1:
        shown = ", ".join(sorted({one["case_no"] for one in found}))
        raise BadInput("NAME_ONE", field="CASE", ids_shown=shown)
    return min(found, key=lambda one: bool(one["shut"]))


def _matter(data: Row) -> None:
    matter = data["matter"]
    output.card({"case_no": matter["case_no"], "category": word("category", matter["category"])})
    parties = [
        {"party_role": word("party_role", one["role"]), "name": one["name"]}
        for one in matter["parties"]
    ]
    output.table(parties, PARTIES, title=output.heading("participants"))
    requests = [{"request_no": one["no"], "text": one["text"]} for one in matter["requests"]]
    output.table(requests, REQUESTS, title=output.heading("claims"))
    if matter["narrative"]:
        output.line("invited.narrative", text=matter["narrative"])
    if data.get("facts"):
        output.line("mediation.facts", text=data["facts"])
    if "sessions" in data:
        sessions = [
            one | {"session_kind": word("session_kind", one["kind"])} for one in data["sessions"]
        ]
        output.table(sessions, SESSIONS, title=output.heading("sessions"))
    else:
        output.table(data["receptions"], RECEPTIONS, title=output.heading("receptions"))
