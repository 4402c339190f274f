"""The directory: look-ups, succession, delegation, and files that contradict themselves."""

from datetime import date

import pytest

from kernel.directory import DirectoryInvalid, read_directory, write_directory

TODAY = date(2026, 11, 2)

COUNTY = """
version: 3
county: "330523"
title: 试县
root: s-county
node: county
sites:
  - {id: s-county, codes: ["330523000000"], title: 县中心, short_title: 县中心, tier: county,
     phone: "1"}
  - {id: s-town, codes: ["330523001000"], title: 镇, short_title: 镇, tier: township,
     parent: s-county}
  - {id: s-zone, codes: ["330523400000"], title: 区, short_title: 区, tier: township,
     parent: s-county}
  - {id: s-vil, codes: ["330523001204"], title: 村, short_title: 村, tier: village, parent: s-town}
  - {id: s-odd, codes: ["330523002007"], title: 飞地, short_title: 飞,
     tier: village, parent: s-zone}
  - {id: s-old, codes: ["330523001205"], title: 旧村, short_title: 旧,
     tier: village, parent: s-town,
     valid_to: 2016-04-30, successor: s-vil}
units:
  - {id: u-build, site: s-county, title: 住建局, competences: [housing]}
  - {id: u-gone, site: s-county, title: 旧局, valid_to: 2019-06-30, successor: u-build}
outside:
  - {id: o-court, title: 法院, kind: court}
delegations:
  - {site: s-town, node: town}
  - {site: s-vil, node: vil}
"""


@pytest.fixture
def directory():
    return read_directory(COUNTY.encode())


def test_paths_follow_the_tree_not_the_code(directory):
    """A station under a zone has the zone's token, whatever its code says."""
    assert directory.path("s-county") == "330523.000.000"
    assert directory.path("s-vil") == "330523.001.204"
    assert directory.path("s-odd") == "330523.400.007"


def test_nearest_delegation_hosts_a_unit(directory):
    """Villages follow their township's node unless delegated themselves."""
    assert directory.node_of("u-build") == "county"
    assert directory.node_of("s-town") == "town"
    assert directory.node_of("s-vil") == "vil"
    assert directory.node_of("s-old") == "town"
    assert directory.parent_node("vil") == "town"
    assert directory.parent_node("county") is None
    assert directory.child_nodes("county") == ["town"]
    assert directory.next_node("county", "vil") == "town"
    assert directory.next_node("vil", "county") == "town"


def test_a_closing_node_hosts_nothing_and_keeps_its_link():
    """A site taken back lives at the node above at once; the old node stays linked to that one."""
    closing = COUNTY.replace("node: vil}", "node: vil, closing: true}")
    directory = read_directory(closing.encode())
    assert directory.node_of("s-vil") == "town"
    assert directory.parent_node("vil") == "town"
    assert directory.child_nodes("town") == ["vil"]
    assert directory.next_node("vil", "county") == "town"
    assert directory.next_node("county", "vil") == "town"
    assert directory.nodes() == ["county", "town", "vil"]


def test_a_node_is_delegated_once():
    """The same node at two sites would have two parents: the file is refused."""
    twice = COUNTY.replace("node: vil}", "node: town}")
    with pytest.raises(DirectoryInvalid, match="node town: delegated 2 times"):
        read_directory(twice.encode())


def test_a_node_is_below_those_above_it(directory):
    """Descendants are told by the tree of nodes; nobody is below itself."""
    assert directory.is_below("vil", "county")
    assert directory.is_below("town", "county")
    assert not directory.is_below("county", "vil")
    assert not directory.is_below("vil", "vil")


def test_a_closed_unit_resolves_to_its_successor(directory):
    """Nothing resolves to nobody: merged villages and closed departments lead on."""
    assert directory.current("s-old", TODAY) == "s-vil"
    assert directory.current("u-gone", TODAY) == "u-build"
    assert directory.current("s-old", date(2010, 1, 1)) == "s-old"
    assert directory.current("nobody", TODAY) is None
    site = directory.site_by_code("330523001205", TODAY)
    assert site is not None
    assert site.id == "s-vil"


def test_a_place_without_a_station_belongs_to_the_site_above(directory):
    """An unknown village is served by its township, an unknown township by the county."""
    assert directory.site_by_code("330523001999", TODAY).id == "s-town"
    assert directory.site_by_code("330523999000", TODAY).id == "s-county"
    assert directory.site_by_code("110101000000", TODAY) is None
    assert directory.site_by_code("not a code", TODAY) is None


def test_written_directory_reads_back_the_same(directory):
    """JSON is canonical and equal in content to the YAML it came from."""
    content = write_directory(directory.file)
    assert read_directory(content).file == directory.file
    assert write_directory(read_directory(content).file) == content


@pytest.mark.parametrize(
    "before,after,says",
    [
        ("parent: s-town}", "parent: s-nowhere}", "s-nowhere is no site"),
        ("id: s-zone", "id: s-town", "named twice"),
        ("tier: village, parent: s-zone", "tier: hamlet, parent: s-zone", "hamlet"),
        (", successor: u-build", "", "closed without a successor"),
        ("successor: u-build", "successor: u-none", "u-none is no unit"),
        ("site: s-town, node", "site: s-none, node", "s-none: no such site"),
        ('codes: ["330523002007"]', 'codes: ["x"]', "digits"),
        ("version: 3", "version: three", "version"),
        ("tier: township,\n     parent: s-county", "tier: county, parent: s-county", "higher tier"),
    ],
)
def test_a_contradicting_file_is_refused_by_name(before, after, says):
    """Every refusal names the entry and what is wrong with it."""
    assert before in COUNTY
    with pytest.raises(DirectoryInvalid) as refused:
        read_directory(COUNTY.replace(before, after, 1).encode())
    assert any(says in finding for finding in refused.value.findings)


MEETING = "meeting_day: {week: 1, weekday: 5, begins: '08:30', ends: '11:00', place: 礼堂}"


def with_meeting(meeting):
    """The county's file with a meeting day of the village of its own."""
    before = "tier: village, parent: s-zone"
    assert before in COUNTY
    return COUNTY.replace(before, f"{before}, {meeting}", 1).encode()


def test_a_meeting_day_is_the_sites_own_word_else_its_profiles(directory):
    """A site without either has none; a unit has that of its site."""
    assert all(directory.meeting_day(unit) is None for unit in directory.units)
    read = read_directory(with_meeting(MEETING))
    site = next(one for one in read.sites.values() if one.meeting_day)
    assert read.meeting_day(site.id).begins == "08:30"
    assert read_directory(write_directory(read.file)).file == read.file


@pytest.mark.parametrize(
    "before,after",
    [
        ("week: 1", "week: 5"),
        ("weekday: 5", "weekday: 0"),
        ("'08:30'", "'8:30'"),
        ("'11:00'", "'08:30'"),
        ("'11:00'", "noon"),
    ],
)
def test_a_meeting_day_that_not_every_month_has_is_refused(before, after):
    """Week, weekday and hours are checked when the file is read."""
    with pytest.raises(DirectoryInvalid, match="meeting_day"):
        read_directory(with_meeting(MEETING.replace(before, after)))
