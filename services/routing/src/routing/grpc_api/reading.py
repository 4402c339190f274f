"""The reading RPCs of CustodyService: one case, its log, audits, what is parked."""

from datetime import datetime
from typing import Any
from uuid import UUID

from kernel.catalogue import Catalogue, Language
from kernel.errors import FieldViolation, InvalidInput, MissingField
from kernel.ids import parse_id, parse_request_id
from kernel.interceptors import current_caller
from kernel.interceptors.credentials import read as incoming
from kernel.roles import role_table
from kernel.scope import Level
from lianxin.routing.v1 import custody_pb2 as pb
from routing import auditing
from routing.bus import Bus
from routing.convert import audit as audit_convert
from routing.convert import custody as convert
from routing.errors import CaseUnknown
from routing.exchange.bridge import Bridge
from routing.grpc_api import pages
from routing.handlers import reads
from routing.storage import audit, parked, reading
from routing.storage.reading import Found, NoteRead

LONGEST_NUMBER = 64
AT_ONCE = 10_000


class ReadingRpcs:
    """What somebody may read of a case is decided by the one scope rule."""

    bridge: Bridge
    bus: Bus
    texts: Catalogue

    async def GetCustody(
        self, request: pb.GetCustodyRequest, context: Any
    ) -> pb.GetCustodyResponse:
        """Everything routing knows of a case, as deep as the caller may read."""
        found = await self._found(request.case_id, request.case_no)
        await self._record(found, "GetCustody")
        custody = convert.header_out(found, self.bridge.node.directory())
        if found.level >= Level.TIMELINE:
            details = await self.bridge.read(reading.details, found.row["case_id"])
            pin = found.row["regulation"]
            convert.add_details(
                custody, details, lambda: self.bridge.node.profile(pin), language_of(context)
            )
        return pb.GetCustodyResponse(custody=custody)

    async def GetLog(self, request: pb.GetLogRequest, context: Any) -> pb.GetLogResponse:
        """A page of the case log, each entry with a sentence."""
        size = pages.size(request.page_size)
        after = pages.position(request.page_token, tuple[int, int]) or (0, 0)
        found = await self._found(request.case_id, "")
        if found.level < Level.TIMELINE:
            raise CaseUnknown(case_id=request.case_id)
        await self._record(found, "GetLog")
        rows = await self.bridge.read(reading.log_page, found.row["case_id"], after, size + 1)
        directory, language = self.bridge.node.directory(), language_of(context)
        entries = [convert.entry_out(row, directory, self.texts, language) for row in rows[:size]]
        more = pages.token(entries[-1].epoch, entries[-1].n) if len(rows) > size else ""
        return pb.GetLogResponse(entries=entries, next_page_token=more)

    async def AuditCustody(
        self, request: pb.AuditCustodyRequest, context: Any
    ) -> pb.AuditCustodyResponse:
        """Check the custody invariant; deep: compare with the services' grants and the logs too."""
        standing = await self.bridge.read(audit.custody)
        broken = [*standing.broken, *auditing.misplaced(self.bridge.node, await self._holders())]
        if request.deep:
            frozen = self.bridge.frozen()
            broken += await auditing.deep(self.bus.parts, self.bridge.read, frozen=frozen)
        return audit_convert.custody_out(standing, broken)

    async def AuditLog(self, request: pb.AuditLogRequest, context: Any) -> pb.AuditLogResponse:
        """Check the hash chains."""
        which = parse_id(request.case_id, "case_id") if request.case_id else None
        entries, broken = await self.bridge.read(audit.chains, which)
        return audit_convert.log_out(entries, broken)

    async def ListParked(
        self, request: pb.ListParkedRequest, context: Any
    ) -> pb.ListParkedResponse:
        """Events and letters that could not be applied."""
        size = pages.size(request.page_size)
        after = _moment(pages.position(request.page_token, tuple[str, str]))
        rows = await self.bridge.read(parked.page, after, size + 1)
        more = ""
        if len(rows) > size:
            last = rows[size - 1]
            more = pages.token(last["at"].isoformat(), str(last["event_id"]))
        return audit_convert.parked_out(rows[:size], more)

    async def RetryParked(
        self, request: pb.RetryParkedRequest, context: Any
    ) -> pb.RetryParkedResponse:
        """Try them again; repeating this is harmless."""
        parse_request_id(request.request_id)
        wanted = [
            parse_id(text, f"event_ids[{index}]") for index, text in enumerate(request.event_ids)
        ]
        applied = await self.bridge.peer(reads.retry_letters, tuple(wanted), "parked")
        for receiver in self.bus.receivers():
            applied += await receiver.parked.retry(AT_ONCE, frozenset(wanted) or None)
        return pb.RetryParkedResponse(applied=applied, left=await self.bridge.read(parked.count))

    async def _holders(self) -> list[reading.Values]:
        return await self.bridge.read(audit.holders)

    async def _found(self, case_id: str, case_no: str) -> Found:
        caller, now = current_caller(), self.bus.clock.now()
        if case_id:
            which = parse_id(case_id, "case_id")
            found = await self.bridge.read(reading.by_id, caller, which, now)
        else:
            if not case_no:
                raise MissingField.of("case_id")
            if len(case_no) > LONGEST_NUMBER:
                raise InvalidInput(FieldViolation("case_no", "TOO_LONG", LONGEST_NUMBER))
            found = await self.bridge.read(reading.by_number, caller, case_no, now)
        if found is None:
            raise CaseUnknown(case_id=case_id)
        return found

    async def _record(self, found: Found, method: str) -> None:
        """Reads of an inspector from above are on record before he sees anything."""
        if role_table().is_recorded(current_caller()):
            read = NoteRead(found.row["case_id"], method, found.level.name.lower())
            await self.bridge.peer(reads.note_read, read, found.row["case_id"])


def language_of(context: Any) -> Language:
    """The language the caller wants to be answered in."""
    return incoming(context.invocation_metadata()).language


def _moment(position: tuple[str, str] | None) -> tuple[datetime, UUID] | None:
    if position is None:
        return None
    try:
        return datetime.fromisoformat(position[0]), UUID(position[1])
    except ValueError:
        raise InvalidInput(FieldViolation("page_token", "MALFORMED")) from None
