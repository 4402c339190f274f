"""Proposals that nobody needs any more go away; what a hearing stands by stays."""

from datetime import timedelta
from uuid import UUID

import pytest

from hearing.storage.tables import hearing
from hearing.storage.tables_planning import proposal, proposal_part
from kernel.database import Database
from kernel.ids import new_id
from kernel.testing.waiting import eventually

OLD, YOUNG = timedelta(days=91), timedelta(days=89)


def _kept(setting, age, state="proposed", *, accepted=False):
    """A proposal of that age for the hearing; work that goes on has its time before it."""
    proposal_id, now = new_id(), setting.bench.clock.now()
    row = {
        "proposal_id": proposal_id, "unit": "s-changshuo", "asked_by": "head",
        "asked_at": now - age, "seconds": 2, "seed": 1, "state": state, "kept": "",
        "lost_at": now + timedelta(hours=1) if state == "working" else now, "problem": b"{}",
    }  # fmt: skip
    (one,) = setting.bench.rows(hearing)
    part = {
        "proposal_id": proposal_id, "case_id": one["case_id"], "case_no": "1", "epoch": 1,
        "hearing_id": one["hearing_id"], "version": 1, "accepted": accepted,
    }  # fmt: skip
    setting.insert(proposal_part, part)
    setting.insert(proposal, row)
    return proposal_id


async def test_old_proposals_are_deleted_but_for_those_at_work_and_those_that_stand(setting):
    """Ninety days after it was asked for; not by which a hearing was set since, nor unfinished."""
    await setting.set()
    stands = _kept(setting, OLD, accepted=True)
    works = _kept(setting, OLD, "working")
    young = _kept(setting, YOUNG)
    for state in ("proposed", "infeasible", "lost"):
        _kept(setting, OLD, state)

    await eventually(lambda: _left(setting) == {stands, works, young})
    parts = {row["proposal_id"] for row in setting.bench.rows(proposal_part)}
    assert parts == {stands, works, young}


@pytest.mark.parametrize("change", [{"state": "granted"}, {"set_at": None}])
async def test_a_proposal_by_which_nothing_stands_any_more_goes(setting, change):
    """Unset since, or set before that time: the hearing itself says who set it."""
    await setting.set()
    long_ago = setting.bench.clock.now() - OLD
    _change(setting, {name: one or long_ago for name, one in change.items()})
    _kept(setting, OLD, accepted=True)

    await eventually(lambda: not _left(setting))
    assert len(setting.bench.rows(hearing)) == 1


def _left(setting) -> set[UUID]:
    return {row["proposal_id"] for row in setting.bench.rows(proposal)}


def _change(setting, values):
    database = Database.open(setting.bench.database_url)
    try:
        with database.writer.begin() as connection:
            connection.execute(hearing.update().values(values))
    finally:
        database.close()
