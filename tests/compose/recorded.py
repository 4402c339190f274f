"""What passed between nodes, read at one of them, to be sent again; and the county's authority."""

import json
import subprocess
from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from kernel.ids import new_id
from kernel.links.envelope import headers_of, of_row
from lianxin.exchange.v1 import case_exchange_pb2 as pb

from .stack import LIMIT_S, compose_command

AUTHORITY = "/var/lib/lianxin/pki"
HOME = "/var/lib/lianxin/home"
QUERY = """
import json, pathlib, sys
import psycopg
from psycopg.rows import dict_row
url = pathlib.Path("/run/lianxin/database.url").read_text()
said = lambda value: value.hex() if isinstance(value, bytes) else str(value)
with psycopg.connect(url, row_factory=dict_row) as database:
    print(json.dumps(database.execute(sys.argv[1], [sys.argv[2]]).fetchall(), default=said))
"""
ISSUE = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from kernel.pki import Authority, Subject
ended = datetime.now(UTC) - timedelta(seconds=float(sys.argv[3]))
subject = Subject.of("node-" + sys.argv[2], node=sys.argv[2])
life = timedelta(days=1)
made = Authority.open(Path(sys.argv[1])).issue(subject, now=ended - life, life=life)
sys.stdout.write((made.certificate + made.key).decode())
"""
KEY = "-----BEGIN PRIVATE KEY"
REACHED = ("broker", "routing", "localhost", "127.0.0.1")
ROUTING_PART = '{"case": {}, "tables": {}}'


def rows(stack, node, query, value):
    """What routing of a node finds in its database."""
    container = stack.container(f"{node}-routing")
    return json.loads(stack.docker("exec", container, "python", "-c", QUERY, query, value))


def incarnation(stack, node):
    """How many times a node's databases began: each restore is one more."""
    (row,) = rows(stack, node, "SELECT incarnation FROM link WHERE name = %s", "up")
    return row["incarnation"]


def handovers(stack, node, case_id):
    """A node's rows of the hand-overs of a case, the first first."""
    return rows(stack, node, "SELECT * FROM handoff WHERE case_id = %s ORDER BY epoch", case_id)


def events(stack, node, case_id):
    """The events of a case that a node sent to the one above, in order."""
    query = (
        "SELECT * FROM outbox WHERE link = 'up' AND link_no IS NOT NULL AND case_id = %s"
        " ORDER BY link_no"
    )
    return [
        of_row(
            f"{node}/routing",
            row | {"body": bytes.fromhex(row["body"]), "at": datetime.fromisoformat(row["at"])},
        )
        for row in rows(stack, node, query, case_id)
    ]


async def publish(client, node, event, repeat=""):
    """Send an event as its node did, or under another message id; the stream's answer."""
    return await client.jetstream().publish(
        f"up.{node}.{event.subject}", event.body, headers=headers_of(event, repeat)
    )


def delivery(row, incarnation, *, forged_epoch=0):
    """The Deliver of a hand-over as its row tells it; with an epoch, one that never was."""
    names = ("case_no", "kind", "from_unit", "to_unit", "final_unit", "origin_unit", "reason")
    more = ("due_on", "report_owed", "ordered_by", "actor", "traceparent")
    at = Timestamp()
    at.FromDatetime(datetime.fromisoformat(row["at"]).astimezone(UTC))
    plain = {name: row[name] for name in names + more if row[name] is not None}
    handoff = pb.Handoff(
        handoff_id=str(new_id()) if forged_epoch else row["handoff_id"],
        case_id=row["case_id"],
        epoch=forged_epoch or row["epoch"],
        at=at,
        **plain,
    )
    entry = pb.LogEntry(epoch=row["epoch"], n=1, kind="case.registered", at=row["at"])
    part = pb.Part(service="routing", content=ROUTING_PART.encode())
    return pb.DeliverRequest(
        caller=pb.Caller(node=row["from_node"], incarnation=incarnation),
        parcel=pb.Parcel(handoff=handoff, log=[entry], parts=[part]),
    )


def seed_of_routing(stack, node):
    """The key of a node's routing at its own nats-server: to look whether it has read all."""
    return stack.read(f"{node}-routing", "/run/lianxin/nats.nk").strip()


def issued(stack, county, node, *, ended):
    """Certificate and key by the county's authority, over since then."""
    said = _job(stack, f"{county}-tools", "python", "-c", ISSUE, AUTHORITY, node, seconds(ended))
    certificate, _, key = said.partition(KEY)
    return certificate.encode(), (KEY + key).encode()


def seconds(span):
    """A span as an argument."""
    return str(span.total_seconds())


def revoke(stack, county, node):
    """As deploy/README.md says: at the county, then handed to its doors."""
    _tool(stack, county, "pki", "revoke", f"node-{node}", "--authority", AUTHORITY)
    stack.compose("run", "--rm", "--no-deps", f"{county}-prepare")


def certify(stack, county, node):
    """As deploy/README.md says: issued at the county, put into `given`, handed on by prepare."""
    names = [*REACHED, node, f"{node}-routing", f"{node}-broker"]
    reached = [word for name in names for word in ("--reached-at", name)]
    out = f"{HOME}/renewed"
    words = ("--node", node, *reached, "--authority", AUTHORITY, "--out", out)
    _tool(stack, county, "pki", "issue", f"node-{node}", *words)
    for ending in ("key", "pem"):
        content = _job(stack, f"{county}-tools", "cat", f"{out}/node-{node}.{ending}")
        _job(stack, f"{node}-tools", "sh", "-c", f"cat > /given/node.{ending}", given=content)
    stack.compose("run", "--rm", "--no-deps", f"{node}-prepare")


def _tool(stack, node, *words):
    return stack.compose("run", "--rm", "--no-deps", "-T", f"{node}-tools", *words)


def _job(stack, service, program, *words, given=None):
    """A program in a container of its own; what it wrote to standard output."""
    told = [*compose_command(), "--project-name", stack.project, "--file", str(stack.file)]
    job = ["run", "--rm", "--no-deps", "-T", "--entrypoint", program, service, *words]
    done = subprocess.run(
        [*told, *job], input=given, capture_output=True, text=True, timeout=LIMIT_S, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{program} in {service} ended with {done.returncode}: {done.stderr}")
    return done.stdout
