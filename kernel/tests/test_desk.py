"""The desk of every service: once for a request id, and what is kept of an answer."""

from dataclasses import replace
from uuid import uuid4

import pytest
from google.protobuf.wrappers_pb2 import StringValue

from kernel.clock import SystemClock
from kernel.database import Database
from kernel.errors import InvalidInput
from kernel.group_commit import Readers
from kernel.ids import new_id
from kernel.requests import HIGHEST_EPOCH, epoch_of, id_of, optional_id
from kernel.service import Desk
from kernel.testing.sample_service import CASE, REQUEST, create, open_case, rows, work, writer_of


class Sealing(Desk[None]):
    """Keeps answers the other way round."""

    def kept_answer(self, answer: bytes) -> bytes:
        """As it is kept."""
        return answer[::-1]

    def given_answer(self, kept: bytes) -> bytes:
        """As it was given."""
        return kept[::-1]


@pytest.mark.parametrize(("kind", "way"), [(Desk, 1), (Sealing, -1)])
async def test_a_repeat_gets_the_first_answer(kind, way, database_url):
    """The command is done once; what is kept of its answer is the service's to say."""
    database = Database.open(database_url)
    create(database)
    async with writer_of(database) as writer:
        desk = kind(writer, Readers(database), None, SystemClock())
        asked = replace(work(open_case, "once"), request_id=uuid4(), method="Open")
        given = [
            await desk.once(
                lambda answer: replace(asked, answer=answer),
                lambda case_id: StringValue(value=str(case_id)),
                StringValue,
            )
            for _ in range(2)
        ]
        desk.readers.close()
    assert given == [StringValue(value=str(rows(database, CASE)[0]["id"]))] * 2
    (kept,) = rows(database, REQUEST)
    assert kept["answer"][::way] == given[0].SerializeToString()
    database.close()


async def test_a_command_without_a_request_id_is_done_each_time(database_url):
    """Two commands, two cases."""
    database = Database.open(database_url)
    create(database)
    async with writer_of(database) as writer:
        desk = Desk(writer, Readers(database), None, SystemClock())
        first, second = [await desk.do(work(open_case, "each")) for _ in range(2)]
        desk.readers.close()
    assert first != second
    database.close()


@pytest.mark.parametrize(
    ("read", "reason"),
    [
        (lambda: id_of("", "case_id"), "REQUIRED"),
        (lambda: id_of("no", "case_id"), "MALFORMED_ID"),
        (lambda: optional_id("no", "case_id"), "MALFORMED_ID"),
        (lambda: epoch_of(0), "TOO_SMALL"),
        (lambda: epoch_of(HIGHEST_EPOCH), "TOO_LARGE"),
    ],
)
def test_a_wrong_field_is_named(read, reason):
    """Each with its reason."""
    with pytest.raises(InvalidInput) as refused:
        read()
    assert [one.reason for one in refused.value.fields] == [reason]


def test_what_is_right_is_read():
    """An id, none where it may be absent, the epochs that there are."""
    case_id = new_id()
    assert (id_of(str(case_id), "case_id"), optional_id("", "x")) == (case_id, None)
    assert (epoch_of(1), epoch_of(HIGHEST_EPOCH - 1)) == (1, HIGHEST_EPOCH - 1)
