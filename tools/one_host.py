"""Writes deploy/compose.yaml: a county, two townships and a village on one host.

It is deploy/node.yaml and deploy/village/node.yaml said several times, each time with another
prefix, network and port, so that what is tried and tested on one host is what the tiers run on
hosts of their own. Only the uplinks join two nodes. `check` fails when the file is another.
"""

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

DEPLOY = Path(__file__).resolve().parents[1] / "deploy"
FILE = DEPLOY / "compose.yaml"
HEAD = """\
# Made by tools/one_host.py from node.yaml and village/node.yaml; do not edit.
# A county, two townships and a village on one host, to try Lianxin and to test it:
#   docker compose --file deploy/compose.yaml up --detach --wait
# Each node has its own networks; `uplink-…` joins a node to the one above it and nothing else.
"""
KEPT = re.compile(r"LIANXIN_|_MEMORY$|LISTEN$|FILES_FILE$")
"""Variables that stay open in the file that is made."""
SEEN_BY_OTHERS = ("routing", "broker", "node")
Tree = dict[str, Any]


@dataclass(frozen=True)
class Node:
    """One of the nodes; `port` is the first of its block of ports on this host."""

    code: str
    port: int
    above: str = ""
    site: str = ""
    template: str = "node.yaml"
    said: dict[str, str] = field(default_factory=dict)

    def values(self) -> dict[str, str]:
        """What its .env would say."""
        reached = f"{self.code},{self.code}-routing,{self.code}-broker"
        own = {
            "NODE": self.code,
            "HOSTS": f"localhost,127.0.0.1,{reached}",
            "INTAKE_PORT": str(self.port),
            "ROUTING_PORT": str(self.port + 1),
            "NATS_PORT": str(self.port + 2),
            "MEDIATION_PORT": str(self.port + 3),
            "HEARING_PORT": str(self.port + 4),
            "PEERS_PORT": str(self.port + 5),
            "GIVEN": f"{self.code}-given",
            "CONFIGURATION": f"{self.code}-configuration",
            "BACKUPS": f"{self.code}-backups",
        }
        if self.above:
            own["PARENT_NODE"] = self.above
            own["PARENT_ROUTING"] = f"{self.above}-routing:7315"
            own["PARENT_NATS"] = f"tls://{self.above}-broker:7312"
        return own | self.said


VILLAGE = {"CONFIGURATION": "./village/one-host"}
NODES = (
    Node("anji", 7310, said={"DIRECTORY": "/etc/lianxin/directory.json"}),
    Node("dipu", 7320, "anji", "s-dipu"),
    Node("tianhuangping", 7330, "anji", "s-tianhuangping"),
    Node("lujia", 7340, "dipu", "s-dipu-lujia", "village/node.yaml", VILLAGE),
)


def filled(text: str, values: dict[str, str]) -> str:
    """The template with its variables replaced, but for those that stay open."""

    def put(found: re.Match[str]) -> str:
        name, default = found[1], found[2] or ""
        if KEPT.search(name):
            return found[0]
        return values.get(name, default.removeprefix(":-") if default.startswith(":-") else "")

    return re.sub(r"\$\{([A-Z_]+)((?::-|:\?)[^}]*)?\}", put, text)


def services_of(node: Node) -> Tree:
    """The services of a node under names of their own."""
    template = yaml.safe_load(filled((DEPLOY / node.template).read_text("utf-8"), node.values()))
    return {
        f"{node.code}-{name}": _service(node, name, each)
        for name, each in template["services"].items()
    }


def _service(node: Node, name: str, template: Tree) -> Tree:
    service = dict(template)
    if "volumes" in service:
        service["volumes"] = [f"{_volume(node, each)}" for each in service["volumes"]]
    waits = {f"{node.code}-{other}": how for other, how in service.pop("depends_on", {}).items()}
    if name in {"prepare", "node", "routing"}:
        waits["found"] = {"condition": "service_completed_successfully"}
    if node.above and name in {"node", "routing"}:
        waits[f"{node.above}-routing"] = {"condition": "service_healthy"}
    if waits:
        service["depends_on"] = waits
    if "networks" in service:
        own = {f"{node.code}-{each}": {"aliases": [name]} for each in service["networks"]}
        service["networks"] = own | _uplinks(node, name)
    return service


def _volume(node: Node, said: str) -> str:
    return said if said.startswith((f"{node.code}-", ".", "/")) else f"{node.code}-{said}"


def _uplinks(node: Node, name: str) -> Tree:
    """The networks that join a service to the node above and to those below."""
    if name not in SEEN_BY_OTHERS:
        return {}
    below = [each.code for each in NODES if each.above == node.code]
    above = [node.code] if node.above and name != "broker" else []
    alias = {"aliases": [f"{node.code}-{name}", *([node.code] if name == "node" else [])]}
    return {f"uplink-{code}": alias for code in (*above, *below)}


def _found() -> Tree:
    """The job that does what the operators of the nodes would exchange by hand."""
    hardened = services_of(NODES[0])["anji-prepare"]
    below = [node for node in NODES if node.above]
    kept = {
        name: value for name, value in hardened.items() if name not in {"depends_on", "volumes"}
    }
    return kept | {
        "command": ["found"],
        "environment": {
            "FOUND_COUNTY": NODES[0].code,
            "FOUND_BELOW": ",".join(f"{node.code}={node.site}" for node in below),
        },
        "volumes": [
            f"{NODES[0].code}-pki:/var/lib/lianxin/pki",
            f"{NODES[0].code}-configuration:/configuration",
            *(
                f"{node.code}-{what}:/nodes/{number}/{what}"
                for number, node in enumerate(below, start=1)
                for what in ("keys", "given")
            ),
        ],
    }


def whole() -> str:
    """The text of the file."""
    services: Tree = {"found": _found()}
    networks: Tree = {}
    for node in NODES:
        services |= services_of(node)
        networks |= {f"{node.code}-inside": {"internal": True}, f"{node.code}-default": {}}
        networks |= {f"uplink-{node.code}": {"internal": True}} if node.above else {}
    used = {each for service in services.values() for each in service.get("networks", {})}
    tree = {
        "name": "lianxin",
        "services": services,
        "networks": {name: each for name, each in networks.items() if name in used},
        "volumes": {name: {} for name in sorted(_volumes(services))},
    }
    return HEAD + yaml.dump(tree, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=100)


def _volumes(services: Tree) -> set[str]:
    said = [each for service in services.values() for each in service.get("volumes", [])]
    return {each.partition(":")[0] for each in said if not each.startswith((".", "/"))}


class _Plain(yaml.SafeDumper):
    """Says everything in full: a reader need not look for an anchor."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def main(word: str) -> int:
    """`write` or `check`."""
    if word == "write":
        FILE.write_text(whole(), encoding="utf-8")
        return 0
    if FILE.read_text(encoding="utf-8") == whole():
        return 0
    print("deploy/compose.yaml is not what it should be: tools/one_host.py write", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "check"))
