"""Requests for a hearing, and decisions on them, as commands."""

from typing import Any
from uuid import UUID

from hearing.commands import requesting as todo
from hearing.commands.base import Seen
from hearing.convert.fields import REASON, Fields
from hearing.convert.words import ASKED_BY, GROUND, OVER_WHY
from hearing.domain.requesting import Needs
from hearing.domain.words import AskedBy, Ground, OverWhy
from lianxin.hearing.v1 import hearing_pb2
from lianxin.hearing.v1 import hearing_service_pb2 as pb

Read = tuple[UUID, Any]
"""The request id, and the command."""
SEATS, PANEL, MINUTES = 2_000, 99, 1_440


def request_hearing(request: pb.RequestHearingRequest) -> Read:
    """What is asked for; what routing and intake know is still to be asked."""
    fields = Fields()
    request_id = fields.id("request_id", request.request_id)
    case_id = fields.id("case_id", request.case_id)
    version = fields.number("version", request.version, 0, 2**31)
    command = todo.RequestHearing(
        case_id,
        Seen(fields.epoch("epoch", request.epoch), version),
        fields.word("asked_by", ASKED_BY, request.asked_by) or AskedBy.HANDLER,
        fields.codes("triggers", request.triggers),
        fields.codes("elsewhere", request.elsewhere),
        needs_from(fields, request.needs),
        fields.needed("reason", request.reason, REASON),
    )
    fields.check()
    return request_id, command


def ask_hearing(request: pb.AskHearingRequest) -> Read:
    """A resident's request."""
    fields = Fields()
    request_id = fields.id("request_id", request.request_id)
    case_id = fields.id("case_id", request.case_id)
    command = todo.AskHearing(case_id, fields.needed("reason", request.reason, REASON))
    fields.check()
    return request_id, command


def decide_hearing(request: pb.DecideHearingRequest) -> Read:
    """A decision; a refusal says its ground, what is granted has none."""
    fields = Fields()
    request_id, case_id, seen = fields.on_case(request)
    ground = _ground(fields, request)
    needs = needs_from(fields, request.needs) if request.HasField("needs") else None
    if needs is not None and not request.granted:
        fields.note("needs", "NOT_ALLOWED")
    reason = fields.needed("reason", request.reason, REASON)
    fields.check()
    command = todo.DecideHearing(case_id, seen, request.granted, ground, reason, needs)
    return request_id, command


def _ground(fields: Fields, request: pb.DecideHearingRequest) -> Ground | None:
    if not request.granted:
        return fields.word("ground", GROUND, request.ground)
    if request.ground:
        fields.note("ground", "NOT_ALLOWED")
    return None


def withdraw_hearing(request: pb.WithdrawHearingRequest) -> Read:
    """A request is taken back."""
    fields = Fields()
    request_id, case_id, seen = fields.on_case(request)
    reason = fields.needed("reason", request.reason, REASON)
    fields.check()
    return request_id, todo.WithdrawHearing(case_id, seen, reason)


def take_back_hearing(request: pb.TakeBackHearingRequest) -> tuple[UUID, todo.TakeBackHearing]:
    """A resident takes the own request back."""
    fields = Fields()
    request_id = fields.id("request_id", request.request_id)
    case_id = fields.id("case_id", request.case_id)
    reason = fields.needed("reason", request.reason, REASON)
    fields.check()
    return request_id, todo.TakeBackHearing(case_id, reason)


def cancel_hearing(request: pb.CancelHearingRequest) -> Read:
    """A hearing is cancelled; that its case ended is nobody's to say."""
    fields = Fields()
    request_id, case_id, seen = fields.on_case(request)
    why = fields.word("why", OVER_WHY, request.why) or OverWhy.OTHER
    if why in {OverWhy.CASE_ENDED, OverWhy.WITHDRAWN}:
        fields.note("why", "NOT_ALLOWED")
    reason = fields.needed("reason", request.reason, REASON)
    fields.check()
    return request_id, todo.CancelHearing(case_id, seen, why, reason)


def needs_from(fields: Fields, needs: hearing_pb2.Needs) -> Needs:
    """What a hearing needs."""
    return Needs(
        minutes=fields.number("needs.minutes", needs.minutes, 0, MINUTES),
        panel_size=fields.number("needs.panel_size", needs.panel_size, 0, PANEL),
        public=needs.public,
        public_seats=fields.number("needs.public_seats", needs.public_seats, 0, SEATS),
        online=needs.online,
        equipment=fields.codes("needs.equipment", needs.equipment),
        departments=fields.codes("needs.departments", needs.departments),
        earliest=fields.optional_day("needs.earliest", needs.earliest),
        hold_by=fields.optional_day("needs.hold_by", needs.hold_by),
        host_unit=fields.code("needs.host_unit", needs.host_unit),
    )
