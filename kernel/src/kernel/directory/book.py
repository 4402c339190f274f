"""Look-ups in a directory: units, paths, ancestors, hosting node, successors."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from functools import cached_property

from kernel.directory.entries import (
    Delegation,
    DirectoryFile,
    MeetingDay,
    Outside,
    Profile,
    Site,
    Unit,
)
from kernel.divisions import NO_TOKEN, Division, DivisionInvalid, Tier

SUCCESSION_LIMIT = 20


class Directory:
    """One version of the directory. Immutable; look-ups by id are dictionary look-ups."""

    def __init__(self, file: DirectoryFile) -> None:
        self.file = file
        self.version = file.version
        self.sites: dict[str, Site] = {site.id: site for site in file.sites}
        self.outside: dict[str, Outside] = {body.id: body for body in file.outside}
        self.profiles: dict[str, Profile] = {profile.id: profile for profile in file.profiles}
        self.units: dict[str, Unit] = {site.id: _desk(site) for site in file.sites}
        self.units.update({unit.id: unit for unit in file.units})
        self._nodes = {entry.site: entry.node for entry in file.delegations if not entry.closing}
        self._entries = {entry.node: entry for entry in file.delegations}

    def site_of(self, unit_id: str) -> Site:
        """The site a unit belongs to. KeyError when there is no such unit."""
        return self.sites[self.units[unit_id].site]

    def ancestors(self, site_id: str) -> list[Site]:
        """The site itself, its parent, … up to the root."""
        line = [self.sites[site_id]]
        while line[-1].parent:
            line.append(self.sites[line[-1].parent])
        return line

    def path(self, site_id: str) -> str:
        """Path `330523.001.204` of a site; tokens that a higher site lacks are `000`."""
        return self._paths[site_id]

    @cached_property
    def _paths(self) -> dict[str, str]:
        paths = {}
        for site_id in self.sites:
            tokens = [site.path_token for site in reversed(self.ancestors(site_id))]
            paths[site_id] = ".".join([*tokens, NO_TOKEN, NO_TOKEN][:3])
        return paths

    def path_of_unit(self, unit_id: str) -> str:
        """Path of the unit's site."""
        return self.path(self.units[unit_id].site)

    def node_of(self, unit_id: str) -> str:
        """Code of the node that hosts a unit: nearest delegation up the tree, else the county's."""
        for site in self.ancestors(self.units[unit_id].site):
            if site.id in self._nodes:
                return self._nodes[site.id]
        return self.file.node

    def delegation(self, node: str) -> Delegation | None:
        """What a node was made for, also while it closes; None for the county's and for others."""
        return self._entries.get(node)

    def parent_node(self, node: str) -> str | None:
        """The node one delegation up; None for the county node and for one that has none."""
        entry = self._entries.get(node)
        return None if entry is None else self.node_of(self.sites[entry.site].parent)

    def child_nodes(self, node: str) -> list[str]:
        """Nodes delegated directly under this one, also those that are closing."""
        return sorted(n for n in self._entries if self.parent_node(n) == node and n != node)

    def is_below(self, node: str, upper: str) -> bool:
        """Whether a node is a true descendant of another in the tree of nodes."""
        above = self.parent_node(node)
        while above is not None and above != upper:
            above = self.parent_node(above)
        return above is not None

    def next_node(self, here: str, there: str) -> str:
        """Next node on the way from `here` to `there` along the tree of nodes."""
        step = there
        while (above := self.parent_node(step)) is not None:
            if above == here:
                return step
            step = above
        return self.parent_node(here) or there

    def node_key(self, node: str) -> str:
        """Public key of a delegated node, base64; empty when none is recorded."""
        entry = self._entries.get(node)
        return "" if entry is None else entry.public_key

    def nats_key(self, node: str) -> str:
        """Public NKey of a delegated node; empty when none is recorded."""
        entry = self._entries.get(node)
        return "" if entry is None else entry.nats_key

    def nodes(self) -> list[str]:
        """All nodes, the county's first."""
        return [self.file.node, *sorted(self._entries.keys() - {self.file.node})]

    def current(self, unit_id: str, day: date) -> str | None:
        """The unit itself while valid, else its successor's successor… valid on that day.

        None when the line ends: such a directory is refused by the loader for open units, so None
        means an unknown unit.
        """
        for _ in range(SUCCESSION_LIMIT):
            unit = self.units.get(unit_id)
            if unit is None:
                return None
            if unit.valid_on(day):
                return unit_id
            unit_id = unit.successor
        return None

    def site_by_code(self, division_code: str, day: date) -> Site | None:
        """The site that serves a division: the deepest valid one whose code covers it."""
        try:
            place: Division | None = Division.parse(division_code)
        except DivisionInvalid:
            return None
        while place is not None:
            for site in self._by_code.get(place.code, ()):
                current = self.current(site.id, day)
                if current:
                    return self.site_of(current)
            place = place.parent
        return None

    @cached_property
    def _by_code(self) -> dict[str, list[Site]]:
        found: dict[str, list[Site]] = defaultdict(list)
        for site in self.sites.values():
            for code in site.codes:
                found[Division.parse(code).code].append(site)
        return dict(found)

    def units_of(self, site_id: str, day: date) -> list[Unit]:
        """Valid units of a site, its desk first."""
        return [u for u in self._units_by_site.get(site_id, []) if u.valid_on(day)]

    @cached_property
    def _units_by_site(self) -> dict[str, list[Unit]]:
        found: dict[str, list[Unit]] = defaultdict(list)
        for unit in self.units.values():
            found[unit.site].append(unit)
        return dict(found)

    def children(self, site_id: str) -> list[Site]:
        """Sites directly under a site."""
        return [site for site in self.sites.values() if site.parent == site_id]

    def title(self, unit_id: str) -> str:
        """What to call a unit or outside body in a sentence; the id itself when unknown."""
        if unit_id in self.outside:
            return self.outside[unit_id].title
        unit = self.units.get(unit_id)
        if unit is None:
            return unit_id
        return self.sites[unit.site].short_title if unit.id == unit.site else unit.title

    def review_body(self, unit_id: str) -> str:
        """Who reviews what a unit or outside body has decided (条例 35, 36); empty when nobody.

        The directory says who, often a body outside; a unit without an entry has its site's, else
        the desk of the site above.
        """
        if unit_id in self.outside:
            return self.outside[unit_id].review_body
        if unit_id not in self.units:
            return ""
        site = self.site_of(unit_id)
        return self.units[unit_id].review_body or site.review_body or site.parent

    def belongs_to(self, unit_id: str, units: Collection[str]) -> bool:
        """Whether a unit is one of these, or of a site that is; False for no unit."""
        site = self.units[unit_id].site if unit_id in self.units else unit_id
        return bool(unit_id) and not {unit_id, site}.isdisjoint(units)

    def phone(self, unit_id: str) -> str:
        """The unit's public telephone, else its site's."""
        unit = self.units.get(unit_id)
        return "" if unit is None else unit.phone or self.sites[unit.site].phone

    def profile_of(self, unit_id: str) -> Profile:
        """What the unit's site shows to residents; an empty one where none is named."""
        return self.profiles.get(self.site_of(unit_id).profile) or Profile(id="")

    def meeting_day(self, unit_id: str) -> MeetingDay | None:
        """When the unit's site has its meeting day: its own word, else its profile's."""
        return self.site_of(unit_id).meeting_day or self.profile_of(unit_id).meeting_day

    def tier(self, unit_id: str) -> Tier:
        """Tier of the unit's site."""
        return Tier(self.site_of(unit_id).tier)


def _desk(site: Site) -> Unit:
    return Unit(
        id=site.id,
        site=site.id,
        title=site.title,
        kind="desk",
        phone=site.phone,
        address=site.address,
        officers=site.officers,
        aliases=site.aliases,
        competences=site.competences,
        may_decide_administrative=site.may_decide_administrative,
        review_body=site.review_body,
        successor=site.successor,
        sealing_public_key=site.sealing_public_key,
        valid_from=site.valid_from,
        valid_to=site.valid_to,
    )
