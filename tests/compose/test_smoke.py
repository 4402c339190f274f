"""The stack as it comes: healthy, hardened, and a case that goes up and down between containers."""

import json

from kernel.clock import SystemClock
from kernel.ids import new_id
from lianxin.cli.demo import acts, samples
from lianxin.cli.demo.scenes import plain
from lianxin.intake.v1 import intake_service_pb2 as intake
from lianxin.routing.v1 import custody_pb2 as custody

from .attaching import PHOTO, attach, read
from .stack import IN_CONTAINERS

STORE = "-store"
"""The object store of a node: there when COMPOSE_PROFILES and FILES_FILE say so."""


def draft():
    """A plain matter told at a township's counter."""
    return plain.at_village(samples.load(SystemClock().now())[0].draft)


async def register(clerk):
    """Register it; the answer of intake."""
    request = intake.RegisterCaseRequest(request_id=str(new_id()), draft=draft())
    return await acts.call(clerk.intake.RegisterCase(request))


async def test_every_container_is_well(stack):
    """All services run and every one that has a health check passes it."""
    running = stack.services()
    stores = [name for name in running if name.endswith(STORE)]
    assert len(running) - len(stores) == 6 * len(IN_CONTAINERS) + 1
    assert len(stores) in {0, len(IN_CONTAINERS)}
    assert {stack.state(name)["Health"]["Status"] for name in running} == {"healthy"}


async def test_containers_can_do_little(stack):
    """Each runs as a plain user, on a file system it cannot write, without any capability."""
    for name in stack.services():
        seen = json.loads(stack.docker("inspect", stack.container(name)))[0]
        assert seen["Config"]["User"] == "10001:10001", name
        assert seen["HostConfig"]["ReadonlyRootfs"], name
        assert seen["HostConfig"]["CapDrop"] == ["ALL"], name
        assert seen["HostConfig"]["Memory"] > 0, name
        assert not seen["HostConfig"]["Privileged"], name


async def test_no_secret_is_in_an_image_or_an_environment(stack):
    """Neither environment nor history of a container's image holds a key, password or address."""
    for name in stack.services():
        container = json.loads(stack.docker("inspect", stack.container(name)))[0]
        history = stack.docker("history", "--no-trunc", container["Image"])
        said = " ".join([*container["Config"]["Env"], history])
        assert "postgresql://" not in said, name
        assert "BEGIN" not in said, name
        assert "PASSWORD=" not in said, name


async def test_a_case_goes_up(people):
    """Registered at the township, escalated to the county, signed for there."""
    township = await people.hire("dipu", "s-dipu", "registrar", *plain.MIDDLE)
    county = await people.hire("anji", "s-anji", "registrar", *plain.MIDDLE)
    answer = await register(township)
    case_id = answer.stamp.case_id
    await acts.known_to(township, case_id)
    await acts.ask(
        township,
        township.custody.Escalate,
        custody.EscalateRequest(case_id=case_id, reason="beyond_competence"),
    )
    await acts.held_by(county, case_id)
    await plain.sign(county, case_id)
    assert (await acts.custody_of(county, case_id)).epoch > 1
    assert answer.stamp.case_no.startswith("330523")


async def test_a_case_goes_down(people):
    """Registered at the county, assigned to the township, signed for there."""
    township = await people.hire("dipu", "s-dipu", "registrar", *plain.MIDDLE)
    county = await people.hire("anji", "s-anji", "registrar", *plain.MIDDLE)
    case_id = (await register(county)).stamp.case_id
    await acts.known_to(county, case_id)
    due = acts.in_days(10)
    await acts.ask(
        county,
        county.custody.Assign,
        custody.AssignRequest(case_id=case_id, to_unit="s-dipu", due_on=due, reason="placement"),
    )
    await acts.held_by(township, case_id, limit_s=90)
    await plain.sign(township, case_id)
    assert (await acts.custody_of(township, case_id)).epoch > 1


async def test_the_village_in_one_container_takes_part(people):
    """The village's counter registers, its township gets the case, the resident asks by number."""
    village = await people.hire("lujia", "s-dipu-lujia", *plain.FRONT)
    township = await people.hire("dipu", "s-dipu", "registrar", *plain.MIDDLE)
    answer = await register(village)
    await acts.known_to(village, answer.stamp.case_id)
    await acts.ask(
        village,
        village.custody.Escalate,
        custody.EscalateRequest(case_id=answer.stamp.case_id, reason="beyond_competence"),
    )
    await acts.held_by(township, answer.stamp.case_id)
    resident = await people.resident("lujia")
    tracked = await acts.call(
        resident.intake.TrackCase(
            intake.TrackCaseRequest(case_no=answer.stamp.case_no, query_code=answer.query_code)
        )
    )
    assert tracked.state_text
    assert not tracked.ended


async def test_an_attachment_goes_in_and_comes_out(people):
    """A photograph is kept with the case, in the folder or in the object store of the node."""
    clerk = await people.hire("anji", "s-anji", *plain.FRONT)
    case_id = (await register(clerk)).stamp.case_id
    assert await read(clerk, case_id, await attach(clerk, case_id)) == PHOTO
