"""What a thief has who took a township's machine, and how it is tried from outside.

The files are copied out of the containers, as from a stolen disk; everything else goes through the
published ports. Whatever is refused is told by its reason.
"""

import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import grpc
import nats
import nats.errors
from google.protobuf.message_factory import GetMessageClass

from kernel.catalogue import Catalogue
from kernel.grpc_client import ClientTls, Manner, dial, from_error
from kernel.identity import Caller, Kind
from kernel.ids import new_id
from kernel.nats_server import NatsKey
from kernel.nats_server.permissions import inbox_prefix
from kernel.tokens import KeyRing, issue
from lianxin.exchange.v1 import case_exchange_pb2 as pb

from . import recorded

METHODS = pb.DESCRIPTOR.services_by_name["CaseExchangeService"].methods
SERVICE = "/lianxin.exchange.v1.CaseExchangeService/"
TEXTS = Catalogue.load("routing")
HOST = "127.0.0.1"
PEERS = {"anji": 7315, "dipu": 7325, "tianhuangping": 7335}
"""The doors for other nodes, on this host."""
BROKERS = {"anji": 7312, "dipu": 7322, "tianhuangping": 7332}


@dataclass
class Loot:
    """All that lay on a node's machine."""

    node: str
    folder: Path
    incarnation: int
    """The node's, which its database tells."""

    @classmethod
    def take(cls, stack, node, folder):
        """Copy it out of the containers."""
        folder.mkdir(parents=True)
        container = stack.container(f"{node}-routing")
        for what in ("/run/lianxin", "/var/lib/lianxin/keys"):
            stack.docker("cp", f"{container}:{what}", str(folder))
        return cls(node, folder, recorded.incarnation(stack, node))

    @property
    def ca(self):
        """The CA of all nodes; no secret."""
        return self.folder / "lianxin" / "nodes-ca.pem"

    @property
    def tls(self):
        """The certificate and its key."""
        own = self.folder / "lianxin"
        return ClientTls(self.ca, own / "node.pem", own / "node.key")

    @property
    def seed(self):
        """The key to the parent's nats-server."""
        return (self.folder / "lianxin" / "uplink.nk").read_text("ascii").strip()

    def ring(self):
        """The keys that tokens are signed with."""
        return KeyRing.open(self.folder / "keys")

    def token(self, audience, *, named="", ring=None):
        """A token for another node's door, in the name of this node or of a named one."""
        code = named or self.node
        caller, now = Caller(Kind.NODE, code), datetime.now(UTC)
        return issue(ring or self.ring(), caller, issuer=code, audience=audience, now=now)


def line_to(node, tls, token):
    """A line to a node's door for other nodes."""
    return dial(f"{HOST}:{PEERS[node]}", Manner(token=lambda: token), tls=tls, retries=0)


async def tried(node, tls, token="", *, named="dipu", about=(), incarnation=1):
    """What each RPC of a node's door is refused for; empty where it is answered."""
    async with line_to(node, tls, token) as line:
        return {
            method.name: await refused(line, method, asking(method, named, about, incarnation))
            for method in METHODS
        }


def asking(method, named, about=(), incarnation=1):
    """A request in the name of a node, about made-up ids or given ones."""
    caller = pb.Caller(node=named, incarnation=incarnation)
    request = GetMessageClass(method.input_type)(caller=caller)
    for name in ("handoff_id", "origin_handoff_id", "case_id"):
        if name in request.DESCRIPTOR.fields_by_name:
            setattr(request, name, dict(about).get(name) or str(new_id()))
    return request


async def refused(line, method, request):
    """Why an RPC is refused; empty when it is answered."""
    sends, answers = method.client_streaming, method.server_streaming
    kind = f"{'stream' if sends else 'unary'}_{'stream' if answers else 'unary'}"
    call = getattr(line, kind)(
        f"{SERVICE}{method.name}",
        request_serializer=lambda message: message.SerializeToString(),
        response_deserializer=GetMessageClass(method.output_type).FromString,
    )
    try:
        answer = call(_several(request) if sends else request, timeout=10)
        if answers:
            _ = [each async for each in answer]
        else:
            await answer
    except grpc.aio.AioRpcError as error:
        return from_error(error, TEXTS).reason
    return ""


async def _several(request):
    yield request


class AtBroker:
    """A connection to a node's nats-server, and what it said no to."""

    def __init__(self, client, said):
        self.client = client
        self.said = said

    @classmethod
    async def get_in(cls, node, loot, seed=None, inbox=""):
        """With the stolen certificate and this key. Raises nats.errors.Error when not let in."""
        said = []

        async def note(error):
            said.append(str(error))

        context = ssl.create_default_context(cafile=loot.ca)
        context.load_cert_chain(loot.tls.certificate, loot.tls.key)
        client = await nats.connect(
            f"tls://{HOST}:{BROKERS[node]}",
            tls=context,
            nkeys_seed_str=seed,
            inbox_prefix=(inbox or inbox_prefix(loot.node)).encode(),
            error_cb=note,
            allow_reconnect=False,
            connect_timeout=10,
        )
        return cls(client, said)

    async def close(self):
        """Go."""
        with suppress(nats.errors.Error):
            await self.client.close()


async def kept_out(node, loot, seed=None):
    """Why somebody is not let in at a nats-server; empty when he is."""
    try:
        inside = await AtBroker.get_in(node, loot, seed)
    except (TimeoutError, nats.errors.Error, OSError) as error:
        return f"{type(error).__name__} {error}"
    await inside.close()
    return ""


def made_up_seed():
    """A key that nobody knows."""
    return NatsKey.make().seed
