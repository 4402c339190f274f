"""A township's machine is stolen: its certificate and keys are tried at every door from outside.

Then what it once sent is sent again, its certificate is revoked, and it works on with a new one.
"""

import asyncio
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from kernel.pki import Authority, Subject
from kernel.tls import ClientTls
from kernel.tokens import KeyRing
from lianxin.cli.demo import acts
from lianxin.cli.demo.scenes import plain
from lianxin.exchange.v1 import case_exchange_pb2_grpc as rpc
from lianxin.routing.v1 import custody_pb2 as custody
from lianxin.routing.v1 import worklist_pb2 as worklist

from . import recorded
from .thief import METHODS, PEERS, AtBroker, Loot, asking, kept_out, line_to, made_up_seed, tried
from .thief import refused as refusal_of
from .working import Work

VICTIM, COUNTY, NEIGHBOUR = "dipu", "anji", "tianhuangping"
DOORS = (COUNTY, NEIGHBOUR)
FORGED = (
    "up.tianhuangping.case.x",
    "down.dipu.offer",
    "down.tianhuangping.offer",
    "case.330523.000.000.intake.registered",
    "head.anji.routing",
    "resend.anji.routing",
    "$JS.API.STREAM.DELETE.DOWN",
    "$JS.API.STREAM.PURGE.UP",
    "$JS.API.STREAM.MSG.GET.UP",
    "$JS.API.CONSUMER.CREATE.DOWN.spy",
    "$JS.API.CONSUMER.MSG.NEXT.DOWN.node_tianhuangping",
    "$JS.ACK.DOWN.node_tianhuangping.1.1.1.1.1",
)
OVERHEARD = ("_INBOX_tianhuangping.>", "_INBOX.>", "down.>", "up.>", ">")
LONG_AGO = timedelta(days=3)


@pytest.fixture(scope="module")
def loot(stack, tmp_path_factory):
    """All that lay on the township's machine."""
    return Loot.take(stack, VICTIM, tmp_path_factory.mktemp("loot") / VICTIM)


@pytest.fixture(scope="module")
def other(stack, tmp_path_factory):
    """The same of the township next to it."""
    return Loot.take(stack, NEIGHBOUR, tmp_path_factory.mktemp("loot") / NEIGHBOUR)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def work(people):
    """What is registered while all this goes on."""
    return Work(people)


@pytest.mark.parametrize("door", DOORS)
async def test_the_certificate_alone_opens_nothing(loot, door):
    """Every RPC asks for a token that the node's own key has signed."""
    assert set((await tried(door, loot.tls)).values()) == {"UNAUTHENTICATED"}
    invented = loot.token(door, ring=KeyRing.open(loot.folder / f"invented-{door}"))
    assert set((await tried(door, loot.tls, invented)).values()) == {"TOKEN_INVALID"}


@pytest.mark.parametrize("door", DOORS)
async def test_certificate_and_token_of_two_nodes_open_nothing(loot, other, door):
    """Neither with another's certificate nor in another's name."""
    mixed = await tried(door, other.tls, loot.token(door))
    assert set(mixed.values()) == {"CERTIFICATE_MISMATCH"}
    named = await tried(door, loot.tls, loot.token(door, named=NEIGHBOUR), named=NEIGHBOUR)
    assert set(named.values()) == {"TOKEN_INVALID"}


@pytest.mark.parametrize("door", DOORS)
async def test_no_expired_forged_or_missing_certificate_connects(stack, loot, tmp_path, door):
    """The handshake ends, whatever token comes with it."""
    token = loot.token(door)
    forged = Authority.create(tmp_path / "ca", "lianxin anji", now=datetime.now(UTC))
    issued = forged.issue(Subject.of("node-dipu", node=VICTIM), now=datetime.now(UTC))
    for tls in (
        await asyncio.to_thread(expired, stack, loot, tmp_path),
        written(loot, tmp_path / "forged", issued.certificate, issued.key),
        ClientTls(loot.ca),
    ):
        assert set((await tried(door, tls, token)).values()) == {"UNREACHABLE"}


def expired(stack, loot, folder):
    """One that the county's own authority has made, for a day that is over."""
    made = recorded.issued(stack, COUNTY, VICTIM, ended=LONG_AGO)
    return written(loot, folder / "expired", *made)


