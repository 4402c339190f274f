"""Asking mediation before a case ends at the counter: one that is being mediated does not."""

from uuid import UUID

import grpc

from intake.desk import Desk
from intake.domain.words import Ending
from intake.storage.reading import accepted_in
from kernel.doors import unsaid
from kernel.errors import FieldViolation
from kernel.grpc_client import Line
from kernel.holding import CaseNotClosable
from lianxin.exchange.v1 import case_part_pb2 as pb
from lianxin.exchange.v1 import case_part_pb2_grpc as rpc

MEDIATION, ANSWER_S = "mediation", 5.0


class Mediations:
    """Mediation of this node; without a line there is none to ask."""

    def __init__(self, line: Line | None) -> None:
        self._stub: rpc.CasePartServiceAsyncStub | None = (
            None if line is None else rpc.CasePartServiceStub(line)
        )

    async def expect_none_open(self, desk: Desk, case_id: UUID) -> None:
        """Let a case be answered on the spot unless it is being mediated.

        Nothing is mediated before it was accepted, so that the counter asks nobody then.

        Raises:
            CaseNotClosable: with what mediation says.
            EndingAwaited: mediation has not been told of the case yet.
            EndingUnasked: mediation does not answer.
        """
        epoch = await desk.readers.run(lambda connection: accepted_in(connection, case_id))
        if self._stub is None or epoch is None:
            return
        request = pb.AskEndingRequest(
            case_id=str(case_id), epoch=epoch, ending=Ending.ANSWERED.value
        )
        asked = self._stub.AskEnding(request, timeout=ANSWER_S)
        try:
            said = await asked
        except grpc.aio.AioRpcError as error:
            raise unsaid(MEDIATION, error) from None
        if said.lacks:
            raise CaseNotClosable(
                *(FieldViolation(f"{MEDIATION}.{it.field}", it.reason) for it in said.lacks)
            )
