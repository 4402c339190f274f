import asyncio
from datetime import timedelta

import pytest

from kernel.group_commit import Work
from kernel.identity import Role
from lianxin.common.v1 import case_pb2 as common
from lianxin.routing.v1 import worklist_pb2 as pb
from lianxin.routing.v1.worklist_pb2_grpc import WorklistServiceStub
from routing.commands.worklist import WorkFilter
from routing.storage import worklist
from routing.storage.standing_links import link

HANDLER = (Role.HANDLER,)


def _talk(office, unit="s-anji", *roles, name="li"):
    return office.talk(WorklistServiceStub, office.staff(unit, *(roles or HANDLER), name=name))


async def _many(office, unit, count, **values):
    made = []
    for _ in range(count):
        office.clock.advance(timedelta(minutes=1))
        made.append(str(await office.register(unit, **values)))
    return made


async def test_pages_join_into_the_whole_list_newest_first(office):
    """Page after page, every case of the unit comes once, newest registration first."""
    made = await _many(office, "s-anji", 7)
    await _many(office, "s-dipu", 2)
    seen, token = [], ""
    async with _talk(office) as calls:
        while True:
            page = await calls.ListWork(pb.ListWorkRequest(page_size=3, page_token=token))
            seen += [line.case_id for line in page.lines]
            token = page.next_page_token
            if not token:
                break
        counted = (await calls.CountWork(pb.CountWorkRequest())).count
    assert seen == made[::-1]
    assert counted == 7


async def test_a_count_ends_at_its_limit(office):
    """Beyond the limit a count is one more than it, and is answered as "more than"."""
    await _many(office, "s-anji", 3)
    asked = worklist.Asked(
        office.staff("s-anji", Role.SUPERVISOR), WorkFilter(), office.clock.now()
    )
    for most, told in ((3, 3), (2, 3), (1, 2)):
        found = await office.ground.readers.run(
            lambda connection, most=most: worklist.count(connection, asked, most)
        )
        assert found == told
    async with _talk(office) as calls:
        answer = await calls.CountWork(pb.CountWorkRequest())
    assert (answer.count, answer.more) == (3, False)


async def test_cases_of_the_same_instant_are_not_lost_between_pages(office):
    """Where many cases share a registration time, the id decides and none is skipped."""
    made = {str(await office.register("s-anji")) for _ in range(5)}
    seen, token = [], ""
    async with _talk(office) as calls:
        for _ in range(5):
            page = await calls.ListWork(pb.ListWorkRequest(page_size=1, page_token=token))
            seen += [line.case_id for line in page.lines]
            token = page.next_page_token
    assert set(seen) == made
    assert token == ""


@pytest.mark.parametrize(
    "unit,roles,seen",
    [
        ("s-anji", (Role.HANDLER,), {"county"}),
        ("s-anji", (Role.SUPERVISOR,), {"county", "town", "village"}),
        ("s-dipu", (Role.SUPERVISOR,), {"town", "village"}),
        ("s-dipu-lujia", (Role.HANDLER,), {"village"}),
        ("s-anji", (Role.ADMINISTRATOR,), None),
        ("s-anji", (Role.DISCIPLINE,), {"sealed"}),
    ],
)
async def test_list_and_count_show_what_the_scope_rule_lets_see(office, unit, roles, seen):
    """Own unit, subtree for those who supervise, sealed matters for their body and nobody else."""
    ids = {
        str(await office.register("s-anji")): "county",
        str(await office.register("s-dipu")): "town",
        str(await office.register("s-dipu-lujia")): "village",
        str(await office.register("s-dipu", sealed_for="s-anji", purpose="accusation")): "sealed",
    }
    async with _talk(office, unit, *roles) as calls:
        if seen is None:
            assert await office.reason(calls.ListWork(pb.ListWorkRequest())) == "DENIED"
            return
        lines = (await calls.ListWork(pb.ListWorkRequest())).lines
        counted = (await calls.CountWork(pb.CountWorkRequest())).count
    assert {ids[line.case_id] for line in lines} == seen
    assert counted == len(seen)


async def test_grid_worker_sees_what_he_registered_himself(office):
    """Cases registered by colleagues of the same station do not show."""
    mine = str(await office.register("s-dipu-lujia"))
    async with _talk(office, "s-dipu-lujia", Role.GRID_WORKER, name="li") as calls:
        lines = (await calls.ListWork(pb.ListWorkRequest())).lines
    async with _talk(office, "s-dipu-lujia", Role.GRID_WORKER, name="other") as calls:
        others = (await calls.ListWork(pb.ListWorkRequest())).lines
    assert [line.case_id for line in lines] == [mine]
    assert list(others) == []


