"""Hearing's side of a hand-over, of an ending, and of silence."""

from datetime import timedelta

import pytest

from hearing.convert.events import encode
from hearing.domain.states import State
from hearing.storage.file import silent
from hearing.storage.portable import PORTABLE
from hearing.storage.schema import metadata
from hearing.storage.tables import case_key, hearing, hearing_file, lease
from kernel.database import Database
from kernel.group_commit import Work, Writer
from kernel.identity import Caller, Kind
from kernel.ids import new_id
from kernel.testing.waiting import eventually
from lianxin.exchange.v1 import case_part_pb2 as part

UNIT, PATH = "s-changshuo", "330523.002.000"
TO, TO_PATH = "s-lingfeng", "330523.003.000"
REASON = "双方争议很大，请求公开听证。"


async def release(bench, handoff_id, epoch=1):
    """Release with the part, answered."""
    request = part.ReleaseRequest(
        handoff_id=handoff_id, case_id=bench.case_id, epoch=epoch, with_part=True
    )
    return await bench.parts().Release(request)


async def take(bench, handoff_id, exported, epoch=2):
    """ImportPart at the receiver, answered."""
    more = {"format": exported.format, "part": exported.part, "handoff_id": handoff_id}
    return await bench.grant(epoch, TO, TO_PATH, **more)


async def put(bench, state, **values):
    """Bring the case's hearing into a state, as the acts of other parts of hearing do."""
    (row,) = [one for one in bench.rows(hearing_file) if str(one["case_id"]) == bench.case_id]
    database = Database.open(bench.database_url)

    def change(uow, case_id):
        uow.update(hearing_file, {"case_id": case_id}, {"state": state.value})
        key = {"case_id": case_id, "number": row["current"]}
        uow.update(hearing, key, {"state": state.value, **values})

    async with Writer(database, metadata, clock=bench.clock, encode=encode) as writer:
        await writer.perform(Work(change, row["case_id"]))
    database.close()


async def test_a_request_travels_under_the_key_of_the_next_node(bench, next_node):
    """Export, import twice: one file, readable and decided there at the next epoch."""
    next_node.case_id = bench.case_id
    asked = await bench.request()
    handoff = str(new_id())
    answer = await release(bench, handoff)
    assert (answer.released, answer.last_fact_no) == (True, 1)
    assert (await bench.refused(bench.request())).reason == "CASE_LOCKED"
    for _ in range(2):
        assert (await take(next_node, handoff, answer.part)).stored
    shown = await next_node.get(next_node.other_unit)
    assert (shown.state, shown.holder_unit, shown.epoch) == ("requested", TO, 2)
    assert shown.hearings[0].request == REASON
    [here], [there] = bench.rows(case_key), next_node.rows(case_key)
    assert here["wrapped"] != there["wrapped"]
    decided = next_node.decision(asked.stamp.version, epoch=2)
    done = await next_node.hearing(next_node.other_unit).DecideHearing(decided)
    assert done.stamp.state == "granted"


async def test_a_time_nobody_was_told_of_is_given_up_where_the_case_arrives(bench, next_node):
    """It is granted there, without day and room, and the log of the case says so."""
    next_node.case_id = bench.case_id
    await bench.granted()
    day = bench.clock.now().date()
    await put(bench, State.SET, day=day, room_id=new_id())
    handoff = str(new_id())
    await take(next_node, handoff, (await release(bench, handoff)).part)
    shown = await next_node.get(next_node.other_unit)
    assert (shown.state, shown.hearings[0].day, shown.hearings[0].room_id) == ("granted", "", "")
    (row,) = next_node.rows(hearing_file)
    assert row["fact_no"] == 3
    assert next_node.facts() == ["hearing.unset"]


async def test_notice_keeps_the_case_here_and_nothing_else_does(bench):
    """Told, opened, adjourned or in counsel: held, postponed or cancelled before the case goes."""
    for state in State:
        bench.case_id = str(new_id())
        await bench.grant()
        await bench.request()
        await put(bench, state)
        answer = await release(bench, str(new_id()))
        assert answer.released is not state.told, state
        assert answer.reason == ("HEARING_NOTICED" if state.told else ""), state


async def test_a_case_ends_after_its_hearing_and_the_service_of_its_conclusion(bench):
    """From the grant to the conclusion the case stays open, and until that is served."""
    await bench.request()
    request = part.AskEndingRequest(
        case_id=bench.case_id, epoch=1, ending="settled", procedure="petition"
    )
    for state in State:
        await put(bench, state)
        lacks = (await bench.parts().AskEnding(request)).lacks
        assert bool(lacks) is (state.running or state is State.CONCLUDED), state
    await put(bench, State.CONCLUDED, served_at=bench.clock.now())
    assert not (await bench.parts().AskEnding(request)).lacks


