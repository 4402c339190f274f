"""The doors that are the same in every service with case data.

The one package of the kernel that imports generated code, and only what every service of a node
speaks: CasePartService of the exchange, and what routing keeps for all. For servicers, convert,
subscriptions and apps; handlers never come by here.
"""

from kernel.doors.case_part import CaseParts, OwnPart
from kernel.doors.endings import unsaid
from kernel.doors.facts import fact_message
from kernel.doors.not_kept import PartServicer
from kernel.doors.readings import READINGS_ACCESS, readings_served
from kernel.doors.routing import custody_changed, follow_law, follow_routing, hear_routing
from kernel.doors.serving import PART_ACCESS, part_served

__all__ = [
    "PART_ACCESS",
    "READINGS_ACCESS",
    "CaseParts",
    "OwnPart",
    "PartServicer",
    "custody_changed",
    "fact_message",
    "follow_law",
    "follow_routing",
    "hear_routing",
    "part_served",
    "readings_served",
    "unsaid",
]