@pytest.mark.parametrize(
    "wanted,found",
    [
        (pb.WorkFilter(colour=common.COLOUR_RED), {"red"}),
        (pb.WorkFilter(category="land"), {"land"}),
        (pb.WorkFilter(backlog=True), {"old"}),
        (pb.WorkFilter(backlog=False), {"red", "land"}),
        (pb.WorkFilter(clock="route"), {"red", "land"}),
        (pb.WorkFilter(states=["ended"]), set()),
        (pb.WorkFilter(to_sign=True), set()),
        (pb.WorkFilter(path_prefix="330523.001"), set()),
        (pb.WorkFilter(path_prefix="330523"), {"red", "land", "old"}),
    ],
)
async def test_filters_narrow_list_and_count_alike(office, wanted, found):
    """Each filter leaves the cases it names, in the list as in the count."""
    names = {
        str(await office.register("s-anji", colour="red", procedure="petition")): "red",
        str(await office.register("s-anji", category="land", procedure="petition")): "land",
        str(await office.register("s-anji", backlog=True)): "old",
    }
    async with _talk(office) as calls:
        lines = (await calls.ListWork(pb.ListWorkRequest(filter=wanted))).lines
        counted = (await calls.CountWork(pb.CountWorkRequest(filter=wanted))).count
    assert {names[line.case_id] for line in lines} == found
    assert counted == len(found)


@pytest.mark.parametrize(
    "request_",
    [
        pb.ListWorkRequest(page_token="no token of ours"),
        pb.ListWorkRequest(page_size=-1),
        pb.ListWorkRequest(filter=pb.WorkFilter(states=["lost"])),
        pb.ListWorkRequest(filter=pb.WorkFilter(path_prefix="%' OR 1=1")),
        pb.ListWorkRequest(filter=pb.WorkFilter(handler="x" * 65)),
    ],
)
async def test_hostile_filters_are_refused_in_a_typed_way(office, request_):
    """Malformed tokens, sizes, words and paths answer INVALID_INPUT."""
    async with _talk(office) as calls:
        assert await office.reason(calls.ListWork(request_)) == "INVALID_INPUT"


async def test_today_counts_what_waits(office):
    """New cases and those to decide show at once; the most pressing ones come first."""
    await office.register("s-anji")
    await office.register("s-dipu")
    async with _talk(office) as calls:
        today = await calls.Today(pb.TodayRequest())
    assert (today.fresh, today.overdue, today.to_sign) == (1, 0, 0)
    assert len(today.first) == 1


async def test_watch_tells_snapshot_arrivals_and_changes(office):
    """What is there comes first, then each arrival and each change as it happens."""
    there = str(await office.register("s-anji"))
    async with _talk(office) as calls:
        stream = calls.WatchWorklist(pb.WatchWorklistRequest())
        first = await asyncio.wait_for(stream.read(), 20)
        assert (first.change, first.line.case_id) == ("snapshot", there)
        new = str(await office.register("s-anji"))
        arrived = await asyncio.wait_for(_next_told(stream), 20)
        assert (arrived.change, arrived.line.case_id) == ("arrived", new)
        stream.cancel()


async def _next_told(stream):
    while True:
        told = await stream.read()
        if told.change != "alive":
            return told


async def test_watch_ends_when_the_server_stops(office):
    """An open watch does not hold up a stop; the client learns why it ended."""
    async with _talk(office) as calls:
        stream = calls.WatchWorklist(pb.WatchWorklistRequest())
        assert (await asyncio.wait_for(stream.read(), 20)).change == "alive"
        await asyncio.wait_for(office.server.stop(), 5)
        assert await office.reason(_next_told(stream)) == "SHUTTING_DOWN"


async def test_figures_count_by_tier_and_scope(office):
    """A supervisor's table counts each case once at its tier, and no sealed one."""
    await _many(office, "s-anji", 1)
    await _many(office, "s-dipu", 2)
    await _many(office, "s-dipu-lujia", 3, backlog=True)
    await office.register("s-dipu", sealed_for="s-anji", purpose="accusation")
    async with _talk(office, "s-anji", Role.SUPERVISOR) as calls:
        tiers = (await calls.Summarize(pb.SummarizeRequest())).tiers
        below = (await calls.Summarize(pb.SummarizeRequest(path_prefix="330523.001"))).tiers
    assert [(common.Tier.Name(it.tier), it.states["held"], it.backlog) for it in tiers] == [
        ("TIER_VILLAGE", 3, 3),
        ("TIER_TOWNSHIP", 2, 0),
        ("TIER_COUNTY", 1, 0),
    ]
    assert [it.states["held"] for it in below] == [3, 2, 0]


async def test_operator_sees_links_and_holidays(office):
    """Link status names the end of the published holidays and counts what is parked."""
    async with _talk(office, "s-anji", Role.ADMINISTRATOR) as calls:
        status = await calls.LinkStatus(pb.LinkStatusRequest())
    assert (status.parked, status.frozen, status.incarnation) == (0, False, 1)
    assert status.holidays_final_until >= "2026-12-01"


async def test_an_operator_is_shown_no_link_to_a_forgotten_node(office):
    """A node that no directory names is no neighbour, though rows of its link are kept."""
    row = {"incarnation": 1, "head": 3, "published_no": 3}
    kept = [row | {"name": name} for name in ("down.lujia", "local")]

    def told(uow, given):
        for row in given:
            if uow.get(link, name=row["name"]) is None:
                uow.insert(link, row)

    await office.ground.writer.perform(Work(told, kept))
    async with _talk(office, "s-anji", Role.ADMINISTRATOR) as calls:
        status = await calls.LinkStatus(pb.LinkStatusRequest())
    assert [shown.peer for shown in status.links] == ["local"]
