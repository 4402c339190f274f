"""Several nodes on one host, to try and to test: what their operators would exchange by hand.

The county's authority issues each node its certificate, and the directory names each node's keys.
Where nodes have hosts of their own, `lianxin pki issue` and `lianxin directory delegate` do this.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from kernel import logs
from kernel.directory import read_directory
from kernel.directory.entries import Delegation
from kernel.pki import Authority, Subject
from kernel.pki.files import write
from kernel.settings import setting
from kernel.shipped import shipped_or_here
from lianxin.cli.containers.preparing import GIVEN, authority_of
from lianxin.cli.node.identity import identity_of

PREFIX = "FOUND_"
EVERYWHERE = ("broker", "routing", "localhost", "127.0.0.1")
"""Names by which a node reaches itself."""
_log = logs.get_logger()


@dataclass(frozen=True)
class Settings:
    """The nodes below the county, each as `code=site`, and where their volumes are mounted."""

    county: str = setting(doc="code of the county's node")
    below: tuple[str, ...] = setting(doc="the other nodes: code=site, ...")
    folder: Path = setting(Path("/nodes"), "of the n-th of them the folders n/keys and n/given")
    pki: Path = setting(Path("/var/lib/lianxin/pki"), "folder of the county's authority")
    sample: Path = setting(
        shipped_or_here("samples") / "anji" / "directory.yaml", "directory to begin with"
    )
    directory: Path = setting(Path("/configuration/directory.json"), "where it is written")


def found(settings: Settings, *, now: datetime | None = None) -> None:
    """Issue the certificates that are not there yet, and write the directory with every key."""
    authority = authority_of(settings.pki, settings.county, now or datetime.now(UTC))
    delegations = []
    for number, named in enumerate(settings.below, start=1):
        code, _, site = named.partition("=")
        folder = settings.folder / str(number)
        _give(folder / "given", code, authority, now or datetime.now(UTC))
        keys = identity_of(folder / "keys")
        delegations.append(
            Delegation(site=site, node=code, public_key=keys.public_key, nats_key=keys.nats_key)
        )
    file = read_directory(settings.sample.read_bytes()).file
    whole = msgspec.structs.replace(file, delegations=tuple(delegations))
    write(settings.directory, msgspec.json.encode(whole))
    _log.info("nodes_founded", count=len(delegations))


def _give(folder: Path, code: str, authority: Authority, now: datetime) -> None:
    """What the county hands to a node: certificate, key, CA, and the newest revocation list."""
    if not (folder / GIVEN["certificate"]).exists():
        reached = (*EVERYWHERE, code, f"{code}-routing", f"{code}-broker")
        issued = authority.issue(Subject.of(f"node-{code}", node=code, reached_at=reached), now=now)
        write(folder / GIVEN["key"], issued.key, secret=True)
        write(folder / GIVEN["certificate"], issued.certificate)
    write(folder / GIVEN["ca"], authority.ca.read_bytes())
    write(folder / GIVEN["revoked"], authority.revocations.read_bytes())
