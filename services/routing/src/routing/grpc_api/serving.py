"""The services that routing serves: descriptor, servicer and who may call, side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import ModuleType

from kernel.access import Access
from kernel.catalogue import Catalogue
from kernel.doors.readings import readings_served
from kernel.grpc_server import Served
from lianxin.exchange.v1 import case_exchange_pb2, case_exchange_pb2_grpc
from lianxin.routing.v1 import (
    custody_pb2,
    custody_pb2_grpc,
    directory_pb2,
    directory_pb2_grpc,
    node_pb2,
    node_pb2_grpc,
    notice_pb2,
    notice_pb2_grpc,
    retention_pb2,
    retention_pb2_grpc,
    review_pb2,
    review_pb2_grpc,
    staff_pb2,
    staff_pb2_grpc,
    supervision_pb2,
    supervision_pb2_grpc,
    worklist_pb2,
    worklist_pb2_grpc,
)
from routing.accounts import Accounts
from routing.bus import Bus
from routing.exchange.asking import Services
from routing.exchange.bridge import Bridge
from routing.exchange.servicer import ACCESS as EXCHANGE_ACCESS
from routing.exchange.servicer import CaseExchange
from routing.grpc_api.custody import CustodyServicer
from routing.grpc_api.custody_access import CUSTODY_ACCESS
from routing.grpc_api.directory import DIRECTORY_ACCESS, DirectoryServicer
from routing.grpc_api.nodes import NODE_ACCESS, NodeServicer
from routing.grpc_api.notices import STAFF_NOTICE_ACCESS, StaffNoticeServicer
from routing.grpc_api.retention import RETENTION_ACCESS, RetentionServicer
from routing.grpc_api.reviews import REVIEW_ACCESS, ReviewServicer
from routing.grpc_api.staff import STAFF_ACCESS, StaffServicer
from routing.grpc_api.supervision import SUPERVISION_ACCESS, SupervisionServicer
from routing.grpc_api.worklist import WORKLIST_ACCESS, WorklistServicer
from routing.library import Library
from routing.storage.metadata import metadata

Generated = tuple[ModuleType, ModuleType, str]
CUSTODY: Generated = (custody_pb2, custody_pb2_grpc, "CustodyService")
DIRECTORY: Generated = (directory_pb2, directory_pb2_grpc, "DirectoryService")
WORKLIST: Generated = (worklist_pb2, worklist_pb2_grpc, "WorklistService")
STAFF: Generated = (staff_pb2, staff_pb2_grpc, "StaffService")
SUPERVISION: Generated = (supervision_pb2, supervision_pb2_grpc, "SupervisionService")
REVIEW: Generated = (review_pb2, review_pb2_grpc, "ReviewService")
STAFF_NOTICE: Generated = (notice_pb2, notice_pb2_grpc, "StaffNoticeService")
RETENTION: Generated = (retention_pb2, retention_pb2_grpc, "RetentionService")
NODE: Generated = (node_pb2, node_pb2_grpc, "NodeService")
EXCHANGE: Generated = (case_exchange_pb2, case_exchange_pb2_grpc, "CaseExchangeService")


def for_people(
    bridge: Bridge, bus: Bus, library: Library, accounts: Accounts, texts: Catalogue
) -> Sequence[Served]:
    """What staff and systems call."""
    return (
        _served(CUSTODY, CustodyServicer(bridge, bus, texts), CUSTODY_ACCESS),
        _served(DIRECTORY, DirectoryServicer(bridge, library, texts), DIRECTORY_ACCESS),
        _served(WORKLIST, WorklistServicer(bridge, library, bus), WORKLIST_ACCESS),
        _served(STAFF, StaffServicer(bridge, accounts), STAFF_ACCESS),
        _served(SUPERVISION, SupervisionServicer(bridge), SUPERVISION_ACCESS),
        _served(REVIEW, ReviewServicer(bridge, library.clock, Services(bus.parts)), REVIEW_ACCESS),
        _served(STAFF_NOTICE, StaffNoticeServicer(bridge, library.clock), STAFF_NOTICE_ACCESS),
        _served(RETENTION, RetentionServicer(bridge), RETENTION_ACCESS),
        readings_served(bridge.readers, metadata.tables["read_audit"]),
        _served(NODE, NodeServicer(bridge), NODE_ACCESS),
    )


def for_nodes(exchange: CaseExchange) -> Sequence[Served]:
    """What child nodes call."""
    return (_served(EXCHANGE, exchange, EXCHANGE_ACCESS),)


def without_nodes(services: Sequence[Served]) -> Sequence[Served]:
    """The same with no door for other nodes: they have one of their own, and certificates there."""
    return [
        replace(
            served, access={name: replace(at, node=False) for name, at in served.access.items()}
        )
        for served in services
    ]


def _served(made: Generated, servicer: object, access: Mapping[str, Access]) -> Served:
    messages, rpc, name = made
    descriptor = messages.DESCRIPTOR.services_by_name[name]
    return Served(descriptor, getattr(rpc, f"add_{name}Servicer_to_server"), servicer, access)
