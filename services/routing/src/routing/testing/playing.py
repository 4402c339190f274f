"""What people do with a case in the tests of the hand-over protocol."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from kernel.errors import Refusal
from routing.commands.handover import BeginHandover, DecideObjection, Object, Recall, SignFor
from routing.domain.words import Kind
from routing.handlers.handover import begin, recalling, signing
from routing.handlers.outcome import Outcome
from routing.storage.tables import handoff
from routing.testing.world import World

COUNTY, TOWN, VILLAGE, OTHER = "s-anji", "s-dipu", "s-dipu-lujia", "s-meixi"
POLICE = "u-dipu-paichusuo"


async def hand(
    world: World, case_id: UUID, from_unit: str, to_unit: str, kind: Kind, **values: Any
) -> Outcome:
    """A person of the holder unit hands the case on."""
    peer = world.at(from_unit)
    row = await peer.case(case_id)
    reason = values.pop("reason", "other")
    command = BeginHandover(case_id, row["epoch"], row["version"], kind, to_unit, reason, **values)
    outcome: Outcome = await peer.do(begin.begin_handover, command, world.staff(from_unit))
    return outcome


async def sign(world: World, case_id: UUID, unit: str) -> Outcome:
    """A person of the holder unit signs."""
    peer = world.at(unit)
    row = await peer.case(case_id)
    command = SignFor(case_id, row["epoch"], row["version"])
    outcome: Outcome = await peer.do(signing.sign_for, command, world.staff(unit))
    return outcome


async def recalled(world: World, case_id: UUID, handoff_id: UUID, unit: str) -> str:
    """A person of the sending unit wants the case back: what is answered, or refused."""
    try:
        wish = Recall(case_id, handoff_id)
        return str(await world.at(unit).do(recalling.recall, wish, world.staff(unit)))
    except Refusal as refusal:
        return refusal.reason


async def object_to(world: World, case_id: UUID, unit: str) -> Outcome:
    """The unit objects to what it received."""
    peer = world.at(unit)
    row = await peer.case(case_id)
    command = Object(case_id, row["epoch"], row["version"], "not_competent")
    outcome: Outcome = await peer.do(signing.object_to, command, world.staff(unit))
    return outcome


async def decide(
    world: World, case_id: UUID, sender: str, handoff_id: UUID, *, upheld: bool
) -> str:
    """The sender decides."""
    command = DecideObjection(case_id, handoff_id, upheld, "checked")
    return str(await world.at(sender).do(signing.decide_objection, command, world.staff(sender)))


async def holder(world: World, case_id: UUID) -> str:
    """The one holder unit, asserted to be one, with its services able to write."""
    nodes = await world.writers(case_id)
    if len(nodes) != 1:
        raise AssertionError((nodes, await world.holders(case_id), world.grants(case_id)))
    row = await world.peers[nodes[0]].case(case_id)
    return str(row["holder_unit"])


async def row_of(world: World, code: str, case_id: UUID) -> dict[str, Any]:
    """The newest hand-over row a node has of a case."""
    query = select(handoff).where(handoff.c.case_id == case_id).order_by(handoff.c.epoch.desc())
    return (await world.peers[code].rows(query))[0]
