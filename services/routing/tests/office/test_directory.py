import json
from datetime import date
from pathlib import Path

import yaml

from kernel.directory import read_directory
from kernel.identity import Role
from kernel.ids import new_id
from lianxin.routing.v1 import directory_pb2 as pb
from lianxin.routing.v1.directory_pb2_grpc import DirectoryServiceStub
from routing.handlers import relocation
from routing.handlers.relocation import OrderRelocations

ROOT = Path(__file__).resolve().parents[4]
NOTICE = ROOT / "deploy/calendar/2026.yaml"
PROFILE = ROOT / "deploy/regulation/cn-2022.yaml"


def _talk(office, *roles):
    return office.talk(
        DirectoryServiceStub, office.staff("s-anji", *(roles or (Role.ADMINISTRATOR,)))
    )


def _content(office):
    return json.loads(office.directory_file.read_bytes())


def _file(office, **changes):
    """The directory in force as a file, with some of it replaced."""
    return json.dumps(_content(office) | changes).encode()


async def test_directory_is_read_by_version(office):
    """Whoever has the newest version gets no content again."""
    async with _talk(office) as calls:
        first = await calls.GetDirectory(pb.GetDirectoryRequest())
        again = await calls.GetDirectory(pb.GetDirectoryRequest(have_version=first.version))
    assert read_directory(first.content).file.root == "s-anji"
    assert (again.version, again.content) == (first.version, b"")


async def test_loading_the_same_file_changes_nothing(office):
    """A file that says nothing new does not raise the version; a changed one does."""
    async with _talk(office) as calls:
        same = pb.LoadDirectoryRequest(request_id=str(new_id()), content=_file(office))
        assert (await calls.LoadDirectory(same)).version == 1
        renamed = _file(office, title="安吉")
        changed = pb.LoadDirectoryRequest(request_id=str(new_id()), content=renamed)
        answer = await calls.LoadDirectory(changed)
    assert answer.version == 2
    assert list(answer.findings) == ["VERSION_RAISED 2"]
    assert office.library.knowledge.directory().file.title == "安吉"


async def test_dry_run_lists_what_is_wrong_and_changes_nothing(office):
    """Every finding of a bad file comes back, and nothing is put in force."""
    async with _talk(office) as calls:
        bad = pb.LoadDirectoryRequest(
            request_id=str(new_id()), content=_file(office, root="s-nowhere"), dry_run=True
        )
        answer = await calls.LoadDirectory(bad)
        assert "root s-nowhere: no such site" in answer.findings
        bad.dry_run, bad.request_id = False, str(new_id())
        assert await office.reason(calls.LoadDirectory(bad)) == "DIRECTORY_REFUSED"
    assert office.library.knowledge.version == 1


async def test_unit_that_was_there_cannot_vanish(office):
    """A file that drops a unit is refused: units end by closing, with a successor."""
    short = _file(office, units=_content(office)["units"][1:])
    async with _talk(office) as calls:
        request = pb.LoadDirectoryRequest(request_id=str(new_id()), content=short)
        assert await office.reason(calls.LoadDirectory(request)) == "DIRECTORY_REFUSED"


async def test_closed_unit_resolves_to_its_successor(office):
    """From the day after, the successor stands for the closed unit; its cases are counted."""
    units = [u.id for u in office.library.knowledge.directory().file.units if u.site == "s-anji"]
    closing, heir = units[0], units[1]
    await office.register(closing)
    async with _talk(office) as calls:
        request = pb.CloseUnitRequest(
            request_id=str(new_id()), unit_id=closing, successor=heir, valid_to="2026-11-30"
        )
        assert (await calls.CloseUnit(request)).cases_held == 1
    directory = office.library.knowledge.directory()
    assert directory.current(closing, date(2026, 11, 30)) == closing
    assert directory.current(closing, date(2026, 12, 1)) == heir


