"""Lists, searches, counts; what is owed to source systems; who has read."""

from functools import partial

from intake.commands import MarkReported, RecordRead
from intake.convert import cases as convert
from intake.convert import commands, lists, owed
from intake.desk import Desk, id_of
from intake.domain.filters import page_size
from intake.handlers.reads import record_read
from intake.handlers.reporting import mark_reported
from intake.storage import ledgers, reading
from intake.storage.lists import MOST, Asked, Cursor, count, page
from intake.storage.reading import Row
from kernel.group_commit import Work
from kernel.identity import Role
from kernel.interceptors import current_caller
from kernel.roles import role_table
from lianxin.intake.v1 import case_pb2
from lianxin.intake.v1 import intake_service_pb2 as pb


class Listing:
    """Everything that shows many cases goes by the one scope rule."""

    _desk: Desk

    async def ListCases(self, request: pb.ListCasesRequest, _: object) -> pb.ListCasesResponse:
        """A page, newest first."""
        lines, token = await self._page(request, "")
        return pb.ListCasesResponse(cases=lines, next_page_token=token)

    async def SearchCases(
        self, request: pb.SearchCasesRequest, _: object
    ) -> pb.SearchCasesResponse:
        """By number, source number or terms of the lexicon; never by person."""
        lines, token = await self._page(request, lists.search_text(request.text))
        return pb.SearchCasesResponse(cases=lines, next_page_token=token)

    async def CountCases(self, request: pb.CountCasesRequest, _: object) -> pb.CountCasesResponse:
        """How many a list would have."""
        asked = Asked(current_caller(), lists.filter_from(request.filter), self._desk.clock.now())
        counted = await self._desk.readers.run(lambda connection: count(connection, asked))
        more = counted > MOST
        return pb.CountCasesResponse(count=counted - more, more=more)

    async def _page(
        self, request: pb.ListCasesRequest | pb.SearchCasesRequest, text: str
    ) -> tuple[list[case_pb2.CaseLine], str]:
        given = request.filter.SerializeToString(deterministic=True)
        mark = lists.mark_of(type(request).__name__, given, text.encode())
        asked = Asked(
            caller=current_caller(),
            filter=lists.filter_from(request.filter),
            now=self._desk.clock.now(),
            after=lists.cursor_of(mark, request.page_token),
            size=page_size(lists.size_of(request.page_size)),
            text=text,
        )
        rows, cursor = await self._desk.readers.run(lambda connection: page(connection, asked))
        await self._note_if_recorded(asked, len(rows))
        return [convert.line_message(row) for row in rows], lists.token_of(mark, cursor)

    async def _note_if_recorded(self, asked: Asked, rows: int) -> None:
        """上级督查: each of its reads is on record, lists too."""
        if role_table().is_recorded(asked.caller):
            read = RecordRead(None, "ListCases", f"headers:{rows}", "")
            await self._desk.do(Work(record_read, read, caller=asked.caller))

    async def ListOwedResults(
        self, request: pb.ListOwedResultsRequest, _: object
    ) -> pb.ListOwedResultsResponse:
        """What source systems are owed, oldest first."""
        caller = current_caller()
        mark = lists.mark_of("ListOwedResults", request.source_system.encode())
        asked = Asked(
            caller=caller,
            filter=lists.filter_from(pb.CaseFilter(source_system=request.source_system)),
            now=self._desk.clock.now(),
            after=lists.cursor_of(mark, request.page_token),
            size=page_size(lists.size_of(request.page_size)),
        )
        found = await self._desk.readers.run(lambda connection: ledgers.owed(connection, asked))
        for one in found.results:
            read = RecordRead(one.row["case_id"], "ListOwedResults", "findings", "owed result")
            await self._desk.do(Work(record_read, read, caller=caller))
        vault = self._desk.office.vault
        return pb.ListOwedResultsResponse(
            results=[owed.owed_message(one, vault) for one in found.results],
            next_page_token=lists.token_of(mark, found.cursor),
        )

    async def MarkReported(
        self, request: pb.MarkReportedRequest, _: object
    ) -> pb.MarkReportedResponse:
        """What was reported back."""
        caller, request_id = current_caller(), id_of(request.request_id, "request_id")
        command = commands.mark_reported(request)
        now = self._desk.clock.now()
        known = await self._desk.readers.run(
            lambda connection: reading.known_of(connection, caller, command.case_ids, now)
        )
        response: pb.MarkReportedResponse = await self._desk.once(
            lambda answer: Work(
                mark_reported,
                MarkReported(tuple(known)),
                key=str(request_id),
                caller=caller,
                request_id=request_id,
                answer=answer,
                method="MarkReported",
                fingerprint=request.SerializeToString(deterministic=True),
            ),
            lambda marked: pb.MarkReportedResponse(marked=marked),
            pb.MarkReportedResponse,
        )
        return response

    async def ListReads(self, request: pb.ListReadsRequest, _: object) -> pb.ListReadsResponse:
        """Who read the personal fields of a case, newest first.

        The node's administrator answers for all cases; anybody else for those they may know of.
        """
        case_id, caller = id_of(request.case_id, "case_id"), current_caller()
        if Role.ADMINISTRATOR not in caller.roles:
            await self._desk.see(caller, case_id)
        mark = lists.mark_of("ListReads", case_id.bytes)
        size = page_size(lists.size_of(request.page_size))
        after: Cursor | None = lists.cursor_of(mark, request.page_token)
        rows, cursor = await self._desk.readers.run(
            partial(ledgers.reads, case_id=case_id, after=after, size=size)
        )
        return pb.ListReadsResponse(
            reads=list(map(_read, rows)), next_page_token=lists.token_of(mark, cursor)
        )


def _read(row: Row) -> pb.Read:
    return owed.read_message(row)
