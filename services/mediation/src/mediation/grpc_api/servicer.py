"""The services of mediation, put together from their parts."""

from dataclasses import dataclass

from kernel.grpc_server import Served
from lianxin.mediation.v1 import consent_pb2, consent_pb2_grpc, file_pb2, file_pb2_grpc
from lianxin.mediation.v1 import mediation_service_pb2 as service
from lianxin.mediation.v1 import mediation_service_pb2_grpc as service_grpc
from mediation.desk import Desk
from mediation.grpc_api.access import MEDIATION_ACCESS
from mediation.grpc_api.acting import Acting
from mediation.grpc_api.assessing import assessment_served
from mediation.grpc_api.assigning import Assigning
from mediation.grpc_api.case_part import case_part_served
from mediation.grpc_api.casework import Casework
from mediation.grpc_api.closing import Closing
from mediation.grpc_api.colleagues import Colleagues
from mediation.grpc_api.consent import CONSENT_ACCESS, ConsentServicer
from mediation.grpc_api.due import due_served
from mediation.grpc_api.file import FILE_ACCESS, MediationFileServicer
from mediation.grpc_api.hearings import Hearings
from mediation.grpc_api.inviting import invitation_served
from mediation.grpc_api.matters import Matters
from mediation.grpc_api.parties import Parties
from mediation.grpc_api.planning import Planning
from mediation.grpc_api.reading import Reading
from mediation.grpc_api.register import Register
from mediation.grpc_api.registrations import Registrations


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of other services of the node."""

    matters: Matters
    registrations: Registrations
    colleagues: Colleagues
    hearings: Hearings


class MediationServicer(
    Acting,
    Reading,
    Register,
    Parties,
    Planning,
    Assigning,
    Casework,
    Closing,
    service_grpc.MediationServiceServicer,
):
    """Every RPC of mediation."""

    def __init__(self, desk: Desk, asked: Asked) -> None:
        self._desk = desk
        self._matters = asked.matters
        self._colleagues = asked.colleagues
        self._registrations = asked.registrations
        self._hearings = asked.hearings


def served(desk: Desk, asked: Asked) -> list[Served]:
    """Every service with its doors."""
    registrations = asked.registrations
    return [
        Served(
            service.DESCRIPTOR.services_by_name["MediationService"],
            service_grpc.add_MediationServiceServicer_to_server,
            MediationServicer(desk, asked),
            MEDIATION_ACCESS,
        ),
        Served(
            file_pb2.DESCRIPTOR.services_by_name["MediationFileService"],
            file_pb2_grpc.add_MediationFileServiceServicer_to_server,
            MediationFileServicer(desk, registrations),
            FILE_ACCESS,
        ),
        due_served(desk),
        assessment_served(desk),
        invitation_served(desk, registrations),
        Served(
            consent_pb2.DESCRIPTOR.services_by_name["MediationConsentService"],
            consent_pb2_grpc.add_MediationConsentServiceServicer_to_server,
            ConsentServicer(desk),
            CONSENT_ACCESS,
        ),
        case_part_served(desk),
    ]