async def test_delegated_site_takes_its_cases_along(office):
    """Delegation is a new version; each case of the subtree is ordered to follow, once."""
    case_id = await office.register("s-dipu-lujia")
    await office.register("s-anji")
    async with _talk(office) as calls:
        request = pb.DelegateSiteRequest(
            request_id=str(new_id()), site_id="s-dipu", node="dipu", node_nats_key="UABC"
        )
        answer = await calls.DelegateSite(request)
    assert (answer.version, answer.cases_to_move) == (2, 1)
    directory = office.library.knowledge.directory()
    assert (directory.node_of("s-dipu-lujia"), directory.nats_key("dipu")) == ("dipu", "UABC")
    again = await office.library._write(relocation.order_relocations, OrderRelocations())
    assert again == 0
    row = await office.row(case_id)
    assert row["pending"] == "relocate"


def _delegate(site, node):
    return pb.DelegateSiteRequest(request_id=str(new_id()), site_id=site, node=node)


async def test_a_delegation_given_twice_is_one(office):
    """Repeated after a lost answer, it makes no second version; a case that came has come."""
    case_id = await office.register("s-dipu")
    async with _talk(office) as calls:
        first = await calls.DelegateSite(_delegate("s-dipu", "dipu"))
        await office.put_at(case_id, "dipu")
        again = await calls.DelegateSite(_delegate("s-dipu", "dipu"))
    assert (first.cases_to_move, again.cases_to_move) == (1, 0)
    assert (first.version, again.version) == (2, 2)
    entry = office.library.knowledge.directory().delegation("dipu")
    assert (entry.since, entry.closing) == (2, False)


async def test_a_site_is_taken_back_before_it_goes_to_another_node(office):
    """Straight from one node to another is refused: the first has to hand over its numbers."""
    async with _talk(office) as calls:
        await calls.DelegateSite(_delegate("s-dipu", "dipu"))
        assert await office.reason(calls.DelegateSite(_delegate("s-dipu", "new"))) == (
            "DIRECTORY_REFUSED"
        )
        await calls.DelegateSite(_delegate("s-dipu", ""))
        await calls.DelegateSite(_delegate("s-dipu", "new"))
    directory = office.library.knowledge.directory()
    assert directory.node_of("s-dipu") == "new"
    assert directory.delegation("dipu").closing


async def test_a_node_with_nodes_below_it_is_not_closed(office):
    """Their hand-overs are pinned to it: the villages are taken back first."""
    async with _talk(office) as calls:
        await calls.DelegateSite(_delegate("s-dipu", "dipu"))
        await calls.DelegateSite(_delegate("s-dipu-lujia", "lujia"))
        assert await office.reason(calls.DelegateSite(_delegate("s-dipu", ""))) == (
            "DIRECTORY_REFUSED"
        )


async def test_a_closing_node_is_forgotten_when_nothing_is_left_there(office):
    """Taken back once: it closes. Once more: it is forgotten, unless cases are still there."""
    case_id = await office.register("s-dipu")
    async with _talk(office) as calls:
        await calls.DelegateSite(_delegate("s-dipu", "dipu"))
        await office.put_at(case_id, "dipu")
        taken = await calls.DelegateSite(_delegate("s-dipu", ""))
        assert (taken.nodes_leaving, taken.cases_to_move) == (["dipu"], 1)
        directory = office.library.knowledge.directory()
        assert (directory.child_nodes("anji"), directory.node_of("s-dipu")) == (["dipu"], "anji")
        assert await office.reason(calls.DelegateSite(_delegate("s-dipu", ""))) == "NODE_NOT_EMPTY"
        await office.put_at(case_id, "anji")
        gone = await calls.DelegateSite(_delegate("s-dipu", ""))
        assert (gone.nodes_leaving, gone.nodes_forgotten, gone.cases_to_move) == ([], ["dipu"], 0)
    assert office.library.knowledge.directory().child_nodes("anji") == []


