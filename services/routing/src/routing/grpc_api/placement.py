"""SuggestPlacement: who could settle a matter, before there is a case."""

from typing import Any

from kernel.catalogue import Catalogue
from kernel.interceptors import current_caller
from kernel.interceptors.credentials import read as incoming
from lianxin.routing.v1 import directory_pb2 as pb
from routing.convert import placement as convert
from routing.domain import placement
from routing.exchange.bridge import Bridge
from routing.library import Library


class SuggestsPlacement:
    """Answers from directory and profile alone."""

    _bridge: Bridge
    _library: Library
    _texts: Catalogue

    async def SuggestPlacement(
        self, request: pb.SuggestPlacementRequest, context: Any
    ) -> pb.SuggestPlacementResponse:
        """Units that can settle a matter, lowest tier first."""
        node, rules = self._bridge.node, self._library.knowledge.profile("").rules
        directory, day = node.directory(), node.today(self._library.clock.now())
        here = current_caller().unit or directory.file.root
        matter = convert.matter_in(request, here)
        proposal = placement.propose(directory, rules, matter, day)
        language = incoming(context.invocation_metadata()).language
        return convert.proposal_out(proposal, directory, self._texts, language)
