"""CasePartService as a service offers it: to the services of its node only."""

from kernel.access import Access
from kernel.grpc_server import Served
from lianxin.exchange.v1 import case_part_pb2 as pb
from lianxin.exchange.v1 import case_part_pb2_grpc as grpc

_SERVICE = pb.DESCRIPTOR.services_by_name["CasePartService"]
PART_ACCESS = {
    f"/{_SERVICE.full_name}/{method.name}": Access(service=True) for method in _SERVICE.methods
}


def part_served(servicer: grpc.CasePartServiceServicer) -> Served:
    """The service with its doors."""
    return Served(_SERVICE, grpc.add_CasePartServiceServicer_to_server, servicer, PART_ACCESS)
