"""IntakeService and CasePartService, put together from their parts."""

from dataclasses import dataclass
from uuid import UUID

from intake.desk import Desk
from intake.domain.part import Part
from intake.files import Files
from intake.grpc_api.access import INTAKE_ACCESS
from intake.grpc_api.acting import Acting
from intake.grpc_api.blobs import Blobs
from intake.grpc_api.case_part import own_part
from intake.grpc_api.erasing import erase
from intake.grpc_api.files import Filing
from intake.grpc_api.follow_up import FOLLOW_UP_ACCESS, FollowUpServicer
from intake.grpc_api.hearing_door import Hearings, hearing_door_served
from intake.grpc_api.importing import Importing
from intake.grpc_api.listing import Listing
from intake.grpc_api.mediations import Mediations
from intake.grpc_api.node_wide import NodeWide
from intake.grpc_api.reading import Reading
from intake.grpc_api.receipts import Receipts
from intake.grpc_api.receptions import reception_served
from intake.grpc_api.registering import Registering
from intake.grpc_api.registrations import REGISTRATION_ACCESS, RegistrationServicer
from intake.grpc_api.reviews import REVIEW_ACCESS, ReviewDoorServicer, Reviews
from intake.tracking import Tracker
from kernel.catalogue import Catalogue
from kernel.doors import CaseParts, part_served
from kernel.grpc_server import Served
from kernel.rate_limit import RateLimit
from lianxin.exchange.v1 import case_part_pb2_grpc as part_grpc
from lianxin.intake.v1 import follow_up_pb2 as after
from lianxin.intake.v1 import follow_up_pb2_grpc as after_grpc
from lianxin.intake.v1 import intake_service_pb2 as service
from lianxin.intake.v1 import intake_service_pb2_grpc as service_grpc
from lianxin.intake.v1 import registration_pb2 as registered
from lianxin.intake.v1 import registration_pb2_grpc as registered_grpc
from lianxin.intake.v1 import review_pb2 as review
from lianxin.intake.v1 import review_pb2_grpc as review_grpc


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is taken: bytes of a file, questions about one number."""

    file_bytes: int
    tracking: RateLimit


class IntakeServicer(
    Registering,
    Importing,
    Acting,
    Filing,
    Reading,
    Listing,
    Receipts,
    service_grpc.IntakeServiceServicer,
):
    """Every RPC of intake."""

    def __init__(
        self,
        desk: Desk,
        files: Files,
        texts: Catalogue,
        limits: Limits,
        tracker: Tracker,
        *,
        mediations: Mediations,
    ) -> None:
        self._desk = desk
        self._files = files
        self._mediations = mediations
        self._file_limit = limits.file_bytes
        self._tracker = tracker
        self._texts = texts


class CasePartServicer(CaseParts[Part], NodeWide, Blobs, part_grpc.CasePartServiceServicer):
    """What routing asks of intake during a hand-over."""

    def __init__(self, desk: Desk, files: Files, limits: Limits) -> None:
        self._desk = desk
        self._own = own_part(desk)
        self._files = files
        self._file_limit = limits.file_bytes

    async def _erase(self, case_id: UUID) -> None:
        """Rows and files."""
        await erase(self._desk, self._files, case_id)


@dataclass(frozen=True, slots=True)
class Others:
    """Services of the node that are asked on behalf of a resident, or before a case ends."""

    reviews: Reviews
    hearings: Hearings
    mediations: Mediations


def served(
    desk: Desk,
    files: Files,
    texts: Catalogue,
    limits: Limits,
    others: Others,
) -> list[Served]:
    """Every service with its doors; guesses at query codes count together whichever is asked."""
    tracker = Tracker(desk.office, limits.tracking)
    return [
        Served(
            service.DESCRIPTOR.services_by_name["IntakeService"],
            service_grpc.add_IntakeServiceServicer_to_server,
            IntakeServicer(desk, files, texts, limits, tracker, mediations=others.mediations),
            INTAKE_ACCESS,
        ),
        Served(
            after.DESCRIPTOR.services_by_name["FollowUpService"],
            after_grpc.add_FollowUpServiceServicer_to_server,
            FollowUpServicer(desk, texts, tracker),
            FOLLOW_UP_ACCESS,
        ),
        Served(
            review.DESCRIPTOR.services_by_name["ReviewDoorService"],
            review_grpc.add_ReviewDoorServiceServicer_to_server,
            ReviewDoorServicer(desk, texts, tracker, others.reviews),
            REVIEW_ACCESS,
        ),
        hearing_door_served(desk, texts, tracker, others.hearings),
        reception_served(desk),
        *_for_the_node(desk, files, limits),
    ]


def _for_the_node(desk: Desk, files: Files, limits: Limits) -> list[Served]:
    """What only other services of the node may ask."""
    return [
        Served(
            registered.DESCRIPTOR.services_by_name["RegistrationService"],
            registered_grpc.add_RegistrationServiceServicer_to_server,
            RegistrationServicer(desk),
            REGISTRATION_ACCESS,
        ),
        part_served(CasePartServicer(desk, files, limits)),
    ]
