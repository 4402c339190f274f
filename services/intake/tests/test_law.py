"""What the county distributes is what intake counts by, with routing and without it."""

import json
from contextlib import asynccontextmanager
from dataclasses import replace

import grpc

from intake.storage.tables import cases, rules_copy
from kernel.ids import new_id
from kernel.testing.waiting import eventually
from lianxin.common.v1 import case_pb2 as common
from lianxin.intake.v1 import intake_service_pb2 as pb
from lianxin.routing.v1 import directory_pb2, directory_pb2_grpc

HANDLING = "handling:\n    title: {zh: 办理, en: handling of the matter}\n    starts: acceptance\n"
NOTICE = json.dumps(
    {
        "year": 2026,
        "source": "test",
        "kind": "amendment",
        "holidays": [{"name": "local", "first": "2026-12-02", "last": "2026-12-02"}],
    }
)


class County(directory_pb2_grpc.DirectoryServiceServicer):
    """Routing's one answer about rules: nothing at first."""

    def __init__(self):
        self.rules = {"profiles": [], "notices": []}

    async def GetRules(self, _request, _):
        """All that was distributed."""
        return directory_pb2.GetRulesResponse(content=json.dumps(self.rules).encode())


@asynccontextmanager
async def distributing(county):
    """A server that answers so; its address."""
    server = grpc.aio.server()
    directory_pb2_grpc.add_DirectoryServiceServicer_to_server(county, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    yield f"127.0.0.1:{port}"
    await server.stop(0)


async def day_of(front, made):
    """Until when the matter is to be handled, if it is accepted now."""
    request = pb.AcceptCaseRequest(
        request_id=str(new_id()),
        case_id=made.stamp.case_id,
        seen=common.Seen(epoch=made.stamp.epoch, version=made.stamp.version),
        procedure=common.PROCEDURE_PETITION,
    )
    [due] = (await front.intake(front.clerk).AcceptCase(request)).dues
    assert due.clock == "handling"
    return due.due_on


def pin_of(front, made):
    """The profile that the case is pinned to."""
    [row] = front.rows(cases, case_id=front.case_id(made))
    return row["regulation"]


async def test_the_law_that_arrived_counts_for_new_cases_and_after_a_restart(
    settings, start, clock
):
    """30 days and a day off for a case pinned to the new version, sixty for one before it."""
    first = (settings.regulation / "cn-2022.yaml").read_text(encoding="utf-8")
    assert HANDLING + "    limit: 60" in first
    second = first.replace('version: "2022.1"', 'version: "2022.2"').replace(
        HANDLING + "    limit: 60", HANDLING + "    limit: 30"
    )
    county = County()
    async with distributing(county) as address:
        settings = replace(settings, routing=address)
        async with start(settings, clock) as front:
            before = await front.register()
            assert await day_of(front, before) == "2027-01-04"
            waiting = await front.register()
            county.rules = {"profiles": [first, second], "notices": [NOTICE]}
            await eventually(lambda: bool(front.rows(rules_copy)))
            after = await front.register()
            assert (pin_of(front, waiting), pin_of(front, after)) == (
                "cn-2022@2022.1",
                "cn-2022@2022.2",
            )
            assert await day_of(front, waiting) == "2027-01-04"
            assert await day_of(front, after) == "2026-12-03"
    async with start(settings, clock) as front:
        assert await day_of(front, await front.register()) == "2026-12-03"
