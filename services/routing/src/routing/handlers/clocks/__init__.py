"""Clocks of a case: the citizen's run on through every hand-over, a unit's begin with its holding.

Every date comes from the profile the case is pinned to; events processed late start and end their
clocks at the time of the event.
"""

from routing.handlers.clocks.case_clocks import (
    fit,
    meet_starting,
    on_ended,
    on_fact,
    on_registered,
    on_reopened,
    start_from,
)
from routing.handlers.clocks.holding import (
    objection_lapsed,
    on_decided,
    on_left,
    on_objected,
    on_received,
    on_signed,
    on_undecided,
)
from routing.handlers.clocks.recompute import RecomputeDues, catch_up, recompute
from routing.handlers.clocks.running import refresh

__all__ = [
    "RecomputeDues",
    "catch_up",
    "fit",
    "meet_starting",
    "objection_lapsed",
    "on_decided",
    "on_ended",
    "on_fact",
    "on_left",
    "on_objected",
    "on_received",
    "on_registered",
    "on_reopened",
    "on_signed",
    "on_undecided",
    "recompute",
    "refresh",
    "start_from",
]
