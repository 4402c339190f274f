"""A part as the draft it once was, as far as the search for duplicates needs it."""

from typing import Any

import msgspec

from intake.domain.matter import Draft, PartyDraft
from intake.domain.part import Part
from intake.domain.words import Channel, Identity, PartyKind, PartyRole
from kernel.sealing import SALT_BYTES

_decode = msgspec.json.Decoder(type=dict[str, Any]).decode


def as_draft(part: Part) -> Draft:
    """Narrative, requests, place and parties of a part that has just been opened."""
    said = _said(part.case["sealed_content"])
    return Draft(
        channel=Channel(part.case["channel"]),
        identity=Identity(part.case["identity"]),
        narrative=said.get("narrative", ""),
        place_code=part.case["place_code"],
        requests=tuple(_said(row["sealed"]).get("text", "") for row in part.requests),
        parties=tuple(
            PartyDraft(
                role=PartyRole(row["role"]),
                kind=PartyKind(row["kind"]),
                name=_said(row["sealed"]).get("name", ""),
                phone=_said(row["sealed"]).get("phone", ""),
            )
            for row in part.parties
        ),
    )


def _said(salted: bytes | None) -> dict[str, Any]:
    return _decode(salted[SALT_BYTES:]) if salted else {}
