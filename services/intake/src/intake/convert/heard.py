"""The newest hearing of a case from the wire."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from google.protobuf.timestamp_pb2 import Timestamp

from intake.documents.heard import Called, Day, Evidence, Heard, Member, Recusal, Result
from intake.office import day_of
from lianxin.hearing.v1 import conclusion_pb2, hearing_pb2, session_pb2


def heard_from(
    file: hearing_pb2.HearingFile,
    session: session_pb2.Session | None,
    conclusion: conclusion_pb2.Conclusion | None,
) -> Heard | None:
    """What documents draw on of it; None when nobody ever asked for a hearing."""
    found = {one.number: one for one in file.hearings}.get(file.current)
    if found is None:
        return None
    asked_at = _instant(found, "asked_at")
    return Heard(
        state=found.state,
        asked_on=day_of(asked_at) if asked_at else None,
        review_level=found.review_level,
        triggers=list(found.triggers),
        request=found.request,
        public=found.needs.public,
        seats=found.needs.public_seats,
        departments=list(found.needs.departments),
        begins=_instant(found, "begins"),
        room=found.room,
        site=found.site_id,
        opened_at=_instant(found, "opened_at"),
        members=[_member(one) for one in found.members],
        parties=[Called(UUID(one.party_id), one.role, one.unit_id) for one in found.parties],
        day=_day(session) if session else Day(),
        result=_result(conclusion) if conclusion else Result(),
    )


def _member(one: hearing_pb2.Member) -> Member:
    return Member(one.member_no, one.part, one.name, one.kind, one.department, one.state)


def _day(session: session_pb2.Session) -> Day:
    came = {
        one.attendee: _word(session_pb2.Came, "CAME", one.came)
        for sitting in session.sittings
        for one in sitting.attendances
    }
    minutes = [one.text for one in session.minutes]
    return Day(
        came=list(came.items()),
        recusals=[
            Recusal(one.member_no, one.attendee, one.upheld, one.reasons)
            for one in session.recusals
        ],
        statements=[
            (_word(session_pb2.Stage, "STAGE", one.stage), one.attendee, one.text)
            for one in session.statements
        ],
        evidence=[_evidence(one) for one in session.evidence],
        minutes=minutes[-1] if minutes else "",
    )


def _evidence(one: session_pb2.Evidence) -> Evidence:
    return Evidence(
        one.evidence_no,
        one.attendee,
        _word(session_pb2.EvidenceKind, "EVIDENCE_KIND", one.kind),
        one.title,
        one.shows,
        one.answered,
    )


def _result(conclusion: conclusion_pb2.Conclusion) -> Result:
    finding, opinion = conclusion_pb2.Finding, conclusion_pb2.Opinion
    on = conclusion.concluded_on
    return Result(
        opinions=[
            (one.member_no, _word(opinion, "OPINION", one.opinion), one.reasons)
            for one in conclusion.opinions
        ],
        finding=_word(finding, "FINDING", conclusion.finding),
        votes=[(_word(finding, "FINDING", one.finding), one.count) for one in conclusion.votes],
        dissent=list(conclusion.dissent),
        on_the_spot=conclusion.on_the_spot,
        found=conclusion.found,
        reasons=conclusion.reasons,
        text=conclusion.text,
        concluded_on=date.fromisoformat(on) if on else None,
    )


def _instant(message: Any, name: str) -> datetime | None:
    stamp: Timestamp = getattr(message, name)
    return stamp.ToDatetime(UTC) if message.HasField(name) else None


def _word(enum: Any, prefix: str, number: int) -> str:
    """The word of a code without its prefix, in small letters; empty for none or an unknown one."""
    name: str = enum.Name(number) if number in enum.values() else ""
    word = name.removeprefix(f"{prefix}_").lower()
    return "" if word == "unspecified" else word
