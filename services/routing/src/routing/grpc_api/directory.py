"""DirectoryService: directory, profiles and holidays, changed at the county, read everywhere."""

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar

from google.protobuf.message import Message

from kernel.access import Access
from kernel.catalogue import Catalogue
from kernel.directory import DirectoryInvalid, write_directory
from kernel.errors import FieldViolation, InvalidInput, MissingField
from kernel.regulation import check
from lianxin.routing.v1 import directory_pb2 as pb
from lianxin.routing.v1 import directory_pb2_grpc as rpc
from routing.commands.directory import CloseUnit, DelegateSite, LoadDirectory
from routing.convert import directory as convert
from routing.errors import RegulationMissing
from routing.exchange.bridge import Bridge
from routing.grpc_api.placement import SuggestsPlacement
from routing.handlers import publishing, rules
from routing.library import Library
from routing.storage import knowledge as stored

SERVICE = "/lianxin.routing.v1.DirectoryService/"
READ = Access("directory.read", service=True, node=True)
DIRECTORY_ACCESS = {
    SERVICE + "LoadDirectory": Access("directory.manage"),
    SERVICE + "GetDirectory": READ,
    SERVICE + "DelegateSite": Access("directory.manage"),
    SERVICE + "CloseUnit": Access("directory.manage"),
    SERVICE + "ResolvePlace": READ,
    SERVICE + "SuggestPlacement": READ,
    SERVICE + "LoadHolidays": Access("regulation.manage"),
    SERVICE + "LoadRegulation": Access("regulation.manage"),
    SERVICE + "GetRegulation": READ,
    SERVICE + "GetRules": READ,
}
T = TypeVar("T")
M = TypeVar("M", bound=Message)
LONGEST_PLACE = 50
NATIONAL = "cn-2022"


class DirectoryServicer(SuggestsPlacement, rpc.DirectoryServiceServicer):
    """What the county publishes."""

    def __init__(self, bridge: Bridge, library: Library, texts: Catalogue) -> None:
        self._bridge = bridge
        self._library = library
        self._texts = texts

    async def LoadDirectory(
        self, request: pb.LoadDirectoryRequest, context: Any
    ) -> pb.LoadDirectoryResponse:
        """Check a directory file and put it in force."""
        try:
            command = LoadDirectory(await convert.directory_in(request.content), request.dry_run)
        except DirectoryInvalid as invalid:
            if request.dry_run:
                version = self._library.knowledge.version
                return pb.LoadDirectoryResponse(version=version, findings=invalid.findings)
            raise convert.refused(invalid) from None

        def answer(published: publishing.Published) -> pb.LoadDirectoryResponse:
            return convert.loaded(published)

        return await self._publish(request, publishing.load_directory, command, answer)

    async def GetDirectory(
        self, request: pb.GetDirectoryRequest, context: Any
    ) -> pb.GetDirectoryResponse:
        """The directory, when newer than the caller's."""
        directory = self._bridge.node.directory()
        newer = directory.version > request.have_version
        content = write_directory(directory.file) if newer else b""
        return pb.GetDirectoryResponse(version=directory.version, content=content)

    async def DelegateSite(
        self, request: pb.DelegateSiteRequest, context: Any
    ) -> pb.DelegateSiteResponse:
        """Move a site to a node of its own; its cases follow one by one."""
        command = DelegateSite(
            convert.code_in(request.site_id, "site_id"),
            convert.code_in(request.node, "node"),
            convert.code_in(request.node_public_key, "node_public_key"),
            convert.code_in(request.node_nats_key, "node_nats_key"),
        )

        def answer(published: publishing.Published) -> pb.DelegateSiteResponse:
            return convert.delegated(published)

        return await self._publish(request, publishing.delegate_site, command, answer)

    async def CloseUnit(self, request: pb.CloseUnitRequest, context: Any) -> pb.CloseUnitResponse:
        """Close a unit; its successor takes over."""
        command = CloseUnit(
            convert.code_in(request.unit_id, "unit_id"),
            convert.code_in(request.successor, "successor"),
            convert.day_in(request.valid_to, "valid_to"),
        )

        def answer(published: publishing.Published) -> pb.CloseUnitResponse:
            return convert.closed(published)

        return await self._publish(request, publishing.close_unit, command, answer)

    async def ResolvePlace(
        self, request: pb.ResolvePlaceRequest, context: Any
    ) -> pb.ResolvePlaceResponse:
        """Places by what people call them."""
        if not request.text.strip():
            raise MissingField.of("text")
        if len(request.text) > LONGEST_PLACE:
            raise InvalidInput(FieldViolation("text", "TOO_LONG", LONGEST_PLACE))
        snapshot, node = self._library.knowledge.snapshot, self._bridge.node
        directory, day = node.directory(), node.today(self._library.clock.now())
        found = snapshot.gazetteer.find(request.text)
        return pb.ResolvePlaceResponse(places=[convert.place(it, directory, day) for it in found])

    async def LoadHolidays(
        self, request: pb.LoadHolidaysRequest, context: Any
    ) -> pb.LoadHolidaysResponse:
        """Load a notice, then compute open due dates again."""
        command = convert.notice_in(request.content, self._bridge.node.workdays())

        def answer(days: int) -> pb.LoadHolidaysResponse:
            return pb.LoadHolidaysResponse(days=days)

        response = await self._publish(request, rules.load_notice, command, answer)
        kept = await self._bridge.read(stored.notice, rules.digest_of(request.content))
        response.clocks_moved = kept["moved"] if kept else 0
        return response

    async def LoadRegulation(
        self, request: pb.LoadRegulationRequest, context: Any
    ) -> pb.LoadRegulationResponse:
        """Load a profile and say where it is looser than the national one."""
        command = await convert.profile_in(request.content)
        findings = [convert.finding(it) for it in check(command.profile, self._national(command))]

        def answer(number: int) -> pb.LoadRegulationResponse:
            return pb.LoadRegulationResponse(
                name=command.profile.id, version=number, findings=findings
            )

        return await self._publish(request, rules.load_profile, command, answer)

    async def GetRegulation(
        self, request: pb.GetRegulationRequest, context: Any
    ) -> pb.GetRegulationResponse:
        """A profile's text."""
        found = self._library.knowledge.regulation(
            convert.code_in(request.name, "name"), request.version
        )
        return pb.GetRegulationResponse(
            name=found.profile.id, version=found.number, content=found.content
        )

    async def GetRules(self, request: pb.GetRulesRequest, context: Any) -> pb.GetRulesResponse:
        """All profiles and notices, as they are stored when it is asked."""
        await self._library.knowledge.refresh()
        content = self._library.knowledge.rules()
        digest = hashlib.sha256(content).hexdigest()
        newer = digest != request.have_digest
        return pb.GetRulesResponse(digest=digest, content=content if newer else b"")

    def _national(self, command: Any) -> Any:
        """The national profile to compare with; the profile itself when there is none."""
        try:
            return self._library.knowledge.snapshot.newest(NATIONAL).profile
        except RegulationMissing:
            return command.profile

    async def _publish(
        self, request: Any, handler: Callable[..., T], command: Any, answer: Callable[[T], M]
    ) -> M:
        """Run a publication, and go by it before it is answered."""
        response = await self._bridge.write(request, handler, command, answer, key="directory")
        await self._library.refresh()
        return response
