"""What a service of a node that lives by routing's word is made of, besides its own handlers.

Its base (database, writer, readers, keys), the directory it goes by, the law it counts by, the
accounts it lets in, its place on the node's bus, and the desk its servicers work at. Whatever is
read from a protocol comes in as plain callables.
"""

from kernel.service.accounts import Accounts, AccountsDoor
from kernel.service.base import Base, Settings, open_base, own_line
from kernel.service.bus import Heard, join
from kernel.service.copies import KeepDirectory, keep_copy, newest
from kernel.service.desk import Desk
from kernel.service.following import Publication, follow_directory, follow_rules
from kernel.service.guide import DirectoryMissing, Guide
from kernel.service.law import Law, LawBook, Rules, Shipped, keep_rules
from kernel.service.office import Office
from kernel.service.rewrapping import Rewrapping
from kernel.service.starting import (
    enter_life,
    find_directory,
    find_law,
    keeps_copy,
    keeps_rules,
)

__all__ = [
    "Accounts",
    "AccountsDoor",
    "Base",
    "Desk",
    "DirectoryMissing",
    "Guide",
    "Heard",
    "KeepDirectory",
    "Law",
    "LawBook",
    "Office",
    "Publication",
    "Rewrapping",
    "Rules",
    "Settings",
    "Shipped",
    "enter_life",
    "find_directory",
    "find_law",
    "follow_directory",
    "follow_rules",
    "join",
    "keep_copy",
    "keep_rules",
    "keeps_copy",
    "keeps_rules",
    "newest",
    "open_base",
    "own_line",
]
