"""Sweeps: warnings before a breach, the breach on its day, the ladder; custody never moves."""

from datetime import timedelta
from functools import partial

from kernel import leases
from routing.commands.joint import OpenCohandling
from routing.domain.words import Custody
from routing.handlers import cohandling
from routing.storage.metadata import lease
from routing.storage.supervision import report, supervision
from routing.storage.tables import log_entry


async def test_warning_comes_before_breach(desk, at):
    """Five days before the last day the holder is warned, once."""
    case_id = await desk.register()
    await desk.sweep(at("2026-03-12", 8, 30))
    await desk.sweep(at("2026-03-12", 18))
    assert desk.log(case_id).count("clock.warning") == 2  # route and notice, each once
    assert not desk.case(case_id)["overdue"]


async def test_breach_found_late_is_dated_when_it_happened(desk, at):
    """After an outage of a month breaches stand on their day; the highest level is issued today."""
    case_id = await desk.register()
    await desk.sweep(at("2026-04-20"))
    breaches = desk.rows(log_entry, case_id=case_id, kind="clock.breached")
    assert {row["at"] for row in breaches} == {at("2026-03-18", 0)}
    assert desk.case(case_id)["overdue"]
    issued = desk.rows(supervision, case_id=case_id)
    assert {row["level"] for row in issued} == {"listed"}
    assert {row["at"] for row in issued} == {at("2026-04-20")}
    assert all(row["due_on"] > "2026-04-20" for row in issued)


async def test_no_supervision_is_dated_before_the_registration(desk, at):
    """Received long before it was registered: the breach is of then, the supervision of now."""
    case_id = await desk.register(received_at=at("2026-01-05"))
    await desk.sweep()
    registered_at = desk.case(case_id)["registered_at"]
    breaches = desk.rows(log_entry, case_id=case_id, kind="clock.breached")
    issued = desk.rows(log_entry, case_id=case_id, kind="supervision.issued")
    assert issued
    assert all(row["at"] < registered_at for row in breaches)
    assert {row["at"] for row in issued} == {registered_at}
    assert {row["at"] for row in desk.rows(supervision, case_id=case_id)} == {registered_at}


async def test_ladder_climbs_level_by_level(desk, at):
    """提醒 → 催办 → 督办 → 挂牌督办 as days go by, each reported to the upper unit."""
    case_id = await desk.register(procedure="peoples_mediation", difficulty="complex")
    levels = []
    for days in range(19, 45):
        await desk.sweep(at("2026-03-02") + timedelta(days=days))
        levels = [row["level"] for row in desk.rows(supervision, case_id=case_id)]
    assert levels == ["remind", "urge", "supervise"]
    reports = desk.rows(report, case_id=case_id)
    assert [row["to_unit"] for row in reports] == ["s-anji", "s-anji"]


async def test_sweeps_never_move_custody(desk, at):
    """However long nothing happens, holder, epoch and custody stay."""
    case_id = await desk.register()
    before = desk.case(case_id)
    await desk.sweep(at("2027-06-01"))
    after = desk.case(case_id)
    same = ("holder_unit", "epoch", "custody")
    assert [before[name] for name in same] == [after[name] for name in same]
    assert after["custody"] == Custody.HELD


async def test_backlog_is_left_in_peace(desk, at):
    """积案: no warning, no supervision, no breach."""
    case_id = await desk.register(backlog=True, received_at=at("2011-05-05"))
    await desk.sweep(at("2027-06-01"))
    assert desk.log(case_id) == ["intake.registered"]


async def test_overdue_joint_handling_is_noticed_once(desk, at, who):
    """A co-handler whose day has passed is entered once and reported to its superior."""
    case_id = await desk.register()
    command = OpenCohandling(
        **desk.seen(case_id), unit="u-dipu-sifasuo", task="x", due_on="2026-03-05"
    )
    await desk.do(cohandling.open_cohandling, command, who("s-dipu"))
    await desk.sweep(at("2026-03-06"))
    await desk.sweep(at("2026-03-09"))
    assert desk.log(case_id).count("cohandling.overdue") == 1


async def test_one_replica_sweeps(desk):
    """A lease is one replica's until it runs out."""
    take = partial(leases.take, table=lease)
    one, another = leases.Claim("sweeps", "a"), leases.Claim("sweeps", "b")
    assert await desk.do(take, one, bare=True)
    assert not await desk.do(take, another, bare=True)
    desk.clock.advance(leases.LENGTH + timedelta(seconds=1))
    assert await desk.do(take, another, bare=True)
