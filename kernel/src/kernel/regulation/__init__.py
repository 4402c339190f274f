"""The regulation profile of a place, and due dates that explain themselves.

Read a profile (`load_profile`, `find_profile`), compute an end (`due`), explain it
(`explain_text`, `explain_due_json`), follow it (`milestones`), compute it again when a holiday
notice comes (`recompute`), compare a place with the nation (`check`).
"""

from kernel.regulation.answer import Due, Explanation
from kernel.regulation.applying import applies, conditions
from kernel.regulation.check import Finding, FindingKind, check
from kernel.regulation.clocks import Clock, ExtensionRule, Ladder, Step, SuspensionRule, Text
from kernel.regulation.compute import due, end_of_day, shanghai_day
from kernel.regulation.errors import (
    ClockUnknown,
    DateBeforeStart,
    DateMissing,
    ExtensionNotAllowed,
    ExtensionTooLate,
    ExtensionTooLong,
    ExtensionTooShort,
    ProfileInvalid,
    ProfileUnknown,
    RegulationError,
    StartInvalid,
    SuspensionInvalid,
    SuspensionNotAllowed,
)
from kernel.regulation.explain import explain_change, explain_due_json, explain_text
from kernel.regulation.facts import Extension, Suspension
from kernel.regulation.load import find_profile, load_profile, parse_profile
from kernel.regulation.profile import Profile, Source
from kernel.regulation.recompute import Change, ProfileMismatch, again, recompute
from kernel.regulation.rules import Rules
from kernel.regulation.supervision import (
    Milestone,
    MilestoneKind,
    is_breached,
    milestones,
    passed,
    warnings,
)
from kernel.regulation.values import (
    Approval,
    Dissatisfied,
    Level,
    Procedure,
    ReviewBody,
    Silence,
    Start,
    SuspensionKind,
    Unit,
    Whose,
)

__all__ = [
    "Approval",
    "Change",
    "Clock",
    "ClockUnknown",
    "DateBeforeStart",
    "DateMissing",
    "Dissatisfied",
    "Due",
    "Explanation",
    "Extension",
    "ExtensionNotAllowed",
    "ExtensionRule",
    "ExtensionTooLate",
    "ExtensionTooLong",
    "ExtensionTooShort",
    "Finding",
    "FindingKind",
    "Ladder",
    "Level",
    "Milestone",
    "MilestoneKind",
    "Procedure",
    "Profile",
    "ProfileInvalid",
    "ProfileMismatch",
    "ProfileUnknown",
    "RegulationError",
    "ReviewBody",
    "Rules",
    "Silence",
    "Source",
    "Start",
    "StartInvalid",
    "Step",
    "Suspension",
    "SuspensionInvalid",
    "SuspensionKind",
    "SuspensionNotAllowed",
    "SuspensionRule",
    "Text",
    "Unit",
    "Whose",
    "again",
    "applies",
    "check",
    "conditions",
    "due",
    "end_of_day",
    "explain_change",
    "explain_due_json",
    "explain_text",
    "find_profile",
    "is_breached",
    "load_profile",
    "milestones",
    "parse_profile",
    "passed",
    "recompute",
    "shanghai_day",
    "warnings",
]
