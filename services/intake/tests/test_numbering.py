"""Numbers of a site move with it, and are never given twice, whatever was restored."""

import json
from functools import partial
from uuid import UUID

import pytest
from msgspec import structs

from intake.domain.numbering import third_mark
from intake.handlers.following import Change
from intake.handlers.restoring import EnterLife, enter_life
from intake.handlers.telling import KeepDirectory, keep_directory
from intake.storage.tables import fact, numbering
from kernel.directory import read_directory, write_directory
from kernel.directory.entries import Delegation
from kernel.ids import new_id
from lianxin.exchange.v1 import case_part_pb2 as part

SITE, CODE = "s-changshuo", "330523002"
VILLAGE = "s-changshuo-tianmu"


@pytest.fixture(scope="module")
def county(directory_file):
    """The sample directory with every site at the county's node, version 1."""
    file = read_directory(directory_file.read_bytes()).file
    return structs.replace(file, version=1, delegations=())


def delegated(county, version, *entries):
    """The county's directory with these delegations."""
    given = [Delegation(**{"site": SITE, **entry}) for entry in entries]
    return read_directory(
        write_directory(structs.replace(county, version=version, delegations=tuple(given)))
    )


async def know(front, directory, node="anji"):
    """Intake takes over a directory that routing has."""
    command = KeepDirectory(directory.version, write_directory(directory.file))
    await front.hear(partial(keep_directory, node=node), command)


def release(node="chang", version=2):
    """The request of the node that takes the site over."""
    return part.ReleaseNumberingRequest(site_id=SITE, node=node, directory_version=version)


def adopt(answer, version=2, **more):
    """What was released, handed to the node that waits since this version."""
    return part.AdoptNumberingRequest(
        site_id=SITE,
        counters=answer.counters,
        mark=answer.mark,
        mark_until=answer.mark_until,
        directory_version=version,
        **more,
    )


def standing(front, site=SITE):
    """State and peer of a site's numbering; None when it is plainly here."""
    rows = front.rows(numbering, site=site)
    return (rows[0]["state"], rows[0]["peer"]) if rows else None


async def test_released_counters_are_the_same_for_ever_and_registering_stops(front):
    """After the release no number is given, the new node is named, a repeat answers the same."""
    made = await front.register()
    assert made.stamp.case_no.startswith(f"{CODE}-")
    first = await front.parts().ReleaseNumbering(release())
    assert set(first.counters.values()) == {1}
    refusal = await front.refused(front.register())
    assert refusal.reason == "NUMBERING_MOVED"
    assert "chang" in refusal.message
    assert await front.parts().ReleaseNumbering(release()) == first
    other = await front.parts().ReleaseNumbering(release(node="third"))
    assert (other.elsewhere, dict(other.counters)) == ("chang", {})


async def test_numbers_go_on_at_the_new_node_without_gap_or_repeat(
    front, start, make_settings, county, clock
):
    """The new node refuses registrations until the counters are there, then gives the next."""
    await front.register()
    await front.register()
    async with start(make_settings("chang"), clock) as new:
        assert standing(new) is None  # the county's own node waits for nobody
        await know(new, replace_county(delegated(county, 3, {"node": "anji", "since": 3})))
        assert (await new.refused(new.register())).reason == "NUMBERING_AWAITED"
        given = await front.parts().ReleaseNumbering(release(node="anji", version=3))
        listed = await new.parts().ListNumbering(part.ListNumberingRequest())
        waits = {row.site_id: row.directory_version for row in listed.awaited}
        assert waits[SITE] == 3
        late = await new.parts().AdoptNumbering(adopt(given, version=2))
        assert not late.adopted
        for _ in range(2):
            assert (await new.parts().AdoptNumbering(adopt(given, version=3))).adopted
        made = await new.register()
        assert made.stamp.case_no.endswith("-00003")


def replace_county(directory):
    """The same directory of a county whose own node has another name."""
    file = structs.replace(directory.file, node="above")
    return read_directory(write_directory(file))


async def test_counters_of_other_sites_are_not_taken(front, county):
    """A child cannot set the numbers of a site that is not the one handed over."""
    await know(front, delegated(county, 1))
    await know(front, delegated(county, 2, {"node": "chang", "since": 2}))
    await front.parts().ReleaseNumbering(release())
    await know(front, delegated(county, 3, {"node": "chang", "since": 2, "closing": True}))
    assert standing(front) == ("awaited", "chang")
    foreign = part.ReleaseNumberingResponse(counters={"case:330523:2026": 9})
    refusal = await front.refused(front.parts().AdoptNumbering(adopt(foreign, version=3)))
    assert refusal.reason == "NUMBERING_FOREIGN"
    assert standing(front) == ("awaited", "chang")


