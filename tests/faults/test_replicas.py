"""Two processes of every service on one PostgreSQL and one nats-server; one of them is killed."""

import asyncio
import itertools
import json
import os
import subprocess
import sys

import grpc
import jwt
import psycopg
import pytest
import pytest_asyncio

from kernel.grpc_client import Manner, dial
from kernel.ids import new_id
from lianxin.cli.audit_nodes import Witness, audit
from lianxin.cli.demo import acts
from lianxin.cli.demo.replicas import SERVICES, doubled
from lianxin.common.v1 import case_pb2 as words
from lianxin.intake.v1 import intake_service_pb2 as intake
from lianxin.intake.v1.case_pb2 import MAY_NOTIFY_ANY, CaseDraft, Party
from lianxin.intake.v1.intake_service_pb2_grpc import IntakeServiceStub
from lianxin.routing.v1 import custody_pb2 as custody
from lianxin.routing.v1 import worklist_pb2 as worklist

pytestmark = [pytest.mark.timeout(600), pytest.mark.asyncio(loop_scope="session")]
COUNTY, TOWN = "s-anji", "s-changshuo"
ROLES = ("registrar", "triage", "handler", "committee_head")
FAR = 60.0


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def node(tmp_path_factory, postgres_server):
    """Eight processes, up and serving."""
    urls = {service: postgres_server.create() for service in SERVICES}
    async with doubled(tmp_path_factory.mktemp("doubled"), urls) as made:
        made.urls, made.cases = urls, []
        yield made


def registration(number):
    """A request to register a plain case."""
    draft = CaseDraft(
        channel=words.CHANNEL_VISIT,
        identity=words.IDENTITY_MODE_NAMED,
        parties=[
            Party(
                role=words.PARTY_ROLE_APPLICANT,
                name="赵小禾",
                phone=f"1380000{number:04}",
                may_notify=MAY_NOTIFY_ANY,
            )
        ],
        narrative="门前的路挖开以后一直没有填回去，下雨就进不了院子，请看一看怎么办。",
        place_code="330523001211",
        category="neighbour",
        procedure=words.PROCEDURE_PEOPLES_MEDIATION,
    )
    return intake.RegisterCaseRequest(request_id=str(new_id()), draft=draft)


def rows(url, query):
    """What a database says."""
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


def notices(node, where):
    """Ids of notices to residents; what a killed process took is tried again after its lease."""
    found = rows(node.urls["intake"], f"select notice_id from notice where {where}")  # noqa: S608 (our own)
    return {str(notice_id) for (notice_id,) in found}


async def registered(clerk, numbers, begun):
    """Cases registered one after the other; each call is answered. Their ids."""
    made = []
    for number in numbers:
        next(begun)
        request = registration(number)
        answer = await acts.call(clerk.intake.RegisterCase(request))
        again = await acts.call(clerk.intake.RegisterCase(request))
        assert again.stamp.case_id == answer.stamp.case_id
        made.append(answer.stamp.case_id)
    return made


async def handed_on(clerk, case_id, to_unit):
    """The case goes to another unit of the node, and is held there."""
    await acts.known_to(clerk, case_id, limit_s=FAR)
    request = custody.AssignRequest(
        case_id=case_id, to_unit=to_unit, reason="local_matter", due_on=acts.in_days(60)
    )
    await acts.ask(clerk, clerk.custody.Assign, request)


async def clean(node, cases, held):
    """Everything comes to rest, and the audit finds each case held once."""
    admin = await node.people.administrator(node.doors)

    async def quiet():
        status = await admin.worklist.LinkStatus(worklist.LinkStatusRequest())
        return not (status.stuck or status.frozen or any(link.unsent for link in status.links))

    await acts.until(quiet, "hand-overs did not come to rest", limit_s=FAR)
    reader = await node.people.hire(node.doors, "inspector", COUNTY, ("upper_inspector",))
    for case_id in cases:  # what intake answered for comes to routing a moment later
        await acts.known_to(reader, case_id, limit_s=FAR)
    found = await audit([Witness("anji", admin.custody, [reader.worklist])], cases)
    assert found.broken == []
    assert found.held_once == held
    assert (await admin.worklist.LinkStatus(worklist.LinkStatusRequest())).parked == 0


