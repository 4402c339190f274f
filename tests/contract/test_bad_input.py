"""Missing, oversized, malformed and hostile fields in every RPC, made from the descriptors."""

import grpc
import pytest
from google.protobuf.descriptor import FieldDescriptor as Field
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kernel.identity import Caller, Kind, Role
from kernel.ids import new_id
from kernel.testing.waiting import eventually
from lianxin.cli.demo.acts import in_days

pytestmark = pytest.mark.timeout(180)
EXAMPLES = 4
LIMIT_S = 2.0
CALM_LOOKS = 50
UNTYPED = {
    grpc.StatusCode.INTERNAL,
    grpc.StatusCode.UNKNOWN,
    grpc.StatusCode.UNIMPLEMENTED,
    grpc.StatusCode.DATA_LOSS,
}
HOSTILE = [
    "",
    " ",
    "不存在的单位",
    "' OR 1=1; DROP TABLE cases;--",
    "../../../../etc/passwd",
    "${jndi:ldap://127.0.0.1/a}",
    "{case_id}",
    "\x00\x1b[2J",
    "\u202e翻\ufeff",
    "<script>alert(1)</script>",
    "00000000-0000-0000-0000-000000000000",
    "9999-99-99",
    "case.>.*",
    "字" * 6_001,
    "%" * 300,
]
INTEGERS = [0, 1, -1, 2**31 - 1, -(2**31), 7]
LONGS = [*INTEGERS, 2**63 - 1, -(2**63)]
SMALL = {Field.TYPE_INT32, Field.TYPE_SINT32, Field.TYPE_SFIXED32, Field.TYPE_ENUM}
UNSIGNED = {Field.TYPE_UINT32, Field.TYPE_FIXED32, Field.TYPE_UINT64, Field.TYPE_FIXED64}
WRITES_BY_DESIGN = {"Login", "ChangePassword"}  # attempts are counted, also failed ones


def value(draw, field):
    """A value of a field, or None to leave it out."""
    if field.type == Field.TYPE_STRING:
        sane = [str(new_id()), "s-changshuo", in_days(9)]
        return draw(st.sampled_from(sane + HOSTILE))
    if field.type == Field.TYPE_BYTES:
        return draw(st.sampled_from([b"", b"\x00\xff", b"x" * 70_000]))
    if field.type == Field.TYPE_BOOL:
        return draw(st.booleans())
    if field.type in {Field.TYPE_DOUBLE, Field.TYPE_FLOAT}:
        return draw(st.sampled_from([0.0, -1.0, 1e300, float("inf"), float("nan")]))
    if field.type in UNSIGNED:
        return draw(st.sampled_from([0, 1, 2**32 - 1]))
    return draw(st.sampled_from(INTEGERS if field.type in SMALL else LONGS))


def fill(draw, message, depth=0):
    """Fill some fields of a message, nested ones too."""
    for field in message.DESCRIPTOR.fields:
        if not draw(st.booleans()):
            continue
        if field.type == Field.TYPE_MESSAGE:
            fill_nested(draw, message, field, depth)
        elif field.is_repeated:
            count = draw(st.sampled_from([1, 2, 60]))
            getattr(message, field.name).extend([value(draw, field)] * count)
        else:
            setattr(message, field.name, value(draw, field))
    return message


def fill_nested(draw, message, field, depth):
    """A message within a message; maps stay empty."""
    if depth > 1 or field.message_type.GetOptions().map_entry:
        return
    if field.is_repeated:
        for _ in range(draw(st.sampled_from([1, 4]))):
            fill(draw, getattr(message, field.name).add(), depth + 1)
    else:
        fill(draw, getattr(message, field.name), depth + 1)


def caller_for(rpc):
    """Somebody whom the door lets in, so that the fields are looked at."""
    if rpc.service == "CasePartService":
        return Caller(Kind.SERVICE, "anji/routing")
    if rpc.service == "CaseExchangeService":
        return Caller(Kind.NODE, "dipu")
    roles = frozenset(Role)
    return Caller(Kind.STAFF, "anyone", "s-anji", "s-anji", "330523.000.000", roles)


@pytest.mark.asyncio(loop_scope="session")
async def test_bad_fields_are_refused_by_type_and_change_nothing(county, case_id, rpc):
    """Whatever stands in the fields: a typed answer, never INTERNAL; a refusal leaves no trace."""
    requests = made(rpc, case_id)
    with county.looking():
        before = county.tables()
        for request in requests:
            answer = await county.call(rpc, request, caller_for(rpc), limit=LIMIT_S)
            code = getattr(answer, "code", None)
            assert code not in UNTYPED, (rpc.name, answer, str(request)[:400])
            if was_refused(answer) and rpc.method.name not in WRITES_BY_DESIGN:
                await leaves_no_trace(county, rpc, request, before)
            before = county.tables()


def was_refused(answer):
    """Whether it was answered with a refusal, and not merely too late."""
    code = getattr(answer, "code", None)
    return code is not None and code is not grpc.StatusCode.DEADLINE_EXCEEDED


async def leaves_no_trace(county, rpc, request, before):
    """The tables are as before.

    What an earlier answer set off may still be at work: asked again once it is done, a refusal
    leaves everything as it is then.
    """
    if county.tables() == before:
        return
    at_rest = await rested(county)
    answer = await county.call(rpc, request, caller_for(rpc), limit=LIMIT_S)
    assert was_refused(answer), rpc.name
    assert county.tables() == at_rest, rpc.name


async def rested(county):
    """The tables once they have stayed the same for many looks."""
    seen = [county.tables()]

    def calm():
        seen.append(county.tables())
        return len(seen) > CALM_LOOKS and all(one == seen[-1] for one in seen[-CALM_LOOKS:])

    await eventually(calm)
    return seen[-1]


def made(rpc, case_id):
    """Requests that hypothesis makes of the RPC's descriptor, the same in each run."""
    requests = []

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def make(data):
        request = fill(data.draw, rpc.request())
        if "case_id" in request.DESCRIPTOR.fields_by_name and data.draw(st.booleans()):
            request.case_id = case_id
        if "caller" in request.DESCRIPTOR.fields_by_name and data.draw(st.booleans()):
            request.caller.node, request.caller.incarnation = "dipu", 1
        if rpc.method.name == "Heartbeat":
            request.down_cursor = 0  # more than we gave would, rightly, freeze us as restored
        requests.append(request)

    make()
    return requests
