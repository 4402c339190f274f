"""Suggestions as the database keeps them: one JSON text a case."""

from collections.abc import Sequence

import msgspec

from intake.domain.suggestions import Suggestion

_decode = msgspec.json.Decoder(list[Suggestion]).decode


def to_text(suggestions: Sequence[Suggestion]) -> str:
    """What goes into `cases.suggestions`."""
    return msgspec.json.encode(suggestions).decode()


def from_text(text: str) -> list[Suggestion]:
    """What came from there. Raises msgspec.ValidationError for anything else."""
    return _decode(text)
