"""Group commit: many commands in one transaction, each of them alone to its handler.

A service hands a `Work` to its one `Writer` and awaits the answer, which comes after the COMMIT.
docs/adr/0040-group-commit.md says why and under which rules.
"""

from kernel.errors import DatabaseAway
from kernel.group_commit.errors import InternalFault, Overloaded, StorageFull, WriterStopped
from kernel.group_commit.work import Answered, Work, current_traceparent
from kernel.group_commit.writer import Committed, Writer
from kernel.readers import Readers

__all__ = [
    "Answered",
    "Committed",
    "DatabaseAway",
    "InternalFault",
    "Overloaded",
    "Readers",
    "StorageFull",
    "Work",
    "Writer",
    "WriterStopped",
    "current_traceparent",
]