def written(loot, folder, certificate, key):
    """A certificate as somebody has it on disk."""
    folder.mkdir()
    for name, content in (("node.pem", certificate), ("node.key", key)):
        (folder / name).write_bytes(content)
        (folder / name).chmod(0o600)
    return ClientTls(loot.ca, folder / "node.pem", folder / "node.key")


async def test_with_everything_it_is_that_township_and_no_other(loot):
    """At the neighbour's door, and at the county's in the neighbour's name, all is denied."""
    at_neighbour = await tried(NEIGHBOUR, loot.tls, loot.token(NEIGHBOUR))
    assert set(at_neighbour.values()) == {"DENIED"}
    as_neighbour = await tried(COUNTY, loot.tls, loot.token(COUNTY), named=NEIGHBOUR)
    assert set(as_neighbour.values()) == {"DENIED"}


async def test_hand_over_of_another_is_out_of_reach(stack, people, work, loot):
    """A case on its way to the neighbour is neither claimed, confirmed, read nor called back."""
    county, neighbour = await work.clerk(COUNTY), await work.clerk(NEIGHBOUR)
    case_id = await work.register(COUNTY)
    await acts.known_to(county, case_id)
    await assign(county, case_id, "s-tianhuangping")
    await acts.held_by(neighbour, case_id, limit_s=90)
    await work.at_rest()
    (row,) = await asyncio.to_thread(recorded.handovers, stack, COUNTY, case_id)
    before = await standing(people, case_id)
    about = {"handoff_id": row["handoff_id"], "case_id": case_id}
    proof = (loot.tls, loot.token(COUNTY))
    found = await tried(COUNTY, *proof, about=about, incarnation=loot.incarnation)
    laid_hands = ("Claim", "Confirm", "CancelHandoff", "DownloadBlob", "UploadBlob")
    assert {found[name] for name in laid_hands} == {"NOT_YOUR_HANDOVER"}
    assert await standing(people, case_id) == before


async def test_a_stolen_certificate_is_no_key_to_the_broker(loot):
    """Without the node's key, with an invented one, or at the neighbour's nobody gets in."""
    assert "authorization violation" in (await kept_out(COUNTY, loot)).lower()
    assert "authorization violation" in (await kept_out(COUNTY, loot, made_up_seed())).lower()
    assert "authorization violation" in (await kept_out(NEIGHBOUR, loot, loot.seed)).lower()


async def test_with_its_key_the_broker_gives_it_its_own_subjects_only(loot):
    """Each subject that is not its own is denied, for speaking and for listening."""
    inside = await AtBroker.get_in(COUNTY, loot, loot.seed)
    try:
        for subject in FORGED:
            await inside.client.publish(subject, b"forged")
        for subject in OVERHEARD:
            await inside.client.subscribe(subject)
        await inside.client.flush()
        wanted = len(FORGED) + len(OVERHEARD)
        await acts.until(lambda: len(inside.said) == wanted, "not all denied", limit_s=20)
        spoken = [text for text in inside.said if "permissions violation for publish" in text]
        heard = [text for text in inside.said if "violation for subscription" in text]
        assert (len(spoken), len(heard)) == (len(FORGED), len(OVERHEARD))
    finally:
        await inside.close()


async def test_an_event_sent_again_is_applied_once(stack, people, work, loot):
    """Under its own message id and past the stream's window, with the township's own key."""
    case_id = await arrived(work)
    before = await standing(people, case_id)
    events = await asyncio.to_thread(recorded.events, stack, VICTIM, case_id)
    assert events
    county = await asyncio.to_thread(recorded.seed_of_routing, stack, COUNTY)
    eye = await AtBroker.get_in(COUNTY, loot, county, inbox="_INBOX.routing")
    inside = await AtBroker.get_in(COUNTY, loot, loot.seed)
    try:
        kept = [await recorded.publish(inside.client, VICTIM, one) for one in events]
        kept += [await recorded.publish(inside.client, VICTIM, one, "again") for one in events]
        last = max(ack.seq for ack in kept)
        await acts.until(lambda: taken(eye, last), "the county did not look", limit_s=60)
    finally:
        await inside.close()
        await eye.close()
    assert await standing(people, case_id) == before
    assert await parked(people) == 0


async def taken(eye, seq):
    """Whether the county has looked at everything up to this place of its stream."""
    info = await eye.client.jetstream().consumer_info("UP", "routing_up")
    return info.ack_floor is not None and info.ack_floor.stream_seq >= seq


