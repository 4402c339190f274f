"""Files of handed-over cases: they follow by themselves and never hold up a case."""

from collections.abc import AsyncIterator
from typing import Any

from lianxin.exchange.v1 import case_exchange_pb2 as pb
from lianxin.exchange.v1 import case_part_pb2 as part_pb
from routing.exchange.part_door import GrpcPart

KEEPER = "intake"
"""The service that keeps files."""


async def store(
    target: GrpcPart, first: pb.UploadBlobRequest, rest: AsyncIterator[pb.UploadBlobRequest]
) -> tuple[int, bool]:
    """Store pieces as they come. Answers what is there now, and whether the file is whole.

    A caller that sends only the first message learns from where to go on.
    """
    has: Any = await target.has_blob(first.case_id, first.sha256)
    if has.complete:
        return has.received, True
    begun = await anext(aiter(rest), None)
    if begun is None:
        return has.received, False
    name = part_pb.WriteBlobRequest(case_id=first.case_id, sha256=first.sha256)
    answer = await target.write_blob(_pieces(name, begun, rest))
    return answer.received, answer.complete


async def _pieces(
    name: part_pb.WriteBlobRequest,
    begun: pb.UploadBlobRequest,
    rest: AsyncIterator[pb.UploadBlobRequest],
) -> AsyncIterator[part_pb.WriteBlobRequest]:
    yield name
    yield part_pb.WriteBlobRequest(offset=begun.offset, data=begun.data)
    async for piece in rest:
        yield part_pb.WriteBlobRequest(offset=piece.offset, data=piece.data)
