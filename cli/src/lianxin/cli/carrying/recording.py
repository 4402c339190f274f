"""Acts that may be recorded away from the node, and the calls they become there."""

from typing import Any
from uuid import UUID

import msgspec
from google.protobuf import json_format
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message_factory import GetMessageClass

from lianxin.common.v1.case_pb2 import Seen
from lianxin.intake.v1 import intake_service_pb2
from lianxin.mediation.v1 import mediation_service_pb2
from lianxin.routing.v1 import custody_pb2

INTAKE, ROUTING, MEDIATION = "intake", "routing", "mediation"
SERVICES: dict[str, Any] = {
    INTAKE: intake_service_pb2.DESCRIPTOR.services_by_name["IntakeService"],
    ROUTING: custody_pb2.DESCRIPTOR.services_by_name["CustodyService"],
    MEDIATION: mediation_service_pb2.DESCRIPTOR.services_by_name["MediationService"],
}
STUBS = {INTAKE: "intake", ROUTING: "custody", MEDIATION: "mediation"}
KINDS: dict[str, tuple[str, str]] = {
    "note": (ROUTING, "AddNote"),
    "sign": (ROUTING, "SignFor"),
    "accept": (INTAKE, "AcceptCase"),
    "find": (INTAKE, "AddFinding"),
    "schedule": (MEDIATION, "ScheduleSession"),
    "session": (MEDIATION, "RecordSession"),
    "term": (MEDIATION, "RenderTerm"),
    "duty": (MEDIATION, "NoteDuty"),
}
"""What people do on the road: notes, signatures, acceptance, findings, sessions, performance."""
OURS = frozenset({"request_id", "case_id", "seen", "epoch", "version"})


class ActInvalid(Exception):
    """No such kind of act, or fields that its call does not have; the text names what."""


class Act(msgspec.Struct, frozen=True):
    """One act: `fields` as the protocol writes them in JSON, `at` when it was recorded."""

    request_id: UUID
    kind: str
    case_id: str
    fields: dict[str, Any]
    at: str

    @property
    def service(self) -> str:
        """The service it is for."""
        return KINDS[self.kind][0]

    @property
    def stub(self) -> str:
        """The stub of a session."""
        return STUBS[self.service]

    @property
    def rpc(self) -> str:
        """The call."""
        return KINDS[self.kind][1]

    def request(self, seen: tuple[int, int] | None) -> Any:
        """The call's request, by what was seen of the case. Raises ActInvalid."""
        request = _message(self.kind, self.fields)
        request.request_id, request.case_id = str(self.request_id), self.case_id
        fields = request.DESCRIPTOR.fields_by_name
        if seen is not None and "seen" in fields:
            request.seen.CopyFrom(Seen(epoch=seen[0], version=seen[1]))
        elif seen is not None and "version" in fields:
            request.epoch, request.version = seen
        return request


def kinds() -> list[str]:
    """The kinds there are."""
    return sorted(KINDS)


def made(kind: str, case_id: str, fields: dict[str, Any], ids: tuple[UUID, str]) -> Act:
    """An act whose fields its call has; `ids` are its request id and when. Raises ActInvalid."""
    _message(kind, fields)
    return Act(ids[0], kind, case_id, fields, ids[1])


def _message(kind: str, fields: dict[str, Any]) -> Any:
    if kind not in KINDS:
        raise ActInvalid(kind)
    taken = OURS & set(fields)
    if taken:
        raise ActInvalid(" ".join(sorted(taken)))
    service, rpc = KINDS[kind]
    method: MethodDescriptor = SERVICES[service].methods_by_name[rpc]
    try:
        return json_format.ParseDict(fields, GetMessageClass(method.input_type)())
    except json_format.ParseError as error:
        raise ActInvalid(str(error).partition(":")[0][:80]) from None
