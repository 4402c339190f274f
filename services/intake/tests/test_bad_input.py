"""Whatever is sent, the answer is typed, never INTERNAL, and a refusal changes nothing."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.convert import commands
from intake.convert.drafts import draft_from
from intake.domain.matter import violations
from intake.storage.tables import metadata, notice
from kernel.errors import Refusal
from kernel.ids import new_id
from kernel.testing.clock import FakeClock
from kernel.testing.waiting import eventually
from lianxin.common.v1 import case_pb2 as common
from lianxin.intake.v1 import case_pb2 as case
from lianxin.intake.v1 import intake_service_pb2 as pb

HOSTILE = [
    "",
    " ",
    "\x00",
    "\u202e反转",
    "'; DROP TABLE cases; --",
    "<script>",
    "330523' OR '1'='1",
    "９".encode().decode() * 12,
    "１３８００００１２３４",
    "11010519491231002X",
    "x" * 20_001,
    "\ud7ff\ue000\ufffd",
    "../../etc/passwd",
    "{holder}",
    "%s%n",
    "NaN",
]
TEXTS = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=300))
INTS = st.one_of(st.integers(-(2**31), 2**31 - 1), st.sampled_from([0, 1, -1, 99]))
ENUMS = st.integers(-5, 40)


def parties():
    """Any party."""
    return st.builds(
        case.Party,
        party_id=TEXTS,
        role=ENUMS,
        kind=ENUMS,
        name=TEXTS,
        phone=TEXTS,
        living_place=TEXTS,
        household_place=TEXTS,
        safe_contact=TEXTS,
        unit_id=TEXTS,
        help_flags=st.lists(TEXTS, max_size=3),
    )


def drafts():
    """Any draft."""
    return st.builds(
        case.CaseDraft,
        channel=ENUMS,
        identity=ENUMS,
        parties=st.lists(parties(), max_size=3),
        narrative=TEXTS,
        requests=st.lists(st.builds(case.Request, text=TEXTS), max_size=3),
        place_code=TEXTS,
        place_text=TEXTS,
        received_at=st.one_of(
            st.none(),
            st.builds(
                lambda seconds: {"seconds": seconds},
                st.sampled_from([0, -(2**62), 2**62, 1_700_000_000, 253402300800]),
            ),
        ),
        source_system=TEXTS,
        source_no=TEXTS,
        category=TEXTS,
        purpose=ENUMS,
        procedure=ENUMS,
        about_units=st.lists(TEXTS, max_size=3),
        sealed_for=TEXTS,
        headcount=INTS,
        urgent=st.booleans(),
        backlog=st.booleans(),
        tags=st.lists(TEXTS, max_size=3),
        needs=st.lists(TEXTS, max_size=3),
    )


@given(drafts())
@settings(max_examples=300, deadline=None)
def test_any_draft_is_read_and_judged(message):
    """Reading and judging a draft raises nothing, and every fault names a field."""
    found = violations(draft_from(message), FakeClock().now())
    assert all(one.field.startswith("draft.") and one.reason.isupper() for one in found)


READERS = [
    (pb.AmendCaseRequest, commands.amend_case),
    (pb.ConfirmSuggestionsRequest, commands.confirm_suggestions),
    (pb.RefuseCaseRequest, commands.refuse_case),
    (pb.DecideRefusalRequest, commands.decide_refusal),
    (pb.AnswerOnTheSpotRequest, commands.answer_on_the_spot),
    (pb.WithdrawCaseRequest, commands.withdraw_case),
    (pb.ConfirmWithdrawalRequest, commands.confirm_withdrawal),
    (pb.VoidCaseRequest, commands.void_case),
    (pb.MergeCasesRequest, commands.merge_cases),
    (pb.LinkCasesRequest, commands.link_cases),
    (pb.AddFindingRequest, commands.add_finding),
    (pb.ReissueCodeRequest, commands.reissue_code),
    (pb.MarkReportedRequest, commands.mark_reported),
]


def fill(message, data, depth=0):
    """Fill a message's fields at random, from its descriptor."""
    for field in message.DESCRIPTOR.fields:
        if not data.draw(st.booleans()):
            continue
        value = getattr(message, field.name)
        if field.message_type is not None:
            if depth < 2:
                fill(value.add() if field.is_repeated else value, data, depth + 1)
        elif field.is_repeated:
            kinds = {field.CPPTYPE_STRING: TEXTS}
            value.extend(data.draw(st.lists(kinds.get(field.cpp_type, INTS), max_size=3)))
        elif field.cpp_type == field.CPPTYPE_STRING:
            plain = TEXTS if field.type == field.TYPE_STRING else st.binary(max_size=20)
            setattr(message, field.name, data.draw(plain))
        elif field.cpp_type == field.CPPTYPE_BOOL:
            setattr(message, field.name, data.draw(st.booleans()))
        else:
            setattr(message, field.name, data.draw(ENUMS if field.enum_type else INTS))
    return message


def read_or_refused(read, message):
    """The command, or the fields that were named."""
    try:
        return read(message)
    except Refusal as refusal:
        return refusal.fields


@pytest.mark.parametrize("request_type, read", READERS)
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_any_request_becomes_a_command_or_a_typed_refusal(request_type, read, data):
    """Made from the descriptors: no field of any request raises anything but a Refusal."""
    assert read_or_refused(read, fill(request_type(), data))


async def test_hostile_fields_are_refused_over_the_wire_and_change_nothing(front):
    """RegisterCase, AmendCase and ImportCases with hostile texts in every place."""
    made = await front.register()
    await eventually(lambda: not any(row["next_try_at"] for row in front.rows(notice)))
    before = {table.name: front.rows(table) for table in metadata.sorted_tables}
    stub = front.intake(front.clerk)
    for text in HOSTILE:
        register = pb.RegisterCaseRequest(
            request_id=str(new_id()),
            registering_unit=text,
            draft=front.draft(place_code=text or "x", source_system=text, tags=[text]),
        )
        refusal = await front.refused(stub.RegisterCase(register))
        assert refusal.reason not in {"INTERNAL", "UNEXPECTED_ANSWER"}, text
        amend = pb.AmendCaseRequest(
            request_id=str(new_id()),
            case_id=made.stamp.case_id,
            seen=common.Seen(epoch=1, version=1),
            why=text,
            place_code=text or "x",
        )
        refusal = await front.refused(stub.AmendCase(amend))
        assert refusal.reason not in {"INTERNAL", "UNEXPECTED_ANSWER"}, text
    rows = [
        pb.ImportCasesRequest(row=text, import_key=text, draft=front.draft(place_code="x"))
        for text in HOSTILE
    ]
    answers = [one async for one in stub.ImportCases(iter(rows))]
    assert {one.outcome for one in answers} == {"refused"}
    assert "INTERNAL" not in {one.reason for one in answers}
    assert {table.name: front.rows(table) for table in metadata.sorted_tables} == before


@given(data=st.data())
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_suggestions_take_any_text(data, classifier):
    """The classifier answers something for whatever is written."""
    text = data.draw(TEXTS)
    assert classifier(text)