async def test_a_case_that_ends_by_itself_takes_its_hearing_along(bench):
    """Nobody is heard any more; the file says why, and stays readable."""
    await bench.granted()
    end = part.EndGrantRequest(case_id=bench.case_id, epoch=1, ending="withdrawn")
    for _ in range(2):
        assert (await bench.parts().EndGrant(end)).ended
    shown = await bench.get()
    assert (shown.state, shown.HasField("ended_at")) == ("cancelled", True)
    assert (await bench.refused(bench.request(version=shown.version))).reason == "WRITING_ENDED"
    await bench.grant(2, handoff_id=str(new_id()))
    again = await bench.request(epoch=2, version=(await bench.get()).version)
    assert again.number == 2


async def test_nobody_decided_in_time_is_told_once_and_decides_nothing(bench):
    """By the profile silence is reported up: one fact, dated the end of the last day."""
    asked = await bench.request()
    bench.clock.advance(timedelta(days=20))
    await eventually(lambda: "hearing.decision_overdue" in bench.facts())
    (row,) = bench.rows(hearing)
    assert row["overdue_at"] == bench.clock.now()
    assert (row["state"], row["decision"]) == ("requested", "")
    assert [one["name"] for one in bench.rows(lease)] == ["decisions"]
    done = await bench.hearing().DecideHearing(bench.decision(asked.stamp.version))
    assert done.stamp.state == "granted"
    assert bench.facts().count("hearing.decision_overdue") == 1


async def test_what_is_locked_or_went_elsewhere_is_no_work_of_the_sweep(bench, next_node):
    """Else it would look at it for ever; where the case is now, its silence is told."""
    next_node.case_id = bench.case_id
    await bench.request()
    handoff = str(new_id())
    exported = (await release(bench, handoff)).part
    bench.clock.advance(timedelta(days=20))

    def come(at):
        database = Database.open(at.database_url)
        with database.readers.connect() as connection:
            found = silent(connection, bench.clock.now(), 10)
        database.close()
        return found

    assert come(bench) == []
    await take(next_node, handoff, exported)
    next_node.clock.advance(timedelta(days=20))
    await eventually(lambda: "hearing.decision_overdue" in next_node.facts())
    assert come(next_node) == []


@pytest.mark.parametrize(("silence", "state"), [("granted", "granted"), ("refused", "refused")])
async def test_silence_decides_where_the_rules_of_the_place_say_so(bench, silence, state):
    """The fact says that nobody decided; the request keeps the rule it was made under."""
    await bench.request()
    await put(bench, State.REQUESTED, silence=silence)
    bench.clock.advance(timedelta(days=20))
    await eventually(lambda: "hearing.decided" in bench.facts())
    shown = (await bench.get()).hearings[0]
    assert (shown.state, shown.by_silence, shown.decided_by) == (state, True, "")


@pytest.mark.parametrize(
    ("name", "data"), [("hearing/9", b"{}"), ("hearing/1", b"no"), ("hearing/1", b"{}")]
)
async def test_a_part_that_cannot_be_read_changes_nothing(bench, name, data):
    """Another format, or garbage, is a typed refusal."""
    exported = part.ExportPartResponse(format=name, part=data)
    refused = await bench.refused(take(bench, str(new_id()), exported))
    assert refused.reason == "PART_UNREADABLE"


async def test_only_services_of_the_node_hand_cases_over(bench):
    """Staff of the holder is refused at the door."""
    for who in (bench.head, Caller(Kind.NODE, "anji")):
        request = part.ReleaseRequest(handoff_id=str(new_id()), case_id=bench.case_id, epoch=1)
        refused = await bench.refused(bench.parts(who).Release(request))
        assert refused.reason in {"DENIED", "UNAUTHENTICATED"}


def test_each_portable_table_is_found_by_its_case():
    """What travels has the case first in its key."""
    for table in PORTABLE:
        assert next(iter(table.primary_key)).name == "case_id"


async def test_a_hearing_that_was_adjourned_keeps_its_case_while_the_next_day_is_set(bench):
    """Half of it was heard here: set again, not told yet, it goes nowhere."""
    await bench.request()
    await put(bench, State.SET, adjourned_at=bench.clock.now())
    answer = await release(bench, str(new_id()))
    assert (answer.released, answer.reason) == (False, "HEARING_NOTICED")


async def test_what_was_concluded_is_served_before_the_case_is_heard_anew(bench):
    """Else nobody could serve it any more; served, the next one is asked for."""
    version = (await bench.request()).stamp.version
    await put(bench, State.CONCLUDED)
    assert (await bench.refused(bench.request(version=version))).reason == "HEARING_UNDER_WAY"
    await put(bench, State.CONCLUDED, served_at=bench.clock.now())
    assert (await bench.request(version=version)).number == 2
