"""A clock row as people see it: its last day, its article, and how it came about in words."""

from collections.abc import Mapping
from typing import Any

import msgspec

from kernel.instants import stamp
from kernel.regulation import Due, Profile, explain_text
from lianxin.common.v1 import case_pb2 as common

Values = Mapping[str, Any]
SHOWN = {"met_late": "breached", "lapsed": "breached"}
"""Finer words of the clock table, and the word of the wire that a client knows for them."""


def due(row: Values, profile: Profile, locale: str) -> common.Due:
    """One clock with its explanation in the caller's language."""
    kept = msgspec.convert(row["explanation"], Due)
    message = common.Due(
        clock=row["clock"],
        due_on=row["due_on"],
        article=profile.cite(profile.clock(row["clock"]).article, locale),
        provisional=row["provisional"],
        explanation=explain_text(profile, kept, locale),
        whose=row["whose"],
        state=str(SHOWN.get(row["state"], row["state"])),
        unit=row["unit"],
        started_on=row["started_on"],
    )
    if row["due_at"] is not None:
        message.due_at.CopyFrom(stamp(row["due_at"]))
    return message