async def test_a_site_taken_back_waits_for_the_numbers_given_below(front, county):
    """Taken back after the other node counted: nothing is given here until its counters come."""
    await front.register()
    await know(front, delegated(county, 1))
    await know(front, delegated(county, 2, {"node": "chang", "since": 2}))
    await front.parts().ReleaseNumbering(release())
    await know(front, delegated(county, 3, {"node": "chang", "since": 2, "closing": True}))
    assert (await front.refused(front.register())).reason == "NUMBERING_AWAITED"
    series = f"case:{CODE}:{front.clock.now().year}"
    back = part.ReleaseNumberingResponse(counters={series: 7})
    assert (await front.parts().AdoptNumbering(adopt(back, version=3))).adopted
    made = await front.register()
    assert made.stamp.case_no.endswith("-00008")


async def test_a_site_nobody_took_is_numbered_here_again_at_once(front, county):
    """A delegation that is taken back before the new node asked costs no waiting."""
    await know(front, delegated(county, 1))
    await know(front, delegated(county, 2, {"node": "chang", "since": 2}))
    assert standing(front) == ("away", "")
    assert (await front.refused(front.register())).reason == "NUMBERING_MOVED"
    await know(front, delegated(county, 3, {"node": "chang", "since": 2, "closing": True}))
    assert (await front.register()).stamp.case_no.endswith("-00001")


async def test_counters_on_the_way_are_passed_on_to_the_next_node(front, county):
    """Given to a second node before the first has given them back: the second waits for both."""
    await know(front, delegated(county, 1))
    await know(front, delegated(county, 2, {"node": "chang", "since": 2}))
    await front.parts().ReleaseNumbering(release())
    closing = {"node": "chang", "since": 2, "closing": True}
    await know(front, delegated(county, 3, closing))
    await know(front, delegated(county, 4, closing, {"node": "next", "since": 4}))
    asked = await front.parts().ReleaseNumbering(release(node="next", version=4))
    assert asked.awaited is True
    series = f"case:{CODE}:{front.clock.now().year}"
    back = part.ReleaseNumberingResponse(counters={series: 7})
    assert (await front.parts().AdoptNumbering(adopt(back, version=3))).adopted
    given = await front.parts().ReleaseNumbering(release(node="next", version=4))
    assert given.counters == {series: 7}


async def test_counters_that_went_up_are_fetched_for_a_node_below_that_gets_the_site(front, county):
    """Taken back and given on to a village while the township was away: they come through it."""
    village = {"site": VILLAGE, "node": "tian", "since": 3}
    asked = part.ReleaseNumberingRequest(site_id=VILLAGE, node="anji", directory_version=2)
    await know(front, delegated(county, 1, {"node": "chang"}), node="chang")
    await know(front, delegated(county, 2, {"node": "chang", "closing": True}), node="chang")
    await front.parts().ReleaseNumbering(asked)
    assert standing(front, VILLAGE) == ("away", "anji")
    given = delegated(county, 3, {"node": "chang", "since": 3}, village)
    await know(front, given, node="chang")
    assert standing(front, VILLAGE) == ("awaited", "")
    answer = await front.parts().ReleaseNumbering(asked)
    assert (answer.awaited, answer.elsewhere) == (True, "")


def test_a_node_that_starts_waits_only_for_what_was_given_to_it_later(county):
    """Delegated from the first directory on: nothing to wait for; delegated since: wait."""
    always = delegated(county, 3, {"node": "chang"})
    since = delegated(county, 3, {"node": "chang", "since": 2})
    assert Change(None, always, "chang").came_from(SITE) is None
    assert Change(None, since, "chang").came_from(SITE) == ""
    assert Change(None, since, "anji").came_from(SITE) is None


def test_a_node_put_between_does_not_count_for_a_node_that_was_there_before(county):
    """Its village has counted for itself all the time; one delegated after it came through it."""
    both = [{"node": "chang", "since": 5}, {"site": VILLAGE, "node": "lin", "since": 2}]
    assert Change(None, delegated(county, 6, *both), "chang").came_from(VILLAGE) is None
    both[1]["since"] = 6
    assert Change(None, delegated(county, 6, *both), "chang").came_from(VILLAGE) == ""


async def test_a_restored_intake_registers_at_once_and_gives_no_number_twice(front, county):
    """Numbers after a restore carry its mark; the first says after which number the gap begins."""
    await know(front, delegated(county, 1))
    before = await front.register()
    life = EnterLife(2, new_id(), front.clock.now(), restored=True, sites=(SITE,))
    await front.hear(enter_life, life)
    first, second = await front.register(), await front.register()
    assert before.stamp.case_no == f"{CODE}-2026-00001"
    mark = first.stamp.case_no.split("-")[2]
    assert mark.startswith("R") and len(mark) == 7  # noqa: PT018 (one thing: the form of a mark)
    assert first.stamp.case_no == f"{CODE}-2026-{mark}-00001"
    assert second.stamp.case_no == f"{CODE}-2026-{mark}-00002"
    told = [row for row in front.rows(fact) if row["case_id"] == front.case_id(first)]
    assert '"known_to": "1"' in told[0]["body"] or '"known_to":"1"' in told[0]["body"]
    found = await front.get(first.stamp.case_id)
    assert found.case_no == first.stamp.case_no


