import asyncio
from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from intake.storage.tables import cases, source_ref
from kernel.database import Database
from lianxin.common.v1 import case_pb2 as common
from lianxin.intake.v1 import intake_service_pb2 as pb


def row(front, number, **values):
    """A row of a file."""
    return pb.ImportCasesRequest(
        row=str(number), import_key="sha-of-the-file", draft=front.draft(**values)
    )


async def run(front, rows):
    """Send the rows, collect the answers."""
    call = front.intake(front.clerk).ImportCases(iter(rows))
    return [answer async for answer in call]


async def test_a_bad_row_never_stops_the_rest(front):
    """Rows are answered one by one in order; the bad ones name their fields in plain words."""
    rows = [
        row(front, 1),
        row(front, 2, narrative=""),
        row(front, 3, place_code="12"),
        row(front, 4),
    ]
    answers = await run(front, rows)
    assert [(one.row, one.outcome) for one in answers] == [
        ("1", "registered"),
        ("2", "refused"),
        ("3", "refused"),
        ("4", "registered"),
    ]
    assert answers[1].errors[0].field == "draft.narrative"
    assert answers[1].errors[0].text
    assert len(front.rows(cases)) == 2


async def test_running_a_file_again_registers_nothing_twice(front):
    """By source number, or by the row of the file where there is none."""
    rows = [row(front, 1), row(front, 2, source_system="12345", source_no="GD-1")]
    first = await run(front, rows)
    again = await run(front, rows)
    assert [one.outcome for one in again] == ["already", "already"]
    assert [one.stamp for one in again] == [one.stamp for one in first]
    assert len(front.rows(cases)) == 2


async def test_a_source_number_is_registered_once_whatever_the_door(front):
    """The same number from the counter and from a file is one case."""
    made = await front.register(source_system="12345", source_no="GD-5")
    (answer,) = await run(front, [row(front, 1, source_system="12345", source_no="GD-5")])
    assert (answer.outcome, answer.stamp.case_id) == ("already", made.stamp.case_id)
    second = await front.register(source_system="12345", source_no="GD-5")
    assert second.already
    assert not second.query_code


async def test_another_matter_under_a_known_number_is_refused(front):
    """In one file, in a later one and at the counter; what first came counts, amended or not."""
    known = {"source_system": "12345", "source_no": "GD-7"}
    rows = [
        row(front, 1, narrative="水沟堵了", **known),
        row(front, 2, narrative="路灯坏了", **known),
        row(front, 3, narrative="水沟堵了", **known),
    ]
    first, other, repeat = await run(front, rows)
    assert (first.outcome, repeat.outcome) == ("registered", "already")
    assert (other.outcome, other.reason) == ("refused", "SOURCE_NUMBER_TAKEN")
    assert first.stamp.case_no in other.errors[0].text
    assert "核对" in other.errors[0].text
    refused = await front.refused(front.register(narrative="路灯坏了", **known))
    assert refused.reason == "SOURCE_NUMBER_TAKEN"
    assert len(front.rows(cases)) == 1


async def test_a_number_of_a_former_version_is_a_repeat(front):
    """Where nothing is known of what first came, the number alone counts."""
    known = {"source_system": "12345", "source_no": "GD-8"}
    made = await front.register(narrative="水沟堵了", **known)
    database = Database.open(front.database_url)
    with database.writer.begin() as connection:
        connection.execute(source_ref.update().values(matter=""))
    database.close()
    (answer,) = await run(front, [row(front, 1, narrative="路灯坏了", **known)])
    assert (answer.outcome, answer.stamp.case_id) == ("already", made.stamp.case_id)


async def test_an_anonymous_applicant_has_no_name(front):
    """A name that came with an anonymous matter is refused by its field and not kept."""
    (answer,) = await run(front, [row(front, 1, identity=common.IDENTITY_MODE_ANONYMOUS)])
    assert answer.outcome == "refused"
    assert [(one.field, one.reason) for one in answer.errors] == [
        ("draft.parties[0].name", "ANONYMOUS_NAMED")
    ]
    assert front.rows(cases) == []


async def test_an_old_ledger_keeps_its_true_dates(front):
    """积案: received and registered when the ledger says, recorded today, flagged."""
    long_ago = Timestamp()
    long_ago.FromDatetime(datetime(2011, 3, 5, tzinfo=UTC))
    (answer,) = await run(front, [row(front, 1, backlog=True, received_at=long_ago)])
    shown = await front.get(answer.stamp.case_id)
    assert shown.content.backlog
    assert shown.registered_at == shown.content.received_at == long_ago
    assert shown.recorded_at.ToDatetime(tzinfo=UTC) == front.clock.now()
    (undated,) = await run(front, [row(front, 2, backlog=True)])
    assert [one.field for one in undated.errors] == ["draft.received_at"]


async def test_a_sender_that_waits_for_each_answer_is_answered(front):
    """The stream works row by row as well as all at once."""
    call = front.intake(front.clerk).ImportCases()
    for number in range(3):
        await call.write(row(front, number))
        answer = await asyncio.wait_for(call.read(), 10)
        assert (answer.row, answer.outcome) == (str(number), "registered")
    await call.done_writing()


async def test_many_rows_are_all_answered(front):
    """More rows than may be in flight at once."""
    answers = await run(front, [row(front, number) for number in range(600)])
    assert [one.row for one in answers] == [str(number) for number in range(600)]
    assert len({one.stamp.case_no for one in answers}) == 600
