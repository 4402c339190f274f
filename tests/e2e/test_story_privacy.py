"""What was said at a counter stays in sealed fields, over a whole run on three nodes."""

import json
import sqlite3

import grpc
import pytest

from kernel.ids import new_id
from kernel.testing.searching import found_in
from kernel.testing.waiting import eventually
from lianxin.cli.demo.scenes import plain
from lianxin.cli.demo.world import NODES
from lianxin.intake.v1 import intake_service_pb2 as intake

pytestmark = pytest.mark.asyncio(loop_scope="session")
ANSWER = "双方当面谈妥。"


@pytest.fixture
def personal(stage, rows):
    """Names, phones, addresses and narratives of everything registered so far."""
    used = {case.sample for case in stage.ledger.cases.values()}
    values = {value for no in used for value in rows[no].personal}
    sentences = {part for value in values for part in value.split("，") if len(part) > 7}
    return sorted(values | sentences | {ANSWER})


async def test_a_case_is_there_to_look_for(stage, rows, village, township, personal):
    """One more case goes through the story, so that this file also runs alone."""
    case = await plain.register(stage, village, plain.at_village(rows["AJ0224"].draft), "AJ0224")
    assert case.case_id in stage.ledger.cases


async def test_logs_hold_nothing_personal(stage, personal):
    """What the nodes print has ids, codes and times only."""
    for node in NODES:
        log = stage.world.nodes[node].log.read_bytes()
        assert log
        assert found_in(log, personal) == []


async def test_events_hold_nothing_personal(stage, personal):
    """Outbox and inbox rows, headers and bodies, hold nothing personal."""
    looked_at = 0
    for node in NODES:
        for service in ("intake", "routing", "mediation", "hearing"):
            for row in _events(stage.world.nodes[node].data / f"{service}.db"):
                looked_at += 1
                assert found_in(row, personal) == []
    assert looked_at > 0


def _events(file):
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        for table in ("outbox", "inbox"):
            for row in connection.execute(f"SELECT * FROM {table}"):  # noqa: S608 (our own names)
                yield b"\n".join(v if isinstance(v, bytes) else str(v).encode() for v in row)
    finally:
        connection.close()


async def test_spans_and_metrics_hold_nothing_personal(telemetry_file, stage, personal):
    """What every node exports of traces and metrics names methods, codes and ids only."""

    def told():
        """The nodes that have written spans, and those that have written metrics."""
        lines = [json.loads(line) for line in telemetry_file.read_bytes().splitlines()]
        spans = {line["resource"]["attributes"]["lianxin.node"] for line in lines if "name" in line}
        measured = {
            resource["resource"]["attributes"]["lianxin.node"]
            for line in lines
            for resource in line.get("resource_metrics", ())
        }
        return spans & measured

    await eventually(lambda: told() >= set(NODES))
    content = telemetry_file.read_bytes()
    for name in (b"RegisterCase", b"rpc.server.call.duration"):
        assert name in content
    assert found_in(content, personal) == []


async def test_databases_and_stores_hold_ciphertext_only(stage, personal):
    """No file of a node, database, journal or stream, can be searched for a person."""
    for node in NODES:
        data = stage.world.nodes[node].data
        files = [file for file in data.rglob("*") if file.is_file() and "keys" not in file.parts]
        assert files
        for file in files:
            assert (file.name, found_in(file.read_bytes(), personal)) == (file.name, [])


async def test_error_texts_hold_nothing_personal(stage, rows, village):
    """A refused draft is answered with field names and codes, never with what was typed."""
    sample = rows["AJ0224"]
    draft = plain.at_village(sample.draft)
    draft.place_code = "x"
    draft.category = sample.personal[0]
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await village.intake.RegisterCase(
            intake.RegisterCaseRequest(request_id=str(new_id()), draft=draft)
        )
    details = b"".join(v for _, v in refused.value.trailing_metadata() if isinstance(v, bytes))
    said = str(refused.value.details()).encode() + details
    assert b"draft.place_code" in said
    assert found_in(said, sample.personal) == []


async def test_what_the_demonstration_prints_holds_nothing_personal(printed, personal):
    """The screen shows numbers, units and states."""
    assert found_in(printed.getvalue().encode(), personal) == []
