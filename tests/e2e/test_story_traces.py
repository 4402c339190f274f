"""The journey of a case is one trace: over services, over nodes, up and down."""

import json
from uuid import UUID

import pytest
import pytest_asyncio

from kernel import telemetry
from kernel.testing.waiting import eventually
from lianxin.cli.demo import acts
from lianxin.cli.demo.acts import in_days
from lianxin.cli.demo.scenes import plain
from lianxin.cli.demo.world import COUNTY, NODES, TOWNSHIP, VILLAGE
from lianxin.routing.v1 import custody_pb2 as custody

pytestmark = pytest.mark.asyncio(loop_scope="session")
PART, EXCHANGE = (
    "/lianxin.exchange.v1.CasePartService/",
    "/lianxin.exchange.v1.CaseExchangeService/",
)
UP = {
    VILLAGE: {"handover.release", "handover.deliver", PART + "Release"},
    TOWNSHIP: {EXCHANGE + "Deliver", "handover.import", PART + "ImportPart", "handover.deliver"},
    COUNTY: {EXCHANGE + "Deliver", "handover.import", PART + "ImportPart"},
}
"""Spans that each node adds to the trace of a case that goes from the village to the county."""
DOWN = {
    TOWNSHIP: {"handover.release", EXCHANGE + "Claim", EXCHANGE + "Confirm"},
    VILLAGE: {
        "consume.routing.handover_offered",
        "handover.claim",
        "handover.confirm",
        "handover.import",
        PART + "ImportPart",
    },
}
HOPS = 2
TOLD_OF_CALLS = {"rpc.response.status_code"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def case_id(stage, rows, village, township, county):
    """A case that went up from the village to the county."""
    case = await plain.register(stage, village, plain.at_village(rows["AJ0038"].draft), "AJ0038")
    await _escalate(village, case.case_id)
    await acts.held_by(township, case.case_id)
    await _escalate(township, case.case_id)
    await acts.held_by(county, case.case_id)
    return case.case_id


async def _escalate(clerk, case_id):
    await acts.known_to(clerk, case_id)
    request = custody.EscalateRequest(case_id=case_id, reason="beyond_competence")
    await acts.ask(clerk, clerk.custody.Escalate, request)


def _spans(file, case_id):
    """Spans of the case's trace, from all nodes."""
    trace = f"0x{telemetry.journey(UUID(case_id)).trace_id:032x}"
    lines = [json.loads(line) for line in file.read_bytes().splitlines()]
    return [line for line in lines if line.get("context", {}).get("trace_id") == trace]


def _told(file, case_id):
    """Names of the spans of that trace, by node."""
    found = {node: set() for node in NODES}
    for span in _spans(file, case_id):
        found[span["resource"]["attributes"]["lianxin.node"]].add(span["name"])
    return found


def _complete(file, case_id, wanted):
    told = _told(file, case_id)
    return all(names <= told[node] for node, names in wanted.items())


async def test_the_way_up_is_one_trace(telemetry_file, case_id):
    """Village, township and county, intake and routing, put their steps into the same trace."""
    await eventually(lambda: _complete(telemetry_file, case_id, UP))


async def test_steps_hang_together(telemetry_file, case_id):
    """A Deliver at the parent is below the step that made it at the child, by its traceparent."""
    await eventually(lambda: _complete(telemetry_file, case_id, UP))
    spans = _spans(telemetry_file, case_id)
    node_of = {
        span["context"]["span_id"]: span["resource"]["attributes"]["lianxin.node"] for span in spans
    }
    by_id = {span["context"]["span_id"]: span for span in spans}
    received = [
        span for span in spans if span["name"] == EXCHANGE + "Deliver" and "SERVER" in span["kind"]
    ]
    above = {
        node_of[span["context"]["span_id"]]: _name_of_step(by_id, span["parent_id"])
        for span in received
    }
    assert above == {TOWNSHIP: "handover.deliver", COUNTY: "handover.deliver"}


def _name_of_step(by_id, span_id):
    """The name of the first span above that is no call."""
    while by_id[span_id]["name"].startswith("/"):
        span_id = by_id[span_id]["parent_id"]
    return by_id[span_id]["name"]


async def test_the_way_down_is_one_trace(telemetry_file, stage, rows, township, village):
    """The offer, the claim and the confirmation are in the case's trace at both nodes."""
    case = await plain.register(stage, township, rows["AJ0153"].draft, "AJ0153")
    await acts.known_to(township, case.case_id)
    request = custody.AssignRequest(
        case_id=case.case_id,
        to_unit=stage.site(VILLAGE),
        reason="local_matter",
        due_on=in_days(60),
    )
    await acts.ask(township, township.custody.Assign, request)
    await acts.held_by(village, case.case_id)
    await eventually(lambda: _complete(telemetry_file, case.case_id, DOWN))


async def test_spans_tell_ids_and_codes_only(telemetry_file, case_id):
    """Attributes of spans are those of a short list, and every step names its hand-over."""
    await eventually(lambda: _complete(telemetry_file, case_id, UP))
    spans = _spans(telemetry_file, case_id)
    told = {name for span in spans for name in span["attributes"]}
    assert told <= telemetry.ATTRIBUTES | TOLD_OF_CALLS
    steps = [span["attributes"] for span in spans if span["name"].startswith("handover.")]
    assert len({UUID(step["handover.id"]) for step in steps}) == HOPS
    assert {step["handover.direction"] for step in steps} == {"up"}


async def test_steps_are_measured(telemetry_file, case_id):
    """Durations of steps and open hand-overs are among the metrics."""

    def measured():
        names = b"lianxin.handover.step.duration", b"lianxin.handover.open"
        return all(name in telemetry_file.read_bytes() for name in names)

    await eventually(measured)
