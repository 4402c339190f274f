"""Who was let in by routing and is let in no more: intake knows at once, and also on its own."""

import asyncio
from dataclasses import dataclass
from typing import Any

import grpc
import msgspec
import pytest
import pytest_asyncio

from kernel.catalogue import Catalogue
from kernel.clock import SystemClock
from kernel.grpc_client import from_error
from kernel.identity import Caller, Kind, Role
from kernel.ids import new_id
from kernel.process import run_all
from kernel.testing.waiting import eventually
from kernel.tokens import KeyRing, issue
from lianxin.cli.demo import world
from lianxin.cli.node.config import load_config
from lianxin.cli.node.ports import settle
from lianxin.cli.node.run import apps
from lianxin.common.v1 import case_pb2 as words
from lianxin.intake.v1 import intake_service_pb2 as intake
from lianxin.intake.v1.case_pb2 import CaseDraft, Party
from lianxin.intake.v1.intake_service_pb2_grpc import IntakeServiceStub
from lianxin.routing.v1 import staff_pb2 as pb
from lianxin.routing.v1.staff_pb2_grpc import StaffServiceStub

pytestmark = pytest.mark.asyncio(loop_scope="module")
AT_ONCE_S = 4.0
"""Less than the seconds after which intake asks by itself."""
PASSWORD, UNIT = "jing-shui-liu-shen-38", "s-changshuo"
ADMIN = Caller(
    Kind.STAFF, "admin", "s-anji", "s-anji", "330523.000.000", frozenset({Role.ADMINISTRATOR})
)


@dataclass
class Node:
    """Intake and routing, each to be stopped alone."""

    intake_at: str
    routing_at: str
    ring: KeyRing
    stop_routing: asyncio.Event
    routing: Any

    async def staff(self, method, request, proof=""):
        """Call StaffService, as the administrator unless said otherwise."""
        now = SystemClock().now()
        own = issue(self.ring, ADMIN, issuer="anji", audience="anji", now=now)
        async with grpc.aio.insecure_channel(self.routing_at) as channel:
            call = getattr(StaffServiceStub(channel), method)
            return await call(request, metadata=_proven(proof or f"Bearer {own}"))

    async def reason(self, proof):
        """Why intake refuses to count cases for this bearer; empty when it does not."""
        async with grpc.aio.insecure_channel(self.intake_at) as channel:
            asked = IntakeServiceStub(channel).CountCases(
                intake.CountCasesRequest(), metadata=_proven(proof)
            )
            try:
                await asked
            except grpc.aio.AioRpcError as error:
                return from_error(error, Catalogue.load("intake")).reason
        return ""

    async def imported(self, proof, source_no):
        """How intake takes a row of a source system."""
        async with grpc.aio.insecure_channel(self.intake_at) as channel:
            answers = IntakeServiceStub(channel).ImportCases(
                _row(source_no), metadata=_proven(proof)
            )
            (answer,) = [one async for one in answers]
        return answer.outcome

    async def account(self):
        """A fresh account that has logged in: its id and what proves it."""
        staff_id = f"wang-{new_id().hex[-8:]}"
        request = pb.AddStaffRequest(
            request_id=str(new_id()),
            staff_id=staff_id,
            name="某某",
            unit_id=UNIT,
            roles=("registrar",),
            password=PASSWORD,
        )
        await self.staff("AddStaff", request)
        return staff_id, await self.log_in(staff_id, PASSWORD)

    async def log_in(self, staff_id, password):
        """What proves this bearer from now on."""
        request = pb.LoginRequest(staff_id=staff_id, password=password)
        return f"Bearer {(await self.staff('Login', request)).token}"

    async def system(self):
        """A source system with a key: its id and what proves it."""
        system_id = f"hotline-{new_id().hex[-8:]}"
        request = pb.AddSystemRequest(
            request_id=str(new_id()), system_id=system_id, unit_id=UNIT, roles=("registrar",)
        )
        return system_id, f"Key {(await self.staff('AddSystem', request)).key}"

    async def eventually_refused(self, proof, reason):
        """Wait until intake refuses this bearer; well before it would ask by itself."""

        async def refused():
            return await self.reason(proof) == reason

        await eventually(refused, AT_ONCE_S)


def _proven(proof):
    return [("authorization", proof)]


