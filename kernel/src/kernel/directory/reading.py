"""Reading and writing directory files, with every contradiction found at once."""

from collections import Counter
from collections.abc import Iterator
from datetime import time

import msgspec
import yaml

from kernel.directory.book import Directory
from kernel.directory.entries import DirectoryFile, MeetingDay, Profile, Site
from kernel.divisions import DivisionInvalid, Tier
from kernel.yaml_text import read_yaml

TIERS = {Tier.COUNTY.value: 1, Tier.TOWNSHIP.value: 2, Tier.VILLAGE.value: 3}
WEEKS, WEEKDAYS = range(1, 5), range(1, 8)


class DirectoryInvalid(ValueError):
    """A directory file cannot be used; `findings` names each entry and what is wrong with it."""

    reason = "DIRECTORY_INVALID"

    def __init__(self, findings: list[str]) -> None:
        super().__init__("; ".join(findings[:5]))
        self.findings = findings


def read_directory(content: bytes) -> Directory:
    """Read a directory from YAML or JSON.

    Raises:
        DirectoryInvalid: malformed, or contradicting itself; all findings are listed.
    """
    try:
        file = _decode(content)
    except (msgspec.ValidationError, msgspec.DecodeError, yaml.YAMLError) as error:
        raise DirectoryInvalid([str(error)]) from None
    findings = list(_shape(file))
    if findings:
        raise DirectoryInvalid(findings)
    directory = Directory(file)
    findings = list(_sense(directory))
    if findings:
        raise DirectoryInvalid(findings)
    return directory


def write_directory(file: DirectoryFile) -> bytes:
    """Canonical JSON of a directory: the same content always gives the same bytes."""
    return msgspec.json.encode(file, order="deterministic")


def _decode(content: bytes) -> DirectoryFile:
    if content.lstrip()[:1] == b"{":
        return msgspec.json.decode(content, type=DirectoryFile)
    return msgspec.convert(read_yaml(content), type=DirectoryFile)


def _shape(file: DirectoryFile) -> Iterator[str]:
    """Ids unique, references there, tiers in order, no circle of parents."""
    ids = [s.id for s in file.sites] + [u.id for u in file.units] + [o.id for o in file.outside]
    yield from (f"id {i}: named twice" for i, n in Counter(ids).items() if n > 1)
    sites = {site.id: site for site in file.sites}
    if file.root not in sites:
        yield f"root {file.root}: no such site"
    for site in file.sites:
        yield from _site_shape(site, sites, file.root)
    yield from (f"unit {u.id}: site {u.site} is no site" for u in file.units if u.site not in sites)
    for entry in file.delegations:
        if entry.site not in sites:
            yield f"delegation of {entry.site}: no such site"
    places: tuple[Site | Profile, ...] = (*file.sites, *file.profiles)
    for place in places:
        if place.meeting_day and not _is_sound(place.meeting_day):
            yield f"{place.id}: meeting_day is week 1-4, weekday 1-7, HH:MM to a later HH:MM"
    nodes = Counter(entry.node for entry in file.delegations)
    yield from (f"node {node}: delegated {n} times" for node, n in nodes.items() if n > 1)


def _is_sound(day: MeetingDay) -> bool:
    """Whether there is such a day in every month, and it ends after it begins."""
    try:
        begins, ends = (time.fromisoformat(one) for one in (day.begins, day.ends))
    except ValueError:
        return False
    short = len(day.begins) == len(day.ends) == len("HH:MM")
    return short and begins < ends and day.week in WEEKS and day.weekday in WEEKDAYS


def _site_shape(site: Site, sites: dict[str, Site], root: str) -> Iterator[str]:
    if site.tier not in TIERS:
        yield f"site {site.id}: tier {site.tier!r} is none of {', '.join(TIERS)}"
    elif site.parent and site.parent not in sites:
        yield f"site {site.id}: parent {site.parent} is no site"
    elif site.parent and TIERS.get(sites[site.parent].tier, 9) >= TIERS[site.tier]:
        yield f"site {site.id}: parent {site.parent} is not of a higher tier"
    elif not site.parent and site.id != root:
        yield f"site {site.id}: has no parent and is not the root"


def _sense(directory: Directory) -> Iterator[str]:
    """Codes well-formed, paths unique, closed units with a successor that leads somewhere."""
    try:
        paths = Counter(
            directory.path(site.id) for site in directory.sites.values() if site.valid_to is None
        )
    except DivisionInvalid as error:
        yield f"a division code: {error.problem}"
        return
    yield from (
        f"path {p}: shared by {n} sites; give one a token" for p, n in paths.items() if n > 1
    )
    for unit in directory.units.values():
        if unit.valid_to is None:
            continue
        if not unit.successor:
            yield f"unit {unit.id}: closed without a successor"
        elif unit.successor not in directory.units:
            yield f"unit {unit.id}: successor {unit.successor} is no unit"
