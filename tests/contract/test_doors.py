"""Every RPC of every service, called by nobody and by staff of another unit, over real servers."""

import grpc
import pytest

from kernel.access import Scope
from kernel.identity import Caller, Kind, Role
from kernel.ids import new_id
from lianxin.cli.demo.acts import in_days

pytestmark = [pytest.mark.timeout(120), pytest.mark.asyncio(loop_scope="session")]
SECRET = "顾晓禾"
CLOSED = {
    grpc.StatusCode.PERMISSION_DENIED,
    grpc.StatusCode.NOT_FOUND,
    grpc.StatusCode.INVALID_ARGUMENT,  # refused for its form
    grpc.StatusCode.FAILED_PRECONDITION,
}
EVERY_ROLE = frozenset(Role) - {Role.ADMINISTRATOR}


WORDS = {
    **dict.fromkeys(
        ("due_on", "done_on", "on_day", "until", "look_again_on", "due_before"), in_days(90)
    ),
    **dict.fromkeys(("final_unit", "to_unit", "unit_id"), "s-anji"),
    "place_code": "330523002001",
    "place_prefix": "330523",
    "path_prefix": "330523",
    "phone": "13900002222",
    "sha256": "0" * 64,
    "category": "land",
    "source_system": "hotline",
    "level": "urge",
    "clock": "handling",
    "grounds": "beyond_competence",
    "finding": "supported",
    "identity_check": "known_in_person",
    "format": "html",
    "mandate": "speak",
    "media_type": "text/plain",
    "filename": "note.txt",
    "triggers": "strong_dispute",
    "elsewhere": "litigation",
    "equipment": "projector",
    **dict.fromkeys(("departments", "host_unit"), "s-anji"),
    **dict.fromkeys(("earliest", "hold_by", "day", "days"), in_days(90)),
    **dict.fromkeys(("attendee", "attendees"), "member:1"),
    "leader": str(new_id()),
    "take_down_on": in_days(90),
}
"""What a form check wants to see in fields of these names; elsewhere a few words will do."""
NUMBERS = {"begins": 540, "ends": 600}
"""Minutes of a day."""
OF_ONE_RPC = {
    "NoteHarmKnown": {"known_on": "2026-01-05"},
    "MeetMeasure": {"outcome": 2},
    "NoteCourtFile": {"signed_on": "2026-01-05"},
    "RecordAssessment": {"mend_by": in_days(90)},
    "ReportUp": {"kind": "urgent"},
    "LinkCases": {"kind": "same_matter"},
    "OpenConference": {"kind": "joint"},
    "VoidCase": {"why": "double_entry"},
    "RecordReferral": {"state": "answered"},
    "RenderDocument": {"kind": "receipt"},
    "GetDocument": {"format": "docx"},
    "MakeFile": {"format": "zip"},
    "CallSitting": {"begins": "09:00", "ends": "11:00"},
    "MakeMinutesPaper": {"format": "docx"},
    "MakeUnitPaper": {"kind": "guide_card", "format": "docx"},
    "MakeLedger": {"format": "csv", "from_day": "2026-01-05", "to_day": "2026-12-31"},
    "DecideHearing": {"ground": 0},
    "CancelHearing": {"why": 2},
    "HearingSessionService/SignMinutes": {"signing": 2},
    "ServeConclusion": {"served_on": "2026-01-05"},
    "RecordService": {"unit_id": "", "visit": 0, "corrects": "", "served_on": "2026-01-05"},
}
LEFT_EMPTY = frozenset({"page_token", "case_no", "help_flags", "states", "registered_from"})


def filled(rpc, case_id):
    """A request that names the case wherever it can and is in order otherwise."""
    request = fill(rpc.request(), case_id)
    own = OF_ONE_RPC.get(rpc.method.name, {})
    for name, text in OF_ONE_RPC.get(f"{rpc.service}/{rpc.method.name}", own).items():
        setattr(request, name, text)
    return request


def fill(message, case_id, depth=0):
    """Put something into every field."""
    for field in message.DESCRIPTOR.fields:
        if field.name in LEFT_EMPTY:
            continue
        if field.type == field.TYPE_MESSAGE:
            if depth > 1 or field.message_type.GetOptions().map_entry:
                continue
            inner = getattr(message, field.name)
            fill(inner.add() if field.is_repeated else inner, case_id, depth + 1)
        elif field.is_repeated:
            getattr(message, field.name).append(plausible(field, case_id))
        else:
            setattr(message, field.name, plausible(field, case_id))
    return message


def plausible(field, case_id):
    """A value that a form check lets pass."""
    if field.name in {"case_id", "other_case_id", "into_case_id", "from_case_id", "case_ids"}:
        return case_id
    if field.type == field.TYPE_STRING:
        known = WORDS.get(field.name)
        return known or (str(new_id()) if field.name.endswith(("_id", "_ids")) else "看过了")
    if field.type == field.TYPE_BYTES:
        return b"x"
    return field.type == field.TYPE_BOOL or NUMBERS.get(field.name, 1)


async def test_nobody_gets_in(county, case_id, rpc):
    """Without a token every RPC that is not public answers UNAUTHENTICATED, and no more."""
    answer = await county.call(rpc, filled(rpc, case_id))
    if rpc.access.public:
        assert SECRET not in str(answer)
    else:
        assert answer.code is grpc.StatusCode.UNAUTHENTICATED


async def test_staff_of_another_unit_learn_nothing(county, case_id, rpc):
    """With every role but at another unit: refused by type, or answered without the case."""
    stranger = Caller(
        Kind.STAFF, "stranger", "s-lingfeng", "s-lingfeng", "330523.003.000", EVERY_ROLE
    )
    answer = await county.call(rpc, filled(rpc, case_id), stranger, limit=1.0)
    refused = getattr(answer, "code", None)
    if rpc.access.scope is Scope.CASE and "case_id" in rpc.request().DESCRIPTOR.fields_by_name:
        assert refused in CLOSED, answer
        assert refused is not grpc.StatusCode.INVALID_ARGUMENT, (
            "only its form was looked at",
            answer,
        )
    if refused is None:
        assert SECRET not in str(answer)
        assert case_id not in str(answer).replace(f'case_id: "{case_id}"', "") or not named(answer)
    else:
        assert refused not in {grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN}, answer
        assert SECRET not in answer.message


def named(answer):
    """Whether an answer tells anything of a case besides the id that was asked for."""
    return "case_no" in str(answer)


async def test_doors_of_services_and_nodes_are_closed_to_staff(county, case_id, rpc):
    """What is for services or nodes only is denied to staff of the holder itself."""
    access = rpc.access
    answer = await county.call(rpc, filled(rpc, case_id), county.owner, limit=1.0)
    if not (access.permission or access.known or access.public):
        assert answer.code is grpc.StatusCode.PERMISSION_DENIED
    if getattr(answer, "reason", "") != "LOGIN_FAILED":  # renewing asks for an account behind it
        assert getattr(answer, "code", None) is not grpc.StatusCode.UNAUTHENTICATED