async def _row(source_no):
    draft = CaseDraft(
        channel=words.CHANNEL_CALL,
        identity=words.IDENTITY_MODE_NAMED,
        parties=[Party(role=words.PARTY_ROLE_APPLICANT, name="顾晓禾", phone="13900001111")],
        narrative="楼上漏水半年没有人管，天花板已经发霉，希望有人来看一看。",
        place_code="330523002001",
        source_system="hotline",
        source_no=source_no,
    )
    yield intake.ImportCasesRequest(row="1", import_key=str(new_id()), draft=draft)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def node(tmp_path_factory):
    """The county's node, whose intake goes on when routing stops."""
    built = world.build(tmp_path_factory.mktemp("accounts"))
    doors = built.nodes[world.COUNTY]
    config = msgspec.structs.replace(load_config(doors.file), sweeps=False)
    broker, routing, front, *_ = apps(config, settle(config))
    stops = [asyncio.Event() for _ in range(3)]
    running, doors_of = [], ("", doors.routing, doors.intake)
    for app, stop, at in zip((broker, routing, front), stops, doors_of, strict=True):
        running.append(asyncio.create_task(run_all([app], stop)))
        if at:
            async with grpc.aio.insecure_channel(at) as channel:
                await asyncio.wait_for(channel.channel_ready(), 60)
    yield Node(doors.intake, doors.routing, KeyRing.open(config.keys), stops[1], running[1])
    for stop, task in reversed(list(zip(stops, running, strict=True))):
        stop.set()
        await task


async def test_a_disabled_account_is_out_of_intake_at_once(node):
    """Disabling ends the token in the other service too, not only when it runs out."""
    staff_id, proof = await node.account()
    assert await node.reason(proof) == ""
    request = pb.DisableStaffRequest(request_id=str(new_id()), staff_id=staff_id)
    await node.staff("DisableStaff", request)
    await node.eventually_refused(proof, "TOKEN_REVOKED")


async def test_a_reset_password_ends_the_token_and_a_new_one_holds(node):
    """After a reset the old token is refused; one got with the new password is not."""
    staff_id, proof = await node.account()
    reset = pb.ResetPasswordRequest(request_id=str(new_id()), staff_id=staff_id)
    one_time = (await node.staff("ResetPassword", reset)).one_time_password
    await node.eventually_refused(proof, "TOKEN_REVOKED")
    first = await node.log_in(staff_id, one_time)
    change = pb.ChangePasswordRequest(
        request_id=str(new_id()),
        staff_id=staff_id,
        old_password=one_time,
        new_password=PASSWORD,
    )
    await node.staff("ChangePassword", change, first)
    await node.eventually_refused(first, "TOKEN_REVOKED")
    assert await node.reason(await node.log_in(staff_id, PASSWORD)) == ""


async def test_others_stay_in(node):
    """A change of one account ends nobody else's token."""
    _, proof = await node.account()
    other, gone = await node.account()
    request = pb.DisableStaffRequest(request_id=str(new_id()), staff_id=other)
    await node.staff("DisableStaff", request)
    await node.eventually_refused(gone, "TOKEN_REVOKED")
    assert await node.reason(proof) == ""


async def test_a_system_imports_with_its_key_until_it_is_disabled(node):
    """A source system's key opens intake, with its roles, and no longer after it was disabled."""
    system_id, key = await node.system()
    assert await node.imported(key, "H-1") == "registered"
    assert await node.reason(f"{key}x") == "KEY_INVALID"
    request = pb.DisableSystemRequest(request_id=str(new_id()), system_id=system_id)
    await node.staff("DisableSystem", request)
    await node.eventually_refused(key, "KEY_INVALID")


async def test_a_new_key_ends_the_old_one(node):
    """A system that was given another key calls with that one only."""
    system_id, old = await node.system()
    assert await node.reason(old) == ""
    request = pb.AddSystemRequest(
        request_id=str(new_id()), system_id=system_id, unit_id=UNIT, roles=("registrar",)
    )
    new = f"Key {(await node.staff('AddSystem', request)).key}"
    await node.eventually_refused(old, "KEY_INVALID")
    assert await node.reason(new) == ""


async def test_intake_goes_on_while_routing_is_away(node):
    """Tokens and keys that were in order go on; a key never seen is answered "not now"."""
    _, proof = await node.account()
    _, key = await node.system()
    _, unseen = await node.system()
    assert await node.imported(key, "H-2") == "registered"
    node.stop_routing.set()
    await asyncio.wait_for(node.routing, 60)
    assert await node.reason(proof) == ""
    assert await node.imported(key, "H-3") == "registered"
    assert await node.reason(unseen) == "NOT_READY"
