"""The services of hearing, put together from their parts."""

from hearing.desk import Desk
from hearing.grpc_api.access import HEARING_ACCESS
from hearing.grpc_api.calendar import calendar_served
from hearing.grpc_api.case_part import case_part_served
from hearing.grpc_api.conclusion import conclusion_served
from hearing.grpc_api.following import Following
from hearing.grpc_api.matters import Matters
from hearing.grpc_api.noticing import noticing_served
from hearing.grpc_api.openness import openness_served
from hearing.grpc_api.reading import Reading
from hearing.grpc_api.register import register_served
from hearing.grpc_api.registrations import Registrations
from hearing.grpc_api.requesting import Requesting
from hearing.grpc_api.scheduling import schedule_served
from hearing.grpc_api.session import session_served
from hearing.planning.planner import Planner
from kernel.catalogue import Catalogue
from kernel.grpc_server import Served
from lianxin.hearing.v1 import hearing_service_pb2 as service
from lianxin.hearing.v1 import hearing_service_pb2_grpc as service_grpc


class HearingServicer(Requesting, Reading, service_grpc.HearingServiceServicer):
    """Requests, decisions, and reading."""

    def __init__(self, desk: Desk, matters: Matters, registrations: Registrations) -> None:
        self._desk = desk
        self._matters = matters
        self._registrations = registrations


def served(
    desk: Desk, matters: Matters, registrations: Registrations, planner: Planner
) -> list[Served]:
    """Every service with its doors."""
    following = Following(desk, matters, registrations)
    return [
        Served(
            service.DESCRIPTOR.services_by_name["HearingService"],
            service_grpc.add_HearingServiceServicer_to_server,
            HearingServicer(desk, matters, registrations),
            HEARING_ACCESS,
        ),
        schedule_served(desk, matters, planner, following),
        register_served(desk),
        calendar_served(desk),
        session_served(desk, following),
        conclusion_served(desk, following),
        openness_served(desk, following),
        noticing_served(desk, Catalogue.load("hearing")),
        case_part_served(desk),
    ]
