"""The hearings of a case as far as the caller may read them, and lists of cases."""

from functools import partial

from hearing.commands.base import RecordRead
from hearing.convert import hearings, lists
from hearing.convert.fields import WHY
from hearing.desk import Desk, id_of
from hearing.errors import HearingMissing, ReasonNeeded
from hearing.handlers.reads import record_read
from hearing.storage import file, reading
from kernel.group_commit import Work
from kernel.holding.rows import Words
from kernel.identity import Caller
from kernel.interceptors import current_caller
from kernel.pages import token_of
from kernel.roles import role_table
from kernel.scope import Level
from lianxin.hearing.v1 import hearing_pb2
from lianxin.hearing.v1 import hearing_service_pb2 as pb


class Reading:
    """Reads only. Whoever reads what is sealed is on record before he sees it."""

    _desk: Desk

    async def GetHearing(self, request: pb.GetHearingRequest, _: object) -> pb.GetHearingResponse:
        """Every hearing of a case, oldest first."""
        caller, case_id = current_caller(), id_of(request.case_id, "case_id")
        now, readers = self._desk.clock.now(), self._desk.readers
        found = await readers.run(lambda c: reading.by_case(c, caller, case_id, now))
        if found is None:
            raise HearingMissing
        words = None
        if found.level is Level.CONTENT:
            words = await self._words(found.row, caller, request.why.strip()[:WHY])
        inside = await readers.run(lambda c: file.hearings_of(c, case_id))
        message = hearings.file_message(found.row, found.level)
        message.hearings.extend(_shown(inside, found.level, words))
        return pb.GetHearingResponse(file=message)

    async def _words(self, row: reading.Row, caller: Caller, why: str) -> Words:
        if not why and role_table().is_recorded(caller):
            raise ReasonNeeded
        case_id = row["case_id"]
        read = RecordRead(case_id, "GetHearing", why)
        await self._desk.do(Work(record_read, read, key=str(case_id), caller=caller))
        key = await self._desk.readers.run(lambda connection: reading.key_of(connection, case_id))
        return Words(self._desk.office.vault.of_case(key))

    async def ListHearings(
        self, request: pb.ListHearingsRequest, _: object
    ) -> pb.ListHearingsResponse:
        """Newest first."""
        asked = lists.asked_from(request, current_caller(), self._desk.clock.now())
        found, after = await self._desk.readers.run(partial(file.page, asked=asked))
        return pb.ListHearingsResponse(
            files=map(lists.line_message, found),
            next_page_token=token_of(lists.HEARINGS, after),
        )


def _shown(inside: file.Hearings, level: Level, words: Words | None) -> list[hearing_pb2.Hearing]:
    """Members from the timeline on, parties and words for readers of the content."""
    shown = []
    for row in inside.hearings:
        message = hearings.hearing_message(row, level)
        message.room, message.site_id = row["room_name"] or "", row["room_site"] or ""
        number = row["number"]
        if level >= Level.TIMELINE:
            people = inside.members.get(number, ())
            message.members.extend(hearings.member_message(one, words) for one in people)
        if words is not None:
            message.parties.extend(map(hearings.party_message, inside.parties.get(number, ())))
            hearings.show_words(message, row, words)
        shown.append(message)
    return shown
