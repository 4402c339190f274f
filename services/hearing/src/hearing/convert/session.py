"""Requests of the hearing day as commands."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from hearing.commands import session as todo
from hearing.convert import session_words as words
from hearing.convert.fields import REASON, Fields
from hearing.domain import attendees
from hearing.domain.session_words import Came, EvidenceKind, Signing, Stage
from kernel.ids import IdInvalid, parse_id
from lianxin.hearing.v1 import session_pb2 as pb

Read = tuple[UUID, Any]
"""The request id, and the command."""
SPEECH, TITLE, MINUTES, MEMBERS = 10_000, 200, 100_000, 1_000


def attendee(fields: Fields, field: str, text: str) -> str:
    """`member:NO` or `party:UUID`, in the one way it is written."""
    try:
        if text.startswith(attendees.PARTY):
            return attendees.party(parse_id(text.removeprefix(attendees.PARTY)))
    except IdInvalid:
        fields.note(field, "MALFORMED")
        return text
    no = (
        attendees.member_no(text)
        if len(text) <= len(attendees.MEMBER) + len(str(MEMBERS))
        else None
    )
    if no is None:
        fields.note(field, "MALFORMED" if text else "REQUIRED")
        return text
    return attendees.member(no)


def _came(fields: Fields, rows: Any) -> Mapping[str, Came]:
    fields.few("came", len(rows))
    found: dict[str, Came] = {}
    for at, row in enumerate(rows):
        who = attendee(fields, f"came[{at}].attendee", row.attendee)
        if who in found:
            fields.note(f"came[{at}].attendee", "MALFORMED")
        found[who] = fields.word(f"came[{at}].came", words.CAME, row.came) or Came.ABSENT
    if not rows:
        fields.note("came", "REQUIRED")
    return found


def open_hearing(request: pb.OpenHearingRequest) -> Read:
    """Who came, and that recusal was asked."""
    fields = Fields()
    request_id, case_id, seen = fields.on_case(request)
    command = todo.OpenHearing(case_id, seen, _came(fields, request.came), request.recusal_asked)
    fields.check()
    return request_id, command


def note_attendance(request: pb.NoteAttendanceRequest) -> Read:
    """Who comes later, or leaves."""
    fields = Fields()
    request_id, case_id, seen = fields.on_case(request)
    command = todo.NoteAttendance(case_id, seen, _came(fields, request.came))
    fields.check()
    return request_id, command


def recuse_member(request: pb.RecuseMemberRequest) -> Read:
    """Who should step back, who asks, what was decided."""
    fields = Fields()
    request_id, case_id, seen = fields.on_case(request)
    reserve = fields.number("reserve_no", request.reserve_no, 0, MEMBERS)
    command = todo.RecuseMember(
        case_id,
        seen,
        fields.number("member_no", request.member_no, 1, MEMBERS),
        attendee(fields, "attendee", request.attendee),
        request.upheld,
        fields.needed("reasons", request.reasons, REASON),
        reserve or None,
    )
    if reserve and not request.upheld:
        fields.note("reserve_no", "NOT_ALLOWED")
    fields.check()
    return request_id, command


def take_stage(request: pb.TakeStageRequest) -> Read:
    """Which stage begins."""
    fields = Fields()
    request_id, case_id, seen = fields.on_case(request)
    stage = fields.word("stage", words.STAGE, request.stage) or Stage.OPENING
    fields.check()
    return request_id, todo.TakeStage(case_id, seen, stage)


def add_evidence(request: pb.AddEvidenceRequest) -> Read:
    """A line of the evidence list."""
    fields = Fields()
    request_id, case_id, seen = fields.on_case(request)
    command = todo.AddEvidence(
        case_id,
        seen,
        attendee(fields, "attendee", request.attendee),
        fields.word("kind", words.EVIDENCE_KIND, request.kind) or EvidenceKind.OTHER,
        request.original,
        fields.needed("title", request.title, TITLE),
        fields.needed("shows", request.shows, REASON),
        fields.text("answered", request.answered, REASON),
    )
    fields.check()
    return request_id, command


def add_statement(request: pb.AddStatementRequest) -> Read:
    """What somebody said."""
    fields = Fields()
    request_id, case_id, seen = fields.on_case(request)
    who = attendee(fields, "attendee", request.attendee)
    command = todo.AddStatement(case_id, seen, who, fields.needed("text", request.text, SPEECH))
    fields.check()
    return request_id, command


def keep_minutes(request: pb.KeepMinutesRequest) -> Read:
    """A version of the minutes."""
    fields = Fields()
    request_id, case_id, seen = fields.on_case(request)
    command = todo.KeepMinutes(case_id, seen, fields.needed("text", request.text, MINUTES))
    fields.check()
    return request_id, command


def sign_minutes(request: pb.SignMinutesRequest) -> Read:
    """Hands; who refuses says why."""
    fields = Fields()
    request_id, case_id, seen = fields.on_case(request)
    fields.few("attendees", len(request.attendees))
    who = [attendee(fields, f"attendees[{at}]", text) for at, text in enumerate(request.attendees)]
    if not who:
        fields.note("attendees", "REQUIRED")
    signing = fields.word("signing", words.SIGNING, request.signing) or Signing.SIGNED
    refused = signing is Signing.REFUSED
    read = fields.needed if refused else fields.text
    command = todo.SignMinutes(
        case_id,
        seen,
        fields.number("version_no", request.version_no),
        tuple(dict.fromkeys(who)),
        signing,
        read("reason", request.reason, REASON),
    )
    if request.reason and not refused:
        fields.note("reason", "NOT_ALLOWED")
    fields.check()
    return request_id, command


def postpone(request: pb.PostponeHearingRequest) -> Read:
    """Why it is postponed."""
    return _with_reason(request, todo.Postpone)


def adjourn(request: pb.AdjournHearingRequest) -> Read:
    """Why it is adjourned."""
    return _with_reason(request, todo.Adjourn)


def _with_reason(request: Any, command: type[todo.Postpone] | type[todo.Adjourn]) -> Read:
    fields = Fields()
    request_id, case_id, seen = fields.on_case(request)
    reason = fields.needed("reason", request.reason, REASON)
    fields.check()
    return request_id, command(case_id, seen, reason)


def confer(request: pb.ConferRequest) -> Read:
    """Which hearing."""
    fields = Fields()
    request_id, case_id, seen = fields.on_case(request)
    fields.check()
    return request_id, todo.Confer(case_id, seen)


def join(request: pb.JoinHearingRequest) -> Read:
    """Which hearing leads."""
    fields = Fields()
    request_id, case_id, seen = fields.on_case(request)
    command = todo.Join(case_id, seen, fields.id("leader", request.leader))
    fields.check()
    return request_id, command


def leave(request: pb.LeaveHearingRequest) -> Read:
    """Which hearing parts."""
    fields = Fields()
    request_id, case_id, seen = fields.on_case(request)
    fields.check()
    return request_id, todo.Leave(case_id, seen)
