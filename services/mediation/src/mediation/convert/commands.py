"""Requests of the protocol as commands; what is wrong is named field by field."""

from uuid import UUID

from kernel.fields import Fields as CommonFields
from lianxin.mediation.v1 import mediation_service_pb2 as pb
from lianxin.routing.v1 import custody_pb2
from mediation.commands import Matter, OpenMediation
from mediation.convert.words import colour_from, kind_from, procedure_from
from mediation.domain.words import MediationKind
from mediation.errors import FieldsInvalid

NOTE, WHY = 2000, 200


class Fields(CommonFields):
    """Collects what is wrong; `check` refuses if anything was."""

    refusal = FieldsInvalid

    def kind(self, field: str, number: int) -> MediationKind:
        """A kind that must be given; the first stands in while the fault is collected."""
        kind = kind_from(number)
        if kind is None:
            self.note(field, "UNKNOWN_VALUE" if number else "REQUIRED")
        return kind or MediationKind.PEOPLES


def open_mediation(request: pb.OpenMediationRequest) -> tuple[UUID, OpenMediation]:
    """What to open, and the id of the request; what routing knows is still to be asked."""
    fields = Fields()
    request_id = fields.id("request_id", request.request_id)
    command = OpenMediation(
        fields.id("case_id", request.case_id),
        fields.epoch("epoch", request.epoch),
        fields.kind("kind", request.kind),
        fields.text("note", request.note, NOTE),
    )
    fields.check()
    return request_id, command


def matter_from(custody: custody_pb2.Custody) -> Matter:
    """What routing knows of the case."""
    return Matter(
        case_no=custody.case_no,
        procedure=procedure_from(custody.procedure),
        category=custody.category,
        accepted=custody.HasField("accepted_at"),
        regulation=custody.regulation,
        registering_unit=custody.registering_unit,
        colour=colour_from(custody.colour),
    )
