"""Which life of the node this is, kept outside its databases, so that a restore is noticed.

A database that was put back to an older state would give numbers and epochs a second time. So the
node keeps, in a directory that is not backed up with the databases, the number of its incarnation
and per service a witness of the highest outbox row. See handover.md section 4 and ADR 0060.
"""

from kernel.incarnation.adopt import Adopt, Adopting
from kernel.incarnation.beginning import Begun, Replaced, begin, until_replaced
from kernel.incarnation.files import (
    RESTORED,
    Incarnation,
    IncarnationFile,
    Witness,
    WitnessState,
)
from kernel.incarnation.standing import DatabaseFacts, Standing, check, facts

__all__ = [
    "RESTORED",
    "Adopt",
    "Adopting",
    "Begun",
    "DatabaseFacts",
    "Incarnation",
    "IncarnationFile",
    "Replaced",
    "Standing",
    "Witness",
    "WitnessState",
    "begin",
    "check",
    "facts",
    "until_replaced",
]
