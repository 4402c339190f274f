"""HearingOpennessService: kept to what is registered; held behind closed doors."""

from functools import partial

from hearing.convert import openness as convert
from hearing.desk import Desk, id_of
from hearing.grpc_api.case_act import CaseAct
from hearing.grpc_api.following import Following
from hearing.grpc_api.session import RUN
from hearing.handlers.closing_doors import hold_in_private
from hearing.handlers.protecting import known_grounds
from kernel.group_commit import Work
from kernel.grpc_server import Served
from lianxin.hearing.v1 import openness_pb2 as pb
from lianxin.hearing.v1 import openness_pb2_grpc as grpc

SERVICE = "/lianxin.hearing.v1.HearingOpennessService/"
OPENNESS_ACCESS = {SERVICE + "FollowRegistration": RUN, SERVICE + "HoldInPrivate": RUN}


class OpennessServicer(CaseAct, grpc.HearingOpennessServiceServicer):
    """Intake is asked before anything is done by what it says."""

    def __init__(self, desk: Desk, following: Following) -> None:
        self._desk = desk
        self._following = following

    async def FollowRegistration(
        self, request: pb.FollowRegistrationRequest, _: object
    ) -> pb.FollowRegistrationResponse:
        """Who and what is registered now."""
        request_id = id_of(request.request_id, "request_id")
        case_id = id_of(request.case_id, "case_id")
        changed = await self._following.follow(case_id)
        respond = partial(convert.followed, changed=changed)
        work = Work(known_grounds, case_id, key=str(case_id), request_id=request_id)
        response = pb.FollowRegistrationResponse
        done: pb.FollowRegistrationResponse = await self._desk.act(request, work, respond, response)
        return done

    async def HoldInPrivate(
        self, request: pb.HoldInPrivateRequest, _: object
    ) -> pb.HoldInPrivateResponse:
        """The public stays out."""
        wanted = convert.hold_in_private(request)
        await self._following.follow(wanted[1].case_id)
        handler = self._with_office(hold_in_private)
        return await self._act(request, wanted, handler, pb.HoldInPrivateResponse)


def openness_served(desk: Desk, following: Following) -> Served:
    """The service with its doors."""
    return Served(
        pb.DESCRIPTOR.services_by_name["HearingOpennessService"],
        grpc.add_HearingOpennessServiceServicer_to_server,
        OpennessServicer(desk, following),
        OPENNESS_ACCESS,
    )
