"""Keys of a node: which there are, newer ones, and the end of former ones."""

from base64 import b64encode
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from lianxin.cli import output
from lianxin.cli.commands.node import read_config
from lianxin.cli.errors import BadInput
from lianxin.cli.words import say

Config = Annotated[Path, typer.Option("--config", help=say("opt.config"))]
NODE_FILE = Path("node.yaml")
COLUMNS = ("kind", "key_id", "made_at", "in_use")
SIGNING, DATA = ".pem", ".seal"


class Kind(StrEnum):
    """What a key is for."""

    SIGNING = "signing"
    DATA = "data"
    NATS = "nats"


SUFFIX = {Kind.SIGNING: SIGNING, Kind.DATA: DATA}


def list_keys(config: Config = NODE_FILE) -> None:
    """The keys that sign tokens and seal personal fields; the newest of each is in use."""
    folder = read_config(config).keys
    rows = [row for kind in SUFFIX for row in _rows(folder, kind)]
    output.show({"keys": rows}, lambda: output.table(rows, COLUMNS))


def rotate(
    kind: Annotated[Kind, typer.Argument(help=say("opt.key_kind"))], config: Config = NODE_FILE
) -> None:
    """Make a newer key; running services take it by themselves, the former one goes on reading."""
    found = read_config(config)
    if kind is Kind.NATS:
        from kernel.nats_server import rotation  # noqa: PLC0415 (for this command only)

        made = rotation.rotate(rotation.services_in(found.keys))
        output.done("done.keys_nats", {"kind": kind.value, "count": len(made)})
        return
    if kind is Kind.DATA:
        from kernel.sealing import rotate as newer  # noqa: PLC0415 (for this command only)

        output.done("done.keys_data", {"kind": kind.value, "key_id": newer(found.keys)})
        return
    from kernel.tokens import KeyRing  # noqa: PLC0415 (likewise)

    ring = KeyRing.open(found.keys)
    kid = ring.rotate()
    public = b64encode(ring.public_bytes()[kid]).decode()
    data = {"kind": kind.value, "key_id": kid, "public_key": public}
    output.done("done.keys_signing_below" if found.parent else "done.keys_signing", data)


def retire(
    key_id: Annotated[str, typer.Argument(metavar="KEY_ID", help=say("opt.key_id"))],
    config: Config = NODE_FILE,
) -> None:
    """End a former signing key, or with `nats` the former keys of the services at nats-server."""
    if key_id == Kind.NATS.value:
        from kernel.nats_server import rotation  # noqa: PLC0415 (for this command only)

        ended = rotation.retire(rotation.services_in(read_config(config).keys))
        output.done("done.keys_nats_retire", {"kind": key_id, "count": len(ended)})
        return
    from kernel.tokens import KeyRing  # noqa: PLC0415 (for this command only)

    ring = KeyRing.open(read_config(config).keys)
    if key_id not in ring.public_bytes():
        raise BadInput("KEY_UNKNOWN", field="KEY_ID")
    if key_id == ring.signing()[0]:
        raise BadInput("KEY_IN_USE", field="KEY_ID")
    ring.retire(key_id)
    output.done("done.keys_retire", {"key_id": key_id})


def _rows(folder: Path, kind: Kind) -> list[dict[str, Any]]:
    files = sorted(folder.glob(f"*{SUFFIX[kind]}"))
    return [
        {
            "kind": kind.value,
            "key_id": file.name.removesuffix(SUFFIX[kind]),
            "made_at": datetime.fromtimestamp(file.stat().st_mtime, UTC).isoformat("T", "seconds"),
            "in_use": file == files[-1],
        }
        for file in files
    ]
