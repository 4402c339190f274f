"""The county as it is played: every desk with its node, and 1,121 mediators over all of them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import msgspec

from bench.rig import DIRECTORY
from kernel.directory import Directory, read_directory
from kernel.directory.entries import Delegation, Site
from kernel.ids import new_id
from lianxin.cli.demo import mediators
from lianxin.mediation.v1 import casework_pb2 as pb
from lianxin.mediation.v1 import mediation_pb2

NODES = {
    "anji": "s-anji",
    "dipu": "s-dipu",
    "tianhuangping": "s-tianhuangping",
    "lujia": "s-dipu-lujia",
}
"""The nodes of deploy/compose.yaml and the site each was made for."""
TITLED = ("centre", "sub_centre", "station", "zone")
"""Kinds of sites with a counter."""
COUNTY, TOWNSHIP, VILLAGE = "county", "township", "village"
MEDIATORS = 1_121
FIELDS = (
    "neighbour", "marriage_family", "damages", "contract", "housing_homestead", "labour",
    "land_taking", "production", "village_affairs", "forest_land",
)  # fmt: skip
FIELDS_OF_ONE = 3


@dataclass(frozen=True, slots=True)
class Desk:
    """A centre, sub-centre or station with somebody at its counter."""

    site: str
    tier: str
    node: str
    above: str
    code: str


def directory() -> Directory:
    """The sample directory with the delegations that the one-host stack makes."""
    file = read_directory(DIRECTORY.read_bytes()).file
    below = [Delegation(site=site, node=node) for node, site in NODES.items() if node != file.node]
    return Directory(msgspec.structs.replace(file, delegations=tuple(below)))


def desks(county: Directory, today: date) -> list[Desk]:
    """Every centre, sub-centre and station in force today; the county first."""
    return [_desk(county, site) for site in county.file.sites if _counts(site, today)]


def thinned(places: Sequence[Desk], every: int) -> list[Desk]:
    """For a short try: all centres, and of the stations one of so many."""
    upper = [desk for desk in places if desk.tier != VILLAGE]
    return [*upper, *[desk for desk in places if desk.tier == VILLAGE][::every]]


def _counts(site: Site, today: date) -> bool:
    return site.valid_on(today) and site.kind in TITLED


def _desk(county: Directory, site: Site) -> Desk:
    return Desk(site.id, site.tier, county.node_of(site.id), site.parent or "", site.codes[0])


def mediator_register(county: Directory, places: Sequence[Desk]) -> list[pb.MediatorEntry]:
    """All mediators: those of the sample file, then as many at each station as make them up."""
    named = [one for one in mediators.load() if county.node_of(one.unit_id)]
    rounds = _rounds(places)
    made = [_mediator(n, next(rounds)) for n in range(len(named), MEDIATORS)]
    return [*named, *made]


def _rounds(places: Sequence[Desk]) -> Iterator[Desk]:
    """Again and again every desk below the county, a township's three times a round."""
    while True:
        for desk in places:
            if desk.tier is not COUNTY:
                yield from [desk] * (3 if desk.tier is TOWNSHIP else 1)


def _mediator(n: int, desk: Desk) -> pb.MediatorEntry:
    fields = [FIELDS[(n + at) % len(FIELDS)] for at in range(FIELDS_OF_ONE)]
    return pb.MediatorEntry(
        mediator_id=str(new_id()),
        staff=f"mediator.{n}",
        unit_id=desk.site,
        fields=fields,
        kinds=[mediation_pb2.MEDIATION_KIND_PEOPLES, mediation_pb2.MEDIATION_KIND_ADMINISTRATIVE],
        languages=["zh", "wu"],
        load_limit=20,
    )


def told(places: Sequence[Desk]) -> str:
    """How many of each tier there are, in words."""
    tiers = Counter(desk.tier for desk in places)
    return " + ".join(str(tiers[tier]) for tier in (COUNTY, TOWNSHIP, VILLAGE))
