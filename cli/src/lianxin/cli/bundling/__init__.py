"""One archive that installs a node where there is no network: wheels, data, checksums."""

from lianxin.cli.bundling.archive import Bundle, pack
from lianxin.cli.bundling.sources import SourcesMissing, checkout
from lianxin.cli.bundling.wheels import PipFailed, build_ours, fetch_locked

__all__ = [
    "Bundle",
    "PipFailed",
    "SourcesMissing",
    "build_ours",
    "checkout",
    "fetch_locked",
    "pack",
]
