"""CustodyService: hand-over, endings and reading, each in a file of its own."""

from kernel.catalogue import Catalogue
from lianxin.routing.v1 import custody_pb2_grpc as rpc
from routing.bus import Bus
from routing.exchange.asking import Services
from routing.exchange.bridge import Bridge
from routing.grpc_api.closing import ClosingRpcs
from routing.grpc_api.custody_more import MoreRpcs
from routing.grpc_api.handover import HandoverRpcs
from routing.grpc_api.reading import ReadingRpcs
from routing.grpc_api.writings import WritingRpcs


class CustodyServicer(
    HandoverRpcs, MoreRpcs, ClosingRpcs, WritingRpcs, ReadingRpcs, rpc.CustodyServiceServicer
):
    """Every RPC of CustodyService."""

    def __init__(self, bridge: Bridge, bus: Bus, texts: Catalogue) -> None:
        self.bridge = bridge
        self.bus = bus
        self.texts = texts
        self.services = Services(bus.parts)