async def test_rules_are_published_with_the_directory(office):
    """A new profile version and a notice raise the version, so that children ask for them."""
    text = PROFILE.read_text(encoding="utf-8").replace('version: "2022.1"', 'version: "2022.2"')
    async with _talk(office) as calls:
        loaded = await calls.LoadRegulation(
            pb.LoadRegulationRequest(request_id=str(new_id()), content=text.encode())
        )
        assert (loaded.name, loaded.version) == ("cn-2022", 2)
        known = await calls.GetRegulation(pb.GetRegulationRequest(name="cn-2022", version=1))
        assert b'version: "2022.1"' in known.content
    assert office.library.knowledge.version == 2
    assert b"2022.2" in office.library.knowledge.rules()
    assert office.library.knowledge.profile("cn-2022@2022.1").version == "2022.1"


async def test_rules_are_handed_out_whole_and_only_to_whoever_has_others(office):
    """A profile version that was loaded is among them at once; who has them is told no more."""
    text = PROFILE.read_text(encoding="utf-8").replace('version: "2022.1"', 'version: "2022.2"')
    async with _talk(office) as calls:
        first = await calls.GetRules(pb.GetRulesRequest())
        assert (await calls.GetRules(pb.GetRulesRequest(have_digest=first.digest))).content == b""
        await calls.LoadRegulation(
            pb.LoadRegulationRequest(request_id=str(new_id()), content=text.encode())
        )
        then = await calls.GetRules(pb.GetRulesRequest(have_digest=first.digest))
    before, after = (json.loads(one.content)["profiles"] for one in (first, then))
    assert [one for one in after if one not in before] == [text]
    assert [one for one in after if "id: cn-2022" in one][-1] == text


async def test_notice_moves_open_dues_with_an_entry_in_each_case(office):
    """A workday that becomes a holiday moves what ends on it; the file says why."""
    case_id = await office.register("s-anji", procedure="petition")
    before = {row["clock"]: row["due_on"] for row in await office.clocks(case_id)}
    due = date.fromisoformat(before["route"])
    notice = {
        "year": due.year,
        "source": "test",
        "kind": "amendment",
        "holidays": [{"name": "local", "first": due, "last": due}],
    }
    async with _talk(office) as calls:
        request = pb.LoadHolidaysRequest(
            request_id=str(new_id()), content=yaml.safe_dump(notice).encode()
        )
        answer = await calls.LoadHolidays(request)
        again = await calls.LoadHolidays(request)
    after = {row["clock"]: row["due_on"] for row in await office.clocks(case_id)}
    assert answer.days == 1
    assert answer.clocks_moved == again.clocks_moved >= 1
    assert after["route"] > before["route"]
    assert "clock.recomputed" in await office.kinds(case_id)


async def test_place_is_found_by_what_people_call_it(office):
    """Spoken names find the site, with the township beside it."""
    async with _talk(office, Role.REGISTRAR) as calls:
        found = (await calls.ResolvePlace(pb.ResolvePlaceRequest(text="鲁家"))).places[0]
        assert await office.reason(calls.ResolvePlace(pb.ResolvePlaceRequest())) == "MISSING_FIELD"
    assert (found.site_id, found.township) == ("s-dipu-lujia", "递铺街道")


async def test_placement_proposes_the_lowest_tier_first(office):
    """A quarrel between neighbours is for the village; each proposal says why."""
    async with _talk(office, Role.REGISTRAR) as calls:
        request = pb.SuggestPlacementRequest(place_code="330523001211", category="neighbours")
        placements = (await calls.SuggestPlacement(request)).placements
    assert (
        placements[0].unit_id.startswith("s-dipu-lujia") or placements[0].unit_id == "s-dipu-lujia"
    )
    assert all(it.text and it.title for it in placements)


async def test_only_those_who_keep_the_directory_change_it(office):
    """A registrar reads the directory and changes nothing."""
    async with _talk(office, Role.REGISTRAR) as calls:
        request = pb.LoadDirectoryRequest(request_id=str(new_id()), content=_file(office))
        assert await office.reason(calls.LoadDirectory(request)) == "DENIED"


async def test_new_process_knows_what_was_published(office):
    """What is stored is enough: another replica, or a restart without any file, knows the same."""
    other = type(office.library.knowledge)(office.ground.readers)
    assert await other.refresh()
    assert other.version == 1
    assert other.profile("").id == "cn-2022"
    assert not await other.refresh()
