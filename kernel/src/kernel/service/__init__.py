"""What a service of a node that lives by routing's word is made of, besides its own handlers.

Its base (database, writer, readers, keys), the directory it goes by, the accounts it lets in, its
place on the node's bus, and the desk its servicers work at. Whatever is read from a protocol comes
in as plain callables.
"""

from kernel.service.accounts import Accounts, AccountsDoor
from kernel.service.base import Base, Settings, open_base, own_line
from kernel.service.bus import Heard, join
from kernel.service.copies import KeepDirectory, keep_copy, newest
from kernel.service.desk import Desk
from kernel.service.following import Publication, follow_directory
from kernel.service.guide import DirectoryMissing, Guide
from kernel.service.starting import enter_life, find_directory, keeps_copy

__all__ = [
    "Accounts",
    "AccountsDoor",
    "Base",
    "Desk",
    "DirectoryMissing",
    "Guide",
    "Heard",
    "KeepDirectory",
    "Publication",
    "Settings",
    "enter_life",
    "find_directory",
    "follow_directory",
    "join",
    "keep_copy",
    "keeps_copy",
    "newest",
    "open_base",
    "own_line",
]
