"""Mediation's side of a hand-over (handover protocol, sections 2 and 6)."""

import pytest

from kernel.database import Database
from kernel.group_commit import Work, Writer
from kernel.holding import sealed_columns
from kernel.identity import Caller, Kind
from kernel.ids import new_id
from lianxin.exchange.v1 import case_part_pb2 as part
from mediation.convert.events import encode
from mediation.handlers.case_part import PART
from mediation.storage.portable import PORTABLE
from mediation.storage.tables import case_key, mediation, metadata, write_grant

UNIT, PATH = "s-changshuo", "330523.002.000"
TO, TO_PATH = "s-lingfeng", "330523.003.000"
NOTE = "两家都愿意谈，先看过水沟再说。"


async def release(bench, handoff_id, epoch=1, *, with_part=False):
    """Release, answered."""
    request = part.ReleaseRequest(
        handoff_id=handoff_id, case_id=bench.case_id, epoch=epoch, with_part=with_part
    )
    return await bench.parts().Release(request)


async def keep(bench, handoff_id, epoch=1):
    """Keep, answered."""
    request = part.KeepRequest(
        handoff_id=handoff_id, case_id=bench.case_id, epoch=epoch, unit=UNIT, path=PATH
    )
    return await bench.parts().Keep(request)


async def take(bench, handoff_id, exported, epoch=2):
    """ImportPart at the receiver, answered."""
    more = {"format": exported.format, "part": exported.part, "handoff_id": handoff_id}
    return await bench.grant(epoch, TO, TO_PATH, **more)


async def test_an_open_mediation_is_released_with_its_last_fact(bench):
    """It travels in mid-mediation; while it is locked nothing is written."""
    await bench.open()
    answer = await release(bench, str(new_id()), with_part=True)
    assert (answer.released, answer.last_fact_no) == (True, 1)
    assert (answer.part.format, bool(answer.part.part)) == ("mediation/1", True)


async def test_a_locked_case_refuses_an_opening_until_it_is_kept(bench):
    """CASE_LOCKED under the hand-over's id; after Keep of that id the same epoch goes on."""
    handoff = str(new_id())
    assert (await release(bench, handoff)).released
    assert (await bench.refused(bench.open())).reason == "CASE_LOCKED"
    await keep(bench, handoff)
    assert (await bench.open()).stamp.state == "opened"
    late = await release(bench, handoff)
    assert (late.released, late.reason) == (True, "")
    assert (await bench.get()).state == "opened"


async def test_a_case_without_a_grant_is_locked_all_the_same(bench):
    """The grant of the registration comes late: it changes nothing any more."""
    bench.case_id = str(new_id())
    answer = await release(bench, str(new_id()), with_part=True)
    assert (answer.released, answer.last_fact_no, answer.part.part) == (True, 0, b"")
    await bench.grant(1)
    assert (await bench.refused(bench.open())).reason in {"CASE_LOCKED", "CASE_MISSING"}
    states = {
        row["state"] for row in bench.rows(write_grant) if str(row["case_id"]) == bench.case_id
    }
    assert states == {"locked"}


async def test_everything_arrives_at_another_node_under_its_own_key(bench, next_node):
    """Export here, import there, twice: one row, readable and writable there at the next epoch."""
    next_node.case_id = bench.case_id
    opened = await bench.open(note=NOTE)
    handoff = str(new_id())
    exported = (await release(bench, handoff, with_part=True)).part
    for _ in range(2):
        assert (await take(next_node, handoff, exported)).stored
    shown = await next_node.get(next_node.other_unit)
    assert (shown.note, shown.state, shown.holder_unit, shown.epoch) == (NOTE, "opened", TO, 2)
    assert (shown.case_no, shown.version) == (opened.stamp.case_no, 1)
    [here], [there] = bench.rows(case_key), next_node.rows(case_key)
    assert here["wrapped"] != there["wrapped"]
    again = await release(next_node, str(new_id()), 2, with_part=True)
    assert (again.released, again.last_fact_no) == (True, 1)
    assert again.part.part == exported.part


async def test_a_mediation_comes_back_under_the_key_it_had_here(bench, next_node):
    """The way there and back changes nothing but the epoch and who holds it."""
    next_node.case_id = bench.case_id
    await bench.open(note=NOTE)
    there, back = str(new_id()), str(new_id())
    await take(next_node, there, (await release(bench, there, with_part=True)).part)
    exported = (await release(next_node, back, 2, with_part=True)).part
    more = {"format": exported.format, "part": exported.part, "handoff_id": back}
    await bench.grant(3, UNIT, PATH, **more)
    shown = await bench.get()
    assert (shown.note, shown.epoch, shown.holder_unit) == (NOTE, 3, UNIT)
    assert len(bench.rows(case_key)) == 1


