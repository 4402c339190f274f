"""Notices, objections and public notices of hearings on the wire, both ways."""

import base64
import binascii
import json
from datetime import datetime
from uuid import UUID, uuid5

from hearing.commands import noticing as todo
from hearing.convert.fields import Fields
from hearing.domain.notice_words import How, ObjectionGround
from hearing.errors import PageTokenInvalid
from hearing.storage.notices import Asked, Place, Row
from kernel.doors.notices import notice_message
from kernel.identity import Caller
from kernel.ids import IdInvalid, parse_request_id
from kernel.instants import stamp
from kernel.notifying.keeping import Change
from kernel.notifying.words import Step
from kernel.wording import Words
from lianxin.hearing.v1 import noticing_pb2 as pb

PAGE, MOST, REASON, TOKEN, CASE_NO = 50, 200, 2_000, 300, 100
HOW = Words(pb.AcknowledgedHow, "ACKNOWLEDGED_HOW", How)
GROUND = Words(pb.ObjectionGround, "OBJECTION_GROUND", ObjectionGround)
Read = tuple[UUID, todo.AcknowledgeNotice | todo.ObjectToMember | todo.DecideObjection]


def acknowledge(request: pb.AcknowledgeNoticeRequest) -> Read:
    """Whom it has reached."""
    fields = Fields()
    request_id, case_id, seen = fields.on_case(request)
    command = todo.AcknowledgeNotice(
        case_id,
        seen,
        fields.id("recipient_id", request.recipient_id),
        fields.word("how", HOW, request.how) or How.REPLIED,
        fields.day("on_day", request.on_day),
    )
    fields.check()
    return request_id, command


def acknowledge_own(request: pb.AcknowledgeOwnNoticeRequest) -> tuple[UUID, todo.AcknowledgeOwn]:
    """Of which hearing."""
    fields = Fields()
    request_id = fields.id("request_id", request.request_id)
    case_no = fields.needed("case_no", request.case_no, CASE_NO)
    fields.check()
    return request_id, todo.AcknowledgeOwn(case_no)


def object_to_member(request: pb.ObjectToMemberRequest) -> Read:
    """Who does not accept whom, and why."""
    fields = Fields()
    request_id, case_id, seen = fields.on_case(request)
    command = todo.ObjectToMember(
        case_id,
        seen,
        fields.id("party_id", request.party_id),
        fields.number("member_no", request.member_no),
        fields.word("ground", GROUND, request.ground) or ObjectionGround.OTHER,
        fields.day("on_day", request.on_day),
        fields.needed("reason", request.reason, REASON),
    )
    fields.check()
    return request_id, command


def decide_objection(request: pb.DecideObjectionRequest) -> Read:
    """The decision; who takes the place is named if and only if somebody goes."""
    fields = Fields()
    request_id, case_id, seen = fields.on_case(request)
    person_id = fields.optional_id("person_id", request.person_id)
    if request.upheld is not bool(request.person_id):
        fields.note("person_id", "REQUIRED" if request.upheld else "NOT_ALLOWED")
    command = todo.DecideObjection(
        case_id,
        seen,
        fields.number("objection_no", request.objection_no),
        request.upheld,
        person_id,
        fields.needed("reason", request.reason, REASON),
    )
    fields.check()
    return request_id, command


def change_from(notice_id: str, step: Step, version: int | None = None) -> Change:
    """What a person or a gateway says of a notice. Raises FieldsInvalid."""
    fields = Fields()
    if version is not None and version < 1:
        fields.note("version", "REQUIRED")
    try:
        found = parse_request_id(notice_id)
    except IdInvalid:
        fields.note("notice_id", "MALFORMED_ID" if notice_id else "REQUIRED")
        found = UUID(int=0)
    fields.check()
    return Change(found, step, version)


def asked_from(request: pb.ListHearingNoticesRequest, caller: Caller, now: datetime) -> Asked:
    """Which page of notices."""
    fields = Fields()
    asked = Asked(
        caller,
        now,
        fields.optional_id("case_id", request.case_id),
        request.waiting,
        _place_of(_listed(request), request.page_token),
        min(fields.number("page_size", request.page_size, 0, 2**31) or PAGE, MOST),
    )
    fields.check()
    return asked


def token_of(request: pb.ListHearingNoticesRequest, place: Place | None) -> str:
    """The token of the next page; empty when there is none."""
    if place is None:
        return ""
    at, case_id, recipient = place
    inside = json.dumps([_listed(request), at.isoformat(), str(case_id), recipient])
    return base64.urlsafe_b64encode(inside.encode()).decode()


def _listed(request: pb.ListHearingNoticesRequest) -> str:
    return f"{request.case_id[:40]}{'!' * request.waiting}"


def _place_of(listed: str, token: str) -> Place | None:
    if not token:
        return None
    try:
        belongs, at, case_id, recipient = json.loads(
            base64.urlsafe_b64decode(token[:TOKEN].encode())
        )
        found = (datetime.fromisoformat(at), UUID(case_id), str(UUID(recipient)))
    except (binascii.Error, ValueError, TypeError, AttributeError):
        raise PageTokenInvalid from None
    if belongs != listed or found[0].tzinfo is None:
        raise PageTokenInvalid
    return found


def notice_id_of(row: Row) -> UUID:
    """The id of the message of a row; made as `kernel.notifying.owing` makes it."""
    occasion = f"hearing.notice:{row['number']}.{row['change_no']}"
    return uuid5(row["case_id"], f"{occasion}/{row['recipient']}")


def told_message(row: Row, delivery: Row | None) -> pb.HearingNotice:
    """What one recipient was told."""
    message = pb.HearingNotice(
        case_id=str(row["case_id"]),
        case_no=row["case_no"],
        number=row["number"],
        change_no=row["change_no"],
        what=row["what"].split(),
        recipient_id=row["recipient"],
        part=row["part"],
        text=row["text"],
        method=row["method"],
        overtaken=row["overtaken"],
        at=stamp(row["at"]),
        acknowledge_by=stamp(row["acknowledge_by"]),
        waits=row["waits"],
    )
    if row["acknowledged_on"] is not None:
        message.acknowledged_on = row["acknowledged_on"].isoformat()
        message.acknowledged_how = HOW.number(How(row["acknowledged_how"]))
        message.acknowledged_by = row["acknowledged_by"]
    if delivery is not None:
        message.delivery.CopyFrom(notice_message(delivery, row["case_no"], row["part"]))
    return message


def objection_message(row: Row, said: str, decided: str) -> pb.Objection:
    """An objection, opened for who reads the content."""
    return pb.Objection(
        number=row["number"],
        objection_no=row["objection_no"],
        party_id=str(row["party_id"]),
        member_no=row["member_no"],
        ground=GROUND.number(ObjectionGround(row["ground"])),
        on_day=row["on_day"].isoformat(),
        reason=said,
        decision=row["decision"],
        decision_reason=decided,
        decided_by=row["decided_by"],
        decided_at=stamp(row["decided_at"]),
        replaced_by=row["replaced_by"] or 0,
    )


def public_message(row: Row) -> pb.PublicNotice:
    """What the public is told."""
    return pb.PublicNotice(
        notice_id=str(row["notice_id"]),
        unit_id=row["unit"],
        begins=stamp(row["begins"]),
        ends=stamp(row["ends"]),
        room=row["name"] or "",
        site_id=row["site"] or "",
        seats=row["seats"],
        published_at=stamp(row["published_at"]),
        changed_at=stamp(row["changed_at"]),
    )
