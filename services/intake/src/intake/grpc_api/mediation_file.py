"""Asking mediation of this node for what it keeps of a case, for the papers of the case."""

from intake.convert.mediated import mediated_from
from intake.documents.errors import MediationAway
from intake.documents.mediated import Mediated
from kernel.grpc_client import Line
from kernel.service.asking import known_of
from lianxin.mediation.v1 import file_pb2, file_pb2_grpc

ANSWER_S = 10.0


class MediationFiles:
    """What mediation of this node keeps. Without a line there is none to ask."""

    def __init__(self, mediation: Line | None) -> None:
        self._stub: file_pb2_grpc.MediationFileServiceAsyncStub | None = (
            None if mediation is None else file_pb2_grpc.MediationFileServiceStub(mediation)
        )

    @property
    def is_there(self) -> bool:
        """Whether this node has mediation at all."""
        return self._stub is not None

    async def of_case(self, case_id: str, why: str) -> Mediated | None:
        """The file of a case; None when there was no mediation. `why` goes on its record of reads.

        Raises:
            MediationAway: there is no mediation on this node, or it does not answer.
        """
        if self._stub is None:
            raise MediationAway
        request = file_pb2.GetFileRequest(case_id=case_id, why=why)
        asked = self._stub.GetFile(request, timeout=ANSWER_S)
        answer = await known_of(asked, away=MediationAway())
        return None if answer is None else mediated_from(answer.file)
