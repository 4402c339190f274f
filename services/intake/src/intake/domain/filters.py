"""What a list is narrowed by."""

from dataclasses import dataclass
from datetime import datetime

from intake.domain.words import Channel, Colour, Procedure

PAGE, LARGEST_PAGE = 50, 200


@dataclass(frozen=True, slots=True)
class Filter:
    """Every field that is given must fit; empty and None fit everything."""

    states: tuple[str, ...] = ()
    unit_id: str = ""
    place_prefix: str = ""
    category: str = ""
    colour: Colour | None = None
    channel: Channel | None = None
    procedure: Procedure | None = None
    backlog: bool | None = None
    registered_from: datetime | None = None
    registered_to: datetime | None = None
    source_system: str = ""


def page_size(wanted: int) -> int:
    """Rows of a page: as wanted, within bounds; 0 is the usual size."""
    return min(wanted, LARGEST_PAGE) if wanted > 0 else PAGE
