"""ListWritings: what people wrote on a case."""

from typing import Any

from kernel.interceptors import current_caller
from kernel.scope import Level
from lianxin.routing.v1 import custody_pb2 as pb
from routing.convert import writings as convert
from routing.errors import CaseUnknown
from routing.grpc_api.reading import ReadingRpcs
from routing.handlers import reads
from routing.storage import writings
from routing.storage.reading import NoteRead


class WritingRpcs(ReadingRpcs):
    """Content: whoever may not read it sees what his own unit wrote or was written."""

    async def ListWritings(
        self, request: pb.ListWritingsRequest, context: Any
    ) -> pb.ListWritingsResponse:
        """The texts kept here, as far as the caller may read them."""
        found = await self._found(request.case_id, "")
        case_id = found.row["case_id"]
        if found.row["sealed_for"]:
            raise CaseUnknown(case_id=str(case_id))
        read = NoteRead(case_id, "ListWritings", "texts")
        await self.bridge.peer(reads.note_read, read, case_id)
        rows = await self.bridge.read(writings.of_case, self.bridge.node, case_id)
        if found.level < Level.CONTENT:
            unit = current_caller().unit
            rows = [row for row in rows if unit in {row["from_unit"], row["to_unit"]}]
        return pb.ListWritingsResponse(writings=[convert.writing_out(row) for row in rows])
