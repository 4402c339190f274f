"""Mediation's part of a case, as it travels from one holder to the next."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FORMAT = "mediation/1"
"""Format and version. A field is added, never renamed; a reader ignores what it does not know."""


@dataclass(frozen=True, slots=True)
class Part:
    """Rows by the name of their table, opened: what is personal is in clear with its salt.

    It leaves the node only over an encrypted line to the node that takes the case.
    """

    rows: Mapping[str, tuple[Mapping[str, Any], ...]]
