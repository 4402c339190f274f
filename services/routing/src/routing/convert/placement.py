"""A matter that looks for its place, and the proposal."""

from kernel.catalogue import Catalogue, Language
from kernel.directory import Directory
from lianxin.common.v1 import case_pb2 as common
from lianxin.routing.v1 import directory_pb2 as pb
from routing.convert import words
from routing.domain.placement import Matter, Placement

STEP = 0.15
"""How much less each further proposal fits than the one before."""


def matter_in(request: pb.SuggestPlacementRequest, here: str) -> Matter:
    """What of the matter decides its place; `here` is where it is raised."""
    return Matter(
        place_code=request.place_code,
        category=request.category,
        procedure=words.word(common.Procedure, request.procedure),
        purpose=words.word(common.Purpose, request.purpose),
        colour=words.word(common.Colour, request.colour),
        difficulty=words.word(common.Difficulty, request.difficulty),
        litigation=False,
        about_units=frozenset(request.about_units),
        registering_unit=here,
    )


def proposal_out(
    proposal: Placement, directory: Directory, texts: Catalogue, language: Language
) -> pb.SuggestPlacementResponse:
    """The proposal, each unit with its reason in plain words."""
    found = pb.SuggestPlacementResponse()
    for rank, unit in enumerate(proposal.units):
        reason = _reason(proposal, unit, directory)
        found.placements.add(
            unit_id=unit,
            title=directory.title(unit),
            score=round(1.0 - STEP * rank, 2),
            reason=reason,
            text=texts.text(reason, language, unit=directory.title(unit)),
        )
    return found


def _reason(proposal: Placement, unit: str, directory: Directory) -> str:
    if unit == proposal.competent_unit:
        return "PLACEMENT_COMPETENT"
    if directory.units[unit].site == proposal.place_unit:
        return "PLACEMENT_OF_PLACE"
    return "PLACEMENT_ABOVE"
