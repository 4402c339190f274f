"""What routing asks of intake about the numbering of the sites of its node."""

from functools import partial

from intake.desk import Desk
from intake.handlers import numbering as handlers
from intake.storage import numbers
from kernel.errors import FieldViolation, InvalidInput
from kernel.group_commit import Work
from kernel.interceptors import current_caller
from lianxin.exchange.v1 import case_part_pb2 as pb


class NodeWide:
    """The part of CasePartService that is not about one case."""

    _desk: Desk

    async def ReleaseNumbering(
        self, request: pb.ReleaseNumberingRequest, _: object
    ) -> pb.ReleaseNumberingResponse:
        """Stop counting for a site that another node takes over."""
        command = handlers.ReleaseNumbering(
            request.site_id,
            self._path(request.site_id),
            request.node,
            request.directory_version,
        )
        work = Work(
            handlers.release_numbering, command, key=request.site_id, caller=current_caller()
        )
        found = await self._desk.do(work)
        numbers = found.numbers
        return pb.ReleaseNumberingResponse(
            counters=numbers.counters,
            mark=numbers.mark,
            mark_until=numbers.mark_until,
            awaited=found.awaited,
            elsewhere=found.elsewhere,
        )

    async def AdoptNumbering(
        self, request: pb.AdoptNumberingRequest, _: object
    ) -> pb.AdoptNumberingResponse:
        """Go on counting where another node stopped."""
        command = handlers.AdoptNumbering(
            request.site_id,
            self._path(request.site_id),
            handlers.Numbers(dict(request.counters), request.mark, request.mark_until),
            request.directory_version,
            request.elsewhere,
        )
        adopt = partial(handlers.adopt_numbering, node=self._desk.office.node)
        work = Work(adopt, command, key=request.site_id, caller=current_caller())
        return pb.AdoptNumberingResponse(adopted=await self._desk.do(work))

    async def ListNumbering(
        self, _request: pb.ListNumberingRequest, _: object
    ) -> pb.ListNumberingResponse:
        """What is waited for, and the directory that is gone by."""
        version, rows = await self._desk.readers.run(numbers.standing)
        awaited = [
            pb.AwaitedNumbering(
                site_id=row["site"], from_node=row["peer"], directory_version=row["version"]
            )
            for row in rows
        ]
        return pb.ListNumberingResponse(directory_version=version, awaited=awaited)

    def _path(self, site_id: str) -> str:
        directory = self._desk.office.directory()
        if site_id not in directory.sites:
            raise InvalidInput(FieldViolation("site_id", "UNKNOWN_VALUE"))
        return directory.path(site_id)