async def test_a_second_restore_in_a_year_names_what_is_known_of_the_first_ones_series(
    front, county
):
    """What was given between the two carries a mark of its own; another site's tells nothing."""
    await know(front, delegated(county, 1))
    await front.register()
    for number in (2, 3):
        life = EnterLife(number, UUID(int=number), front.clock.now(), restored=True, sites=(SITE,))
        await front.hear(enter_life, life)
        for _ in range(number):
            last = await front.register()
    bodies = [json.loads(row["body"]) for row in front.rows(fact)]
    told = [body for body in bodies if "known_to" in body]
    assert [body["known_to"] for body in told] == ["1", "1"]
    first, second = (body["series"] for body in told)
    assert [body.get("known_marked") for body in told] == [None, f"{first}-00002"]
    assert last.stamp.case_no.endswith(f"{second}-00003")


async def test_a_restore_is_entered_once_and_locks_what_was_open(front):
    """A second start in the same life locks nothing again: routing may have opened it since."""
    await front.register()
    life = EnterLife(2, new_id(), front.clock.now(), restored=True, sites=(SITE,))
    await front.hear(enter_life, life)
    fresh = await front.register()
    await front.hear(enter_life, life)
    states = {grant.case_id: grant.state for grant in await grants_of(front)}
    assert states.pop(fresh.stamp.case_id) == "open"
    assert list(states.values()) == ["locked"]


async def grants_of(front):
    """Every grant as the audit asks for it."""
    pages = front.parts().ListGrants(part.ListGrantsRequest())
    return [grant async for page in pages for grant in page.grants]


async def test_the_mark_of_a_restore_goes_with_the_site(front, start, make_settings, county, clock):
    """A node that takes the site over goes on in the marked series, where no number was lost."""
    await know(front, delegated(county, 1))
    await front.register()
    life = EnterLife(2, new_id(), front.clock.now(), restored=True, sites=(SITE,))
    await front.hear(enter_life, life)
    marked = (await front.register()).stamp.case_no
    given = await front.parts().ReleaseNumbering(release(node="anji", version=3))
    async with start(make_settings("chang"), clock) as new:
        await know(new, replace_county(delegated(county, 3, {"node": "anji", "since": 3})))
        assert (await new.parts().AdoptNumbering(adopt(given, version=3))).adopted
        made = await new.register()
        assert made.stamp.case_no == marked.replace("-00001", "-00002")


async def test_after_two_restores_a_site_goes_on_in_a_series_of_neither(front, county):
    """What was given below under the first mark and lost in the second restore is not repeated."""
    await know(front, delegated(county, 1))
    life = EnterLife(2, new_id(), front.clock.now(), restored=True, sites=(SITE,))
    await front.hear(enter_life, life)
    marked = (await front.register()).stamp.case_no
    await know(front, delegated(county, 2, {"node": "chang", "since": 2}))
    given = await front.parts().ReleaseNumbering(release())
    assert given.mark == marked.split("-")[2]
    await know(front, delegated(county, 3, {"node": "chang", "since": 2, "closing": True}))
    below = part.ReleaseNumberingResponse(
        counters=given.counters, mark="R0101AA", mark_until=given.mark_until
    )
    assert (await front.parts().AdoptNumbering(adopt(below, version=3))).adopted
    made = (await front.register()).stamp.case_no
    assert made.endswith("-00001")
    assert made.split("-")[2] not in {given.mark, below.mark}


async def test_a_site_that_comes_back_from_a_node_never_restored_keeps_its_mark(front, county):
    """Nothing was lost in the series that this node's own restore began: it goes on."""
    await know(front, delegated(county, 1))
    life = EnterLife(2, new_id(), front.clock.now(), restored=True, sites=(SITE,))
    await front.hear(enter_life, life)
    marked = (await front.register()).stamp.case_no
    await know(front, delegated(county, 2, {"node": "chang", "since": 2}))
    given = await front.parts().ReleaseNumbering(release())
    await know(front, delegated(county, 3, {"node": "chang", "since": 2, "closing": True}))
    assert (await front.parts().AdoptNumbering(adopt(given, version=3))).adopted
    assert (await front.register()).stamp.case_no == marked.replace("-00001", "-00002")


def test_a_third_mark_is_none_of_those_before(clock):
    """The same each time it is asked, and another one for other marks."""
    first = third_mark(clock.now(), "R0101AA", "R0101BB")
    assert third_mark(clock.now(), "R0101AA", "R0101BB") == first
    assert third_mark(clock.now(), first, "R0101BB") not in {first, "R0101BB"}


async def test_the_mark_ends_with_the_year(front, county):
    """In the next year no number was given before the restore: the plain series begins."""
    await know(front, delegated(county, 1))
    year = front.clock.now().replace(year=2025)
    life = EnterLife(2, new_id(), year, restored=True, sites=(SITE,))
    await front.hear(enter_life, life)
    assert (await front.register()).stamp.case_no == f"{CODE}-2026-00001"