async def test_under_load_with_one_of_each_killed(node):
    """Nothing is lost or done twice while one process of every service is killed under load."""
    clerks = [await node.people.hire(node.doors, f"clerk-{n}", COUNTY, ROLES) for n in range(4)]
    town = await node.people.hire(node.doors, "town-clerk", TOWN, ROLES)
    begun = itertools.count()
    flows = [
        asyncio.create_task(registered(clerk, range(n * 15, n * 15 + 15), begun))
        for n, clerk in enumerate(clerks)
    ]
    await acts.until(lambda: next(begun) > 12, "no load", limit_s=FAR)
    for service in SERVICES:
        node.replicas[service][0].kill()
    cases = [case_id for made in await asyncio.gather(*flows) for case_id in made]
    assert len(set(cases)) == 60
    going = (handed_on(clerks[n % 4], each, TOWN) for n, each in enumerate(cases[:20]))
    await asyncio.gather(*going)
    for each in cases[:20]:
        await acts.held_by(town, each, limit_s=FAR)
    for service in SERVICES:
        node.replicas[service][0].start()
    for service in SERVICES:
        await node.replicas[service][0].ready()
    await clean(node, cases, 60)
    numbers = [no for (no,) in rows(node.urls["intake"], "select case_no from cases")]
    assert len(numbers) == len(set(numbers))
    told = {file.stem for file in (node.data / "notices" / "residents").rglob("*.json")}
    assert set() < notices(node, "state = 'kept'") <= told <= notices(node, "tries > 0")
    assert "restored" not in node.log()
    node.cases += cases


def retrying(line):
    """A plain client's call: what is unavailable is asked once more, waiting for the server."""
    stub = IntakeServiceStub(line)

    async def call(request):
        try:
            return await stub.RegisterCase(request)
        except grpc.aio.AioRpcError as error:
            if error.code() not in {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED}:
                raise
            return await stub.RegisterCase(request, wait_for_ready=True, timeout=60)

    return call


async def until_told(call, told, made):
    """Register until told to stop; the answers' ids."""
    while not told.is_set():
        made.append((await call(registration(len(made)))).stamp.case_id)


async def restarted(replica):
    """Stopped as by an operator, and started again."""
    assert await replica.stop() == 0
    replica.start()
    await replica.ready()


async def test_a_rolling_restart_fails_no_call_that_is_tried_once_more(node):
    """Each replica of intake and routing is restarted under load, then the only one there is."""
    clerk = await node.people.hire(node.doors, "clerk-0", COUNTY, ROLES)
    await clerk.log_in()
    told, made = asyncio.Event(), []
    async with dial(node.doors.intake, Manner(token=lambda: clerk.token), retries=0) as line:
        load = [asyncio.create_task(until_told(retrying(line), told, made)) for _ in range(3)]
        for service in ("intake", "routing"):
            for replica in node.replicas[service]:
                await restarted(replica)
        before = len(made)
        assert await node.replicas["intake"][1].stop() == 0
        await restarted(node.replicas["intake"][0])
        await acts.until(lambda: len(made) > before + 10, "no load", limit_s=FAR)
        told.set()
        await asyncio.gather(*load)
    node.replicas["intake"][1].start()
    await node.replicas["intake"][1].ready()
    assert len(set(made)) == len(made) > 20
    node.cases += made
    await clean(node, node.cases, len(node.cases))


def lianxin(*words):
    """A command of the operator; its answer."""
    run = subprocess.run(
        [sys.executable, "-m", "lianxin.cli", *words, "--json"],
        check=False,
        capture_output=True,
        timeout=120,
        env={**os.environ, "LIANXIN_LANG": "en"},
    )
    return run.returncode, json.loads(run.stdout or run.stderr)


async def test_keys_are_rotated_under_load(node, tmp_path):
    """No call fails while data and signing keys change; all case keys come under the new one."""
    clerk = await node.people.hire(node.doors, "clerk-0", COUNTY, ROLES)
    await clerk.log_in()
    file = tmp_path / "node.yaml"
    file.write_text(json.dumps({"node": "anji", "data": str(node.data), "databases": node.urls}))
    told, made = asyncio.Event(), []
    other = await node.people.hire(node.doors, "clerk-1", COUNTY, ROLES)
    await other.log_in()
    load = asyncio.create_task(until_told(other.intake.RegisterCase, told, made))
    config = ("--config", str(file))
    _, sealing = await asyncio.to_thread(lianxin, "keys", "rotate", "data", *config)
    _, signing = await asyncio.to_thread(lianxin, "keys", "rotate", "signing", *config)
    newest = sealing["key_id"]
    query = f"select count(*) from case_key where key_id <> '{newest}'"  # noqa: S608 (our own)

    def taken_over():
        return all(rows(node.urls[service], query) == [(0,)] for service in SERVICES)

    await acts.until(taken_over, "case keys stayed behind", limit_s=FAR)
    await clerk.log_in()
    kids = jwt.get_unverified_header(clerk.token)["kid"]
    assert kids == signing["key_id"]
    before = len(made)
    await acts.until(lambda: len(made) > before + 3, "no load", limit_s=FAR)
    told.set()
    await load
    node.cases += made
