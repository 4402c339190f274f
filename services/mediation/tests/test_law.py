"""What the county distributes is what mediation counts by."""

import json
from datetime import UTC, datetime

import grpc
import pytest

from kernel.ids import new_id
from kernel.testing.waiting import eventually
from lianxin.intake.v1 import registration_pb2_grpc
from lianxin.mediation.v1 import due_pb2, due_pb2_grpc
from lianxin.routing.v1 import (
    custody_pb2_grpc,
    directory_pb2,
    directory_pb2_grpc,
    staff_pb2_grpc,
)
from mediation.storage.tables import rules_copy

CIVIL = "    starts: harm_known\n    limit: 3\n    unit: years\n    whose: resident\n"
NOTICE = json.dumps(
    {
        "year": 2027,
        "source": "test",
        "kind": "amendment",
        "holidays": [{"name": "local", "first": "2027-06-15", "last": "2027-06-15"}],
    }
)


class County(directory_pb2_grpc.DirectoryServiceServicer):
    """Routing's one answer about rules: nothing at first."""

    def __init__(self):
        self.rules = {"profiles": [], "notices": []}

    async def GetRules(self, _request, _):
        """All that was distributed."""
        return directory_pb2.GetRulesResponse(content=json.dumps(self.rules).encode())


@pytest.fixture
def county():
    """What is distributed."""
    return County()


@pytest.fixture
async def routing(routing, county):
    """The server of every test, which distributes rules as well."""
    (known, registered), _ = routing
    server = grpc.aio.server()
    custody_pb2_grpc.add_CustodyServiceServicer_to_server(known, server)
    staff_pb2_grpc.add_StaffServiceServicer_to_server(known, server)
    registration_pb2_grpc.add_RegistrationServiceServicer_to_server(registered, server)
    directory_pb2_grpc.add_DirectoryServiceServicer_to_server(county, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    yield (known, registered), f"127.0.0.1:{port}"
    await server.stop(0)


async def limitation_of(bench, stamp):
    """Until when the right can be claimed, told now; with the stamp after it."""
    stub = due_pb2_grpc.MediationDueServiceStub(bench.line(bench.mediator))
    request = due_pb2.NoteHarmKnownRequest(
        request_id=str(new_id()),
        case_id=bench.case_id,
        epoch=stamp.epoch,
        version=stamp.version,
        known_on="2024-06-15",
    )
    stamp = (await stub.NoteHarmKnown(request)).stamp
    answer = await stub.ListDue(due_pb2.ListDueRequest(case_id=bench.case_id))
    [line] = [line for line in answer.lines if line.about == "limitation"]
    return line.due_on, stamp


@pytest.mark.parametrize(
    ("pinned", "due_on"), [("cn-2022@2022.1", "2027-06-16"), ("cn-2022@2022.2", "2029-06-15")]
)
async def test_the_law_that_arrived_counts_for_the_cases_pinned_to_it(
    bench, county, settings, pinned, due_on
):
    """A notice moves every case, another limit only those of its version; both are kept."""
    first = (settings.regulation / "cn-2022.yaml").read_text(encoding="utf-8")
    assert CIVIL in first
    second = first.replace('version: "2022.1"', 'version: "2022.2"').replace(
        CIVIL, CIVIL.replace("limit: 3", "limit: 5")
    )
    bench.clock.set(datetime(2026, 11, 23, 1, tzinfo=UTC))
    bench.routing.custody.regulation = pinned
    before, stamp = await limitation_of(bench, (await bench.open()).stamp)
    assert before == "2027-06-15"
    county.rules = {"profiles": [first, second], "notices": [NOTICE]}
    await eventually(lambda: bool(bench.rows(rules_copy)))
    after, _ = await limitation_of(bench, stamp)
    assert after == due_on
