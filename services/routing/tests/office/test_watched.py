from datetime import timedelta
from types import SimpleNamespace

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from kernel.group_commit import Work
from kernel.ids import new_id
from routing.storage.standing_links import link, outbox, receiver
from routing.storage.watched import Behind, look
from routing.watched import Watched


def _bus(office):
    down = SimpleNamespace(heard={"dipu": office.clock.now()})
    return SimpleNamespace(clock=office.clock, up=None, down=down, frozen=lambda: False)


async def _put(office, table, *rows):
    def handler(uow, given):
        for row in given:
            uow.insert(table, row)

    await office.ground.writer.perform(Work(handler, rows))


def _event(office, number):
    return {
        "link": "down.dipu",
        "link_no": number,
        "incarnation": 1,
        "event_id": new_id(),
        "type": "test",
        "subject": "down.dipu.test",
        "body": b"",
        "at": office.clock.now(),
    }


async def _look(office, *children):
    now, code = office.clock.now(), office.ground.node.code
    below = children or ("dipu",)
    return await office.ground.readers.run(lambda c: look(c, code, now, children=below))


async def test_lag_of_a_link_is_the_age_of_what_the_other_end_lacks(office):
    """What every receiver has is not behind; the oldest of the rest tells the lag."""
    row = {"name": "down.dipu", "incarnation": 1, "head": 3, "published_no": 3}
    told = {"link": "down.dipu", "receiver": "dipu", "incarnation": 1, "confirmed_no": 1}
    await _put(office, link, row)
    await _put(office, receiver, told | {"at": office.clock.now()})
    await _put(office, outbox, _event(office, 1))
    office.clock.advance(timedelta(minutes=1))
    oldest = office.clock.now()
    await _put(office, outbox, _event(office, 2))
    office.clock.advance(timedelta(minutes=1))
    await _put(office, outbox, _event(office, 3), _event(office, None))
    assert (await _look(office)).links["down.dipu"] == Behind(3, oldest)


async def test_a_link_that_has_everything_has_no_lag(office):
    """Nothing is behind when the last number is confirmed and nothing waits for one."""
    row = {"name": "down.dipu", "incarnation": 1, "head": 1, "published_no": 1}
    told = {"link": "down.dipu", "receiver": "dipu", "incarnation": 1, "confirmed_no": 1}
    await _put(office, link, row)
    await _put(office, receiver, told | {"at": office.clock.now()})
    await _put(office, outbox, _event(office, 1))
    assert (await _look(office)).links["down.dipu"] == Behind(0, None)


async def test_the_link_of_a_forgotten_node_is_told_of_no_more(office):
    """Its rows wait for its return; no alarm is raised for a node that is none."""
    row = {"name": "down.dipu", "incarnation": 1, "head": 3, "published_no": 3}
    await _put(office, link, row, row | {"name": "up"})
    assert set((await _look(office, "tianhuangping")).links) == {"up"}


async def test_clocks_past_their_end_are_counted_by_clock(office):
    """A case whose days have all passed shows each of its running clocks once."""
    case_id = await office.register("s-anji")
    assert (await _look(office)).overdue == {}
    office.clock.advance(timedelta(days=400))
    running = {row["clock"] for row in await office.clocks(case_id) if row["state"] == "running"}
    overdue = (await _look(office)).overdue
    assert running
    assert {clock: count for (clock, _), count in overdue.items()} == dict.fromkeys(running, 1)


async def test_metrics_fall_to_zero_when_nothing_is_overdue_any_more(office):
    """A gauge of a clock that is met must not stand at its last value for ever."""
    reader = InMemoryMetricReader()
    meters = MeterProvider([reader])
    watched = Watched(office.ground, _bus(office), meters.get_meter("test"))
    await office.register("s-anji")
    start = office.clock.now()
    office.clock.advance(timedelta(days=400))
    await watched.look()
    before = _values(reader, "lianxin.clocks.overdue")
    office.clock.set(start)
    await watched.look()
    assert set(before.values()) == {1}
    assert _values(reader, "lianxin.clocks.overdue") == dict.fromkeys(before, 0)
    assert _values(reader, "lianxin.node.frozen") == {frozenset(): 0}


def _values(reader, name):
    found = reader.get_metrics_data().resource_metrics[0].scope_metrics[0].metrics
    points = next(it for it in found if it.name == name).data.data_points
    return {frozenset(point.attributes.items()): point.value for point in points}