async def test_an_ended_case_is_read_and_written_no_more(bench):
    """EndGrant, twice; the mediation stays readable and says that its case has ended."""
    await bench.open()
    end = part.EndGrantRequest(case_id=bench.case_id, epoch=1, ending="settled")
    for _ in range(2):
        assert (await bench.parts().EndGrant(end)).ended
    shown = await bench.get()
    assert shown.HasField("ended_at")
    assert (await release(bench, str(new_id()))).reason == "CASE_ENDED"


async def test_a_grant_that_comes_after_the_end_changes_nothing(bench):
    """The case ended before mediation was told that it may write: it never may."""
    bench.case_id = str(new_id())
    end = part.EndGrantRequest(case_id=bench.case_id, epoch=1, ending="settled")
    assert (await bench.parts().EndGrant(end)).ended
    await bench.grant(1)
    mine = [row for row in bench.rows(write_grant) if str(row["case_id"]) == bench.case_id]
    assert [(row["state"], row["epoch"]) for row in mine] == [("ended", 1)]
    await bench.grant(2, handoff_id=str(new_id()))
    [reopened] = [row for row in bench.rows(write_grant) if str(row["case_id"]) == bench.case_id]
    assert (reopened["state"], reopened["epoch"]) == ("open", 2)


async def test_a_decision_of_a_second_person_holds_the_case_here(bench):
    """What this unit's second person is to decide cannot be decided elsewhere."""
    await bench.open()
    [row] = bench.rows(mediation)
    database = Database.open(bench.database_url)
    async with Writer(database, metadata, clock=bench.clock, encode=encode) as writer:

        def ask(uow, case_id):
            uow.update(mediation, {"case_id": case_id}, {"state": "closing"})

        await writer.perform(Work(ask, row["case_id"]))
    database.close()
    answer = await release(bench, str(new_id()))
    assert (answer.released, answer.reason) == (False, "DECISION_PENDING")


async def test_after_a_restore_nobody_writes_until_routing_keeps_the_case(bench):
    """Grants of a backup are locked; a Keep at a higher epoch opens the case again."""
    database = Database.open(bench.database_url)
    async with Writer(database, metadata, clock=bench.clock, encode=encode) as writer:
        await writer.perform(Work(PART.lock_all, new_id()))
    database.close()
    assert (await bench.refused(bench.open())).reason == "CASE_LOCKED"
    await keep(bench, str(new_id()), 3)
    assert (await bench.open(epoch=3)).stamp.epoch == 3


@pytest.mark.parametrize(
    ("name", "data"), [("mediation/9", b"{}"), ("mediation/1", b"no"), ("mediation/1", b"{}")]
)
async def test_a_part_that_cannot_be_read_changes_nothing(bench, name, data):
    """Another format, or garbage, is a typed refusal."""
    exported = part.ExportPartResponse(format=name, part=data)
    refused = await bench.refused(take(bench, str(new_id()), exported))
    assert refused.reason == "PART_UNREADABLE"
    assert [row["epoch"] for row in bench.rows(write_grant)] == [1]


async def test_facts_and_grants_are_listed_for_routing(bench):
    """A log that missed an event asks by number; the audit sees each grant with its last fact."""
    await bench.open()
    asked = part.ListFactsRequest(case_id=bench.case_id)
    facts = (await bench.parts().ListFacts(asked)).facts
    assert [(one.fact_no, one.kind) for one in facts] == [(1, "mediation.opened")]
    pages = [page async for page in bench.parts().ListGrants(part.ListGrantsRequest())]
    [grant] = [grant for page in pages for grant in page.grants]
    assert (grant.state, grant.epoch, grant.last_fact_no) == ("open", 1, 1)


async def test_files_and_numbering_are_answered_as_a_service_without_them(bench):
    """Nothing is kept, so nothing is waited for."""
    blob = {"case_id": bench.case_id, "sha256": "0" * 64}
    assert not (await bench.parts().HasBlob(part.HasBlobRequest(**blob))).known
    asked = part.ReadBlobRequest(**blob)

    async def read():
        return [piece async for piece in bench.parts().ReadBlob(asked)]

    assert (await bench.refused(read())).reason == "FILE_MISSING"
    numbering = await bench.parts().ListNumbering(part.ListNumberingRequest())
    assert (list(numbering.awaited), numbering.directory_version > 0) == ([], True)


@pytest.mark.parametrize("caller", ["staff", "node"])
async def test_only_services_of_the_node_hand_cases_over(bench, caller):
    """Staff of the holder and neighbour nodes are refused at the door."""
    who = bench.mediator if caller == "staff" else Caller(Kind.NODE, "anji")
    request = part.ReleaseRequest(handoff_id=str(new_id()), case_id=bench.case_id, epoch=1)
    refused = await bench.refused(bench.parts(who).Release(request))
    assert refused.reason in {"DENIED", "UNAUTHENTICATED"}


def test_each_portable_table_is_found_by_its_case_and_seals_what_it_says():
    """What travels has the case in its key, and its sealed columns by name."""
    for table in PORTABLE:
        assert "case_id" in {column.name for column in table.primary_key}
    assert sealed_columns(mediation) == ["sealed_note"]
