"""Intake's part of a case, as it travels from one holder to the next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FORMAT = "intake/1"
"""Format and version. A field is added, never renamed; a reader ignores what it does not know."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """Rows by table, opened: what is personal is in clear with its salt, for a receiver to seal.

    It leaves the node only over an encrypted line to the node that takes the case.
    """

    case: Row
    code_key: bytes = field(repr=False)
    parties: tuple[Row, ...] = ()
    requests: tuple[Row, ...] = ()
    attachments: tuple[Row, ...] = ()
    history: tuple[Row, ...] = ()
    links: tuple[Row, ...] = ()
    terms: tuple[str, ...] = ()
    steps: tuple[Row, ...] = ()
    callbacks: tuple[Row, ...] = ()
    calls: tuple[Row, ...] = ()
    evaluations: tuple[Row, ...] = ()
    invitations: tuple[Row, ...] = ()
    invited_words: tuple[Row, ...] = ()


STAYS = frozenset(
    {
        "case_id",
        "holder_unit",
        "holder_path",
        "epoch",
        "recorded_at",
        "sealed_code_key",
        "next_due_on",
        "next_clock",
        "told_at",
        "followed_epoch",
        "reported_back_at",
    }
)
"""Columns of a case that each node knows by itself."""
