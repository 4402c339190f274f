"""Copies of a node's databases, and putting them back: always all of them together.

Routing is copied first and intake last. So no service's copy is older than what another's counts
on: what routing has heard of, the services still have; what mediation and hearing rest on, intake
still has. What the later copies hold beyond it is told again by their outboxes after the restore.
"""

from lianxin.cli.backups.manifest import Kept, Manifest, ManifestInvalid
from lianxin.cli.backups.postgres import ToolFailed, ToolMissing
from lianxin.cli.backups.source import ORDER, Source, of_config, of_folder

__all__ = [
    "ORDER",
    "Kept",
    "Manifest",
    "ManifestInvalid",
    "Source",
    "ToolFailed",
    "ToolMissing",
    "of_config",
    "of_folder",
]
