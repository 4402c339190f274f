"""Notices to staff: the recipient is an account of the node."""

from kernel.notifying.tables import add_to
from routing.storage.metadata import metadata

notice = add_to(metadata)
