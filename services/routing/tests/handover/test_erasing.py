"""When the time of a case is over, it goes from every node it was at, and its log stays whole."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from kernel.group_commit import Work
from kernel.identity import Caller, Kind, Role
from kernel.ids import new_id
from routing.commands.ending import ReopenCase
from routing.domain.words import Kind as Way
from routing.errors import CaseNotEnded, NotTheHolder, SamePerson
from routing.errors.erasing import CaseErasedForGood, NotDue
from routing.handlers import closing, ending, erasing, letters
from routing.handlers.casefile import CaseFile
from routing.storage import audit, erasures, log, sealed
from routing.storage.metadata import case_key
from routing.storage.tables import case_row, handoff_part, letter

from .test_journeys import COUNTY, TOWN, VILLAGE, hand

YEARS = timedelta(days=366 * 31)
SAID = "何木根说排水沟被石渣填了"


def keeper(world, unit=COUNTY, name="keeper"):
    """Somebody who may confirm, and who neither handled nor ended the case."""
    usual = world.staff(unit, name)
    return Caller(
        Kind.STAFF, name, usual.site, usual.unit, usual.path, frozenset({Role.JOINT_OFFICE})
    )


async def ended_at_the_county(world):
    """A case that went from the village by the township to the county, with words on the way."""
    case_id = await world.register(VILLAGE)
    village = world.at(VILLAGE)

    def noted(uow, _command, *, node):
        text = sealed.seal(uow, node, case_id, SAID.encode())
        new = letters.NewLetter("late_note", case_id, 1, VILLAGE, sealed_body=text)
        letters.send(uow, node, new)

    await hand(world, case_id, VILLAGE, TOWN, Way.ESCALATE)
    await village.do(noted, None, world.staff(VILLAGE))
    await world.settle()
    await hand(world, case_id, TOWN, COUNTY, Way.ESCALATE)
    await world.settle()

    def end(uow, _command, *, node):
        case = CaseFile.open(uow, node, case_id)
        ending.end(uow, case, "agreed", uow.now)
        case.save()

    await world.at(COUNTY).do(end, None, world.staff(COUNTY, "ender"))
    await tell_headers(world, case_id)
    return case_id


async def tell_headers(world, case_id):
    """The nodes below hear of the ending, as headers tell it."""
    row = await world.at(COUNTY).case(case_id)
    told = {name: row[name] for name in ("state", "ended_at", "ending", "procedure", "holder_unit")}
    for code in ("dipu", "lujia"):

        def keep(uow, _command):
            uow.execute(update(case_row).where(case_row.c.case_id == case_id).values(**told))

        await world.peers[code].ground.writer.perform(Work(keep, None))


def later(world):
    """Thirty-one years pass."""
    world.at(COUNTY).ground.clock.advance(YEARS)


async def confirm(world, case_id, who):
    """Somebody confirms at the county."""
    command = erasing.EraseCase(case_id, "安档销〔2057〕3号")
    return await world.at(COUNTY).do(erasing.confirm, command, who)


async def test_an_erased_case_is_gone_at_every_node_and_its_log_verifies(world):
    """Keys destroyed, letters and parts emptied, services told, the chain whole at each node."""
    case_id = await ended_at_the_county(world)
    later(world)
    assert await confirm(world, case_id, keeper(world)) == "erasing"
    await world.settle()
    for code in ("anji", "dipu", "lujia"):
        peer = world.peers[code]
        (key,) = await peer.rows(select(case_key).where(case_key.c.case_id == case_id))
        assert key["wrapped"] is None
        of_case = letter.c.case_id == case_id
        assert not await peer.rows(select(letter).where(of_case, letter.c.sealed_body.is_not(None)))
        kept = handoff_part.c.content.is_not(None)
        assert not await peer.rows(
            select(handoff_part).where(handoff_part.c.case_id == case_id, kept)
        )
        (row,) = await peer.rows(select(erasures.erasure))
        assert (row["state"], row["register_no"]) == ("erased", "安档销〔2057〕3号")
        assert all(case_id in part.erased for part in peer.parts.values())
        checked, broken = await peer.ground.readers.run(audit.chains)
        assert checked
        assert not broken
    entries = await world.at(COUNTY).ground.readers.run(lambda c: log.read(c, case_id))
    assert entries[-1].kind == "case.erased"
    assert "安档销" in entries[-1].body
    assert world.peers["meixi"].part.erased == set()


async def test_nothing_is_sealed_or_opened_in_an_erased_case(world):
    """A letter that was under way arrives without its words, and the link goes on."""
    case_id = await ended_at_the_county(world)
    later(world)
    world.cut.add("lujia")
    village = world.at(VILLAGE)

    def noted(uow, _command, *, node):
        text = sealed.seal(uow, node, case_id, SAID.encode())
        letters.send(
            uow, node, letters.NewLetter("question", case_id, 1, VILLAGE, COUNTY, sealed_body=text)
        )

    await village.do(noted, None, world.staff(VILLAGE))
    await confirm(world, case_id, keeper(world))
    await world.settle()
    world.cut.clear()
    await world.settle()
    for code in ("anji", "dipu", "lujia"):
        rows = await world.peers[code].rows(select(letter).where(letter.c.case_id == case_id))
        assert {row["sealed_body"] for row in rows} == {None}
    assert not await world.peers["lujia"].rows(select(letter).where(letter.c.state == "to_send"))
    with pytest.raises(CaseErasedForGood):
        await village.do(noted, None, world.staff(VILLAGE))


async def test_a_case_is_not_erased_before_its_time_nor_by_who_ended_it(world):
    """Each refusal has its word; the sweep lists what is due, once, and not before."""
    open_case = await world.register(COUNTY)
    case_id = await ended_at_the_county(world)
    county = world.at(COUNTY)
    with pytest.raises(NotDue) as early:
        await confirm(world, case_id, keeper(world))
    assert early.value.ids["over_on"].endswith("-01-01")
    assert not await county.do(erasing.find_due, case_id, world.staff(COUNTY))
    later(world)
    assert await county.do(erasing.find_due, case_id, world.staff(COUNTY))
    now = county.ground.clock.now()
    found = await county.ground.readers.run(lambda c: erasures.ended_before(c, now, 10))
    assert found == []  # it is on the list
    with pytest.raises(SamePerson):
        await confirm(world, case_id, keeper(world, name="ender"))
    with pytest.raises(NotTheHolder):
        await confirm(world, case_id, keeper(world, VILLAGE))  # it registered the case
    with pytest.raises(CaseNotEnded):
        await confirm(world, open_case, keeper(world))


async def test_an_erased_case_does_not_go_on(world):
    """It cannot be reopened; a second confirmation changes nothing."""
    case_id = await ended_at_the_county(world)
    later(world)
    await confirm(world, case_id, keeper(world))
    await world.settle()
    county = world.at(COUNTY)
    row = await county.case(case_id)
    with pytest.raises(CaseErasedForGood):
        await county.do(
            closing.reopen_case,
            ReopenCase(case_id, row["epoch"], row["version"], "error"),
            world.staff(COUNTY),
        )
    before = len(await county.ground.readers.run(lambda c: log.read(c, case_id)))
    assert await confirm(world, case_id, keeper(world, name="another")) == "erased"
    assert len(await county.ground.readers.run(lambda c: log.read(c, case_id))) == before


async def test_a_node_erases_nothing_on_a_neighbours_word_before_its_own_table_says_so(world):
    """A word that comes too early, or for a case that is held here, is parked for a person."""
    case_id = await ended_at_the_county(world)
    village = world.at(VILLAGE)

    def forged(uow, _command, *, node):
        body = {"from_node": node.code, "rule": "x", "register_no": "x"}
        new = letters.NewLetter("erase", case_id, 9, VILLAGE, TOWN, body=body, to_node="dipu")
        letters.send(uow, node, new)

    await village.do(forged, None, world.staff(VILLAGE))
    await world.settle()
    (row,) = await world.peers["dipu"].rows(select(letter).where(letter.c.kind == "erase"))
    assert row["state"] == "parked"
    (key,) = await world.peers["dipu"].rows(select(case_key).where(case_key.c.case_id == case_id))
    assert key["wrapped"] is not None


async def test_a_word_about_a_case_that_never_was_here_leaves_no_mark(world):
    """Nobody can keep a case from coming by saying beforehand that it is erased."""
    village, unknown = world.at(VILLAGE), new_id()

    def forged(uow, _command, *, node):
        body = {"from_node": node.code, "rule": "x", "register_no": "x"}
        letters.send(
            uow,
            node,
            letters.NewLetter("erase", unknown, 1, VILLAGE, TOWN, body=body, to_node="dipu"),
        )

    await village.do(forged, None, world.staff(VILLAGE))
    await world.settle()
    town = world.peers["dipu"]
    assert await town.rows(select(letter).where(letter.c.case_id == unknown))
    assert not await town.rows(select(case_key).where(case_key.c.case_id == unknown))
    assert not await town.rows(select(erasures.erasure))
