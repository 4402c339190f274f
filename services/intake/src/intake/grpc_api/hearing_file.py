"""Asking hearing of this node for what it keeps of a case, for the papers of a hearing."""

from intake.convert.heard import heard_from
from intake.documents.errors import HearingAway
from intake.documents.heard import Heard
from intake.documents.kinds import Hearing
from kernel.grpc_client import Line
from kernel.service.asking import known_of
from lianxin.hearing.v1 import (
    conclusion_pb2,
    conclusion_pb2_grpc,
    hearing_pb2,
    hearing_service_pb2,
    hearing_service_pb2_grpc,
    session_pb2,
    session_pb2_grpc,
)

ANSWER_S = 10.0


class HearingFiles:
    """What hearing of this node keeps. Without a line there is none to ask."""

    def __init__(self, hearing: Line | None) -> None:
        self._asked = None if hearing is None else _Asked(hearing)

    @property
    def is_there(self) -> bool:
        """Whether this node has hearing at all."""
        return self._asked is not None

    async def of_case(self, case_id: str, why: str, wanted: Hearing) -> Heard | None:
        """The newest hearing of a case; None when nobody ever asked for one.

        No more is asked for than `wanted` says, and `why` goes on the record of reads.

        Raises:
            HearingAway: there is no hearing service on this node, or it does not answer.
        """
        if self._asked is None:
            raise HearingAway
        file = await self._asked.file(case_id, why)
        if file is None:
            return None
        session = await self._asked.session(case_id, why) if wanted is Hearing.SESSION else None
        concluded = wanted is Hearing.CONCLUSION
        conclusion = await self._asked.conclusion(case_id, why) if concluded else None
        return heard_from(file, session, conclusion)


class _Asked:
    """The three services of hearing that keep it."""

    def __init__(self, line: Line) -> None:
        self._file: hearing_service_pb2_grpc.HearingServiceAsyncStub
        self._file = hearing_service_pb2_grpc.HearingServiceStub(line)
        self._session: session_pb2_grpc.HearingSessionServiceAsyncStub
        self._session = session_pb2_grpc.HearingSessionServiceStub(line)
        self._conclusion: conclusion_pb2_grpc.HearingConclusionServiceAsyncStub
        self._conclusion = conclusion_pb2_grpc.HearingConclusionServiceStub(line)

    async def file(self, case_id: str, why: str) -> hearing_pb2.HearingFile | None:
        request = hearing_service_pb2.GetHearingRequest(case_id=case_id, why=why)
        asked = self._file.GetHearing(request, timeout=ANSWER_S)
        answer = await known_of(asked, away=HearingAway())
        return answer.file if answer else None

    async def session(self, case_id: str, why: str) -> session_pb2.Session | None:
        request = session_pb2.GetSessionRequest(case_id=case_id, why=why)
        asked = self._session.GetSession(request, timeout=ANSWER_S)
        answer = await known_of(asked, away=HearingAway())
        return answer.session if answer else None

    async def conclusion(self, case_id: str, why: str) -> conclusion_pb2.Conclusion | None:
        request = conclusion_pb2.GetConclusionRequest(case_id=case_id, why=why)
        asked = self._conclusion.GetConclusion(request, timeout=ANSWER_S)
        answer = await known_of(asked, away=HearingAway())
        return answer.conclusion if answer else None
