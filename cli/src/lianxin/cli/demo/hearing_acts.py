"""Acting on the hearing of a case: as it is now, patient while a word of another service comes."""

from typing import Any

import grpc

from kernel.ids import new_id
from lianxin.cli.demo import acts
from lianxin.cli.demo.people import Clerk, refusal
from lianxin.hearing.v1 import hearing_service_pb2 as service


async def send(clerk: Clerk, rpc: Any, request: Any) -> Any:
    """An act on the hearing of a case as it is now; the answer.

    Raises:
        NeverHappened: refused until the limit; the text says with what.
    """
    answer: list[Any] = []
    refused: list[str] = []

    async def done() -> bool:
        try:
            answer[:] = [await at_once(clerk, rpc, request)]
        except grpc.aio.AioRpcError as error:
            refused[:] = [str(refusal(error, clerk.language))]
        return bool(answer)

    try:
        await acts.until(done, f"{request.DESCRIPTOR.name}: not taken")
    except acts.NeverHappened as never:
        raise acts.NeverHappened(f"{never}: {' '.join(refused)}") from None
    return answer[0]


async def at_once(clerk: Clerk, rpc: Any, request: Any) -> Any:
    """The same without patience. Raises grpc.aio.AioRpcError."""
    held = await acts.custody_of(clerk, request.case_id)
    asked = service.ListHearingsRequest(all=True, case_id=request.case_id)
    files = (await clerk.hearing.ListHearings(asked)).files
    request.request_id = str(new_id())
    request.epoch = held.epoch
    request.version = files[0].version if files else 0
    return await rpc(request)


async def hearing_of(clerk: Clerk, case_id: str, why: str) -> Any:
    """The current hearing of a case with its people; the reading is on record. Raises Refused."""
    asked = service.GetHearingRequest(case_id=case_id, why=why)
    return (await acts.call(clerk.hearing.GetHearing(asked))).file.hearings[-1]
