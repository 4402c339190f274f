"""IntakeService and CasePartService, put together from their parts."""

from intake.desk import Desk
from intake.grpc_api.acting import Acting
from intake.grpc_api.case_part import CaseParts
from intake.grpc_api.importing import Importing
from intake.grpc_api.listing import Listing
from intake.grpc_api.reading import Reading
from intake.grpc_api.registering import Registering
from intake.tracking import Tracker
from kernel.catalogue import Catalogue
from lianxin.exchange.v1 import case_part_pb2_grpc as part_grpc
from lianxin.intake.v1 import intake_service_pb2_grpc as service_grpc


class IntakeServicer(
    Registering, Importing, Acting, Reading, Listing, service_grpc.IntakeServiceServicer):
    """Every RPC of intake."""

    def __init__(self, desk: Desk, texts: Catalogue) -> None:
        self._desk = desk
        self._tracker = Tracker(desk.office)
        self._texts = texts


class CasePartServicer(CaseParts, part_grpc.CasePartServiceServicer):
    """What routing asks of intake during a hand-over."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
