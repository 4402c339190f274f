"""Asking routing of this node for the log of a case, in plain words."""

from datetime import UTC

from intake.case_file.folder import LogLine
from intake.documents.errors import LogAway
from kernel.grpc_client import Line
from kernel.service.asking import answer_of
from lianxin.routing.v1 import custody_pb2, custody_pb2_grpc

ANSWER_S = 10.0
PAGE = 200
CHINESE = (("accept-language", "zh-CN"),)
"""Papers are Chinese whoever asks."""


class CaseLogs:
    """What routing keeps. Without a line there is none to ask."""

    def __init__(self, routing: Line | None) -> None:
        self._stub: custody_pb2_grpc.CustodyServiceAsyncStub | None = (
            None if routing is None else custody_pb2_grpc.CustodyServiceStub(routing)
        )

    async def of_case(self, case_id: str) -> list[LogLine] | None:
        """The whole log, oldest first; None on a node without routing.

        Raises:
            LogAway: routing does not answer.
        """
        if self._stub is None:
            return None
        lines: list[LogLine] = []
        token = ""
        while True:
            request = custody_pb2.GetLogRequest(case_id=case_id, page_size=PAGE, page_token=token)
            asked = self._stub.GetLog(request, timeout=ANSWER_S, metadata=CHINESE)
            page = await answer_of(asked, away=LogAway())
            lines += [LogLine(one.at.ToDatetime(UTC), one.unit, one.text) for one in page.entries]
            token = page.next_page_token
            if not token:
                return lines
