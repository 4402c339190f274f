"""The paper receipt."""

import asyncio
from functools import partial

from grpc.aio import ServicerContext

from intake.commands import RecordRead
from intake.desk import Desk, id_of
from intake.domain import numbering
from intake.domain.sides import OTHER_SIDE
from intake.domain.words import PartyRole
from intake.errors import CaseMissing, PartyMissing, TrackingRefused
from intake.handlers.reads import record_read
from intake.receipt import Format, Receipt, notice_of, receipt_of, render
from intake.storage import reading
from intake.storage.reading import Content, Found, Row
from kernel.catalogue import Catalogue, Language
from kernel.errors import FieldViolation, InvalidInput
from kernel.group_commit import Work
from kernel.identity import Caller
from kernel.interceptors import current_caller
from kernel.interceptors.credentials import read as incoming
from kernel.scope import Level
from lianxin.intake.v1 import intake_service_pb2 as pb


class Receipts:
    """What a resident takes home."""

    _desk: Desk
    _texts: Catalogue

    async def GetReceipt(
        self,
        request: pb.GetReceiptRequest,
        context: "ServicerContext[pb.GetReceiptRequest, pb.GetReceiptResponse]",
    ) -> pb.GetReceiptResponse:
        """The page. A code is printed only if it belongs to the case."""
        caller, form = current_caller(), _format(request.format)
        found, content = await self._for_receipt(caller, request.case_id)
        language = incoming(context.invocation_metadata()).language
        receipt = self._paper(found, content, request, language)
        data = await asyncio.get_running_loop().run_in_executor(
            None, partial(render, receipt, form)
        )
        return pb.GetReceiptResponse(
            filename=f"{found.row['case_no']}.{form.value}",
            media_type=form.media_type,
            data=data,
        )

    def _paper(
        self, found: Found, content: Content, request: pb.GetReceiptRequest, language: Language
    ) -> Receipt:
        """The receipt of the applicant, or the notice of somebody on the other side."""
        whose = self._paper_for(content, request.party_id)
        code = self._code(found, content, whose, request.query_code)
        directory, texts = self._desk.office.directory(), self._texts
        if whose is not None and PartyRole(whose["role"]) in OTHER_SIDE:
            return notice_of(found.row, code, directory=directory, texts=texts, language=language)
        asked = self._asked(found, content)
        return receipt_of(
            found.row, asked, code, directory=directory, texts=texts, language=language
        )

    async def _for_receipt(self, caller: Caller, case_id: str) -> tuple[Found, Content]:
        which, now = id_of(case_id, "case_id"), self._desk.clock.now()
        found = await self._desk.readers.run(
            lambda connection: (
                reading.by_id(connection, caller, which, now)
                or reading.sealed_taken_down_by(connection, caller, which)
            )
        )
        if found is None:
            raise CaseMissing
        read = RecordRead(which, "GetReceipt", "requests", "receipt")
        await self._desk.do(Work(record_read, read, key=str(which), caller=caller))
        content = await self._desk.readers.run(
            lambda connection: reading.content_of(connection, which)
        )
        return found, content

    def _asked(self, found: Found, content: Content) -> list[str]:
        """The requests; the narrative where it stands for the one request."""
        row = found.row
        if found.level < Level.CONTENT or row["sealed_for"]:
            return []
        vault = self._desk.office.vault.of_case(content.key, row["sealed_code_key"])
        texts = [
            vault.open(f"request:{one['no']}", one["sealed"]).get("text", "")
            for one in content.requests
        ]
        narrative = vault.open("content", row["sealed_content"]).get("narrative", "")
        return [text or narrative for text in texts]

    def _paper_for(self, content: Content, party_id: str) -> Row | None:
        """The party the page is for; None for the applicant. Raises PartyMissing."""
        if not party_id:
            return None
        wanted = id_of(party_id, "party_id")
        found = next((one for one in content.parties if one["party_id"] == wanted), None)
        if found is None:
            raise PartyMissing
        return found

    def _code(self, found: Found, content: Content, whose: Row | None, typed: str) -> str:
        if not typed:
            return ""
        code = numbering.plain_code(typed)
        vault = self._desk.office.vault.of_case(content.key, found.row["sealed_code_key"])
        parties = content.parties if whose is None else [whose]
        hits = [vault.is_code(code, one["code_hash"]) for one in parties]
        if not code or not any(hits):
            raise TrackingRefused
        return code


def _format(text: str) -> Format:
    if text not in {"", Format.PDF.value, Format.HTML.value}:
        raise InvalidInput(FieldViolation("format", "UNKNOWN_VALUE"))
    return Format(text or Format.PDF.value)