async def test_a_case_delivered_again_stays_where_it_went(stack, people, work, loot):
    """The former Deliver is answered as it was; under a new number it is refused."""
    case_id = await arrived(work)
    county, neighbour = await work.clerk(COUNTY), await work.clerk(NEIGHBOUR)
    await plain.sign(county, case_id)
    await assign(county, case_id, "s-tianhuangping")
    await acts.held_by(neighbour, case_id, limit_s=90)
    await work.at_rest()
    before = await standing(people, case_id)
    (row,) = [
        one
        for one in await asyncio.to_thread(recorded.handovers, stack, VICTIM, case_id)
        if one["direction"] == "up"
    ]
    async with line_to(COUNTY, loot.tls, loot.token(COUNTY)) as line:
        stub = rpc.CaseExchangeServiceStub(line)
        former = recorded.delivery(row, loot.incarnation)
        for _ in range(3):
            assert (await stub.Deliver(former)).outcome == "RECEIVED"
        forged = recorded.delivery(row, loot.incarnation, forged_epoch=row["epoch"] + 10)
        assert (await refusal_of(line, method_named("Deliver"), forged)) == "NOT_YOUR_HANDOVER"
    assert await standing(people, case_id) == before
    assert (await acts.custody_of(neighbour, case_id)).custody == "held"


async def test_a_revoked_township_is_out_and_back_with_a_new_certificate(stack, work, loot, capsys):
    """Out on open connections too; it works on alone, and is linked with a new certificate."""
    ask = method_named("ListOffers")
    own = asking(ask, VICTIM, incarnation=loot.incarnation)
    async with line_to(COUNTY, loot.tls, loot.token(COUNTY)) as line:
        assert await refusal_of(line, ask, own) == ""
        await asyncio.to_thread(recorded.revoke, stack, COUNTY, VICTIM)
        out = await acts.until(
            lambda: is_refused(line, ask, own, "CERTIFICATE_REVOKED"), "still let in", limit_s=60
        )
    assert set((await tried(COUNTY, loot.tls, loot.token(COUNTY))).values()) == {
        "CERTIFICATE_REVOKED"
    }
    async with work.going_on(VICTIM, COUNTY):
        waiting = await work.register(VICTIM)
        await work.escalate(VICTIM, waiting)
        began = time.monotonic()
        await asyncio.to_thread(recorded.certify, stack, COUNTY, VICTIM)
        await acts.held_by(await work.clerk(COUNTY), waiting, limit_s=120)
        back = time.monotonic() - began
    rest = await work.at_rest()
    assert set((await tried(COUNTY, loot.tls, loot.token(COUNTY))).values()) == {
        "CERTIFICATE_REVOKED"
    }
    assert await work.lost() == []
    with capsys.disabled():
        sys.stdout.write(
            f"\nstolen township: {len(METHODS)} RPCs at each of {len(PEERS) - 1} doors; out "
            f"{out:.1f} s after the list was there; linked and the case that waited handed over "
            f"{back:.0f} s after a new certificate was asked for; at rest {rest:.0f} s later; "
            f"{len(work.registered)} cases registered, each held once\n"
        )


async def is_refused(line, method, request, reason):
    """Whether a call on an open line is refused for this."""
    return await refusal_of(line, method, request) == reason


def method_named(name):
    """One RPC between nodes."""
    return next(each for each in METHODS if each.name == name)


async def arrived(work):
    """A case of the township that the county has taken."""
    county = await work.clerk(COUNTY)
    case_id = await work.register(VICTIM)
    await work.escalate(VICTIM, case_id)
    await acts.held_by(county, case_id, limit_s=90)
    await work.at_rest()
    return case_id


async def assign(clerk, case_id, unit):
    """Give a case down."""
    due = acts.in_days(10)
    request = custody.AssignRequest(case_id=case_id, to_unit=unit, due_on=due, reason="placement")
    await acts.ask(clerk, clerk.custody.Assign, request)


async def standing(people, case_id):
    """What the county knows of a case: each thing applied once more would show in it."""
    seer = await people.hire(COUNTY, "s-anji", "upper_inspector")
    found = await acts.custody_of(seer, case_id)
    return found.epoch, found.version, found.holder_unit, found.custody


async def parked(people):
    """How many events the county could not apply."""
    admin = await people.administrator(COUNTY)
    return (await admin.worklist.LinkStatus(worklist.LinkStatusRequest())).parked
