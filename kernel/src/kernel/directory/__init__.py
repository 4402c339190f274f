"""The directory of a county as every service reads it: sites, units, outside bodies, delegations.

Routing owns and distributes it; the other services keep a copy, so that all of them can say offline
which unit belongs where. Value objects and look-ups only: who may change it is routing's business.
"""

from kernel.directory.book import Directory
from kernel.directory.entries import (
    Delegation,
    MeetingDay,
    Officer,
    Outside,
    Profile,
    Site,
    Unit,
)
from kernel.directory.reading import DirectoryInvalid, read_directory, write_directory

__all__ = [
    "Delegation",
    "Directory",
    "DirectoryInvalid",
    "MeetingDay",
    "Officer",
    "Outside",
    "Profile",
    "Site",
    "Unit",
    "read_directory",
    "write_directory",
]
