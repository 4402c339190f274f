"""The sample disputes as drafts of registrations, moved to today."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from kernel.clock import SHANGHAI
from lianxin.cli.demo.world import DISCIPLINE, SAMPLES
from lianxin.cli.node.config import shipped
from lianxin.common.v1 import case_pb2 as words
from lianxin.intake.v1.case_pb2 import CaseDraft, Party, Request


@dataclass(frozen=True, slots=True)
class Sample:
    """A made-up matter, and what people would decide about it."""

    no: str
    story: str
    named: tuple[str, ...]
    draft: CaseDraft
    site: str
    unit: str
    procedure: words.Procedure.ValueType
    category: str
    purpose: words.Purpose.ValueType
    difficulty: words.Difficulty.ValueType
    colour: words.Colour.ValueType
    personal: tuple[str, ...]
    """What must never appear outside the sealed fields: names, phones, addresses, narrative."""


def load(now: datetime, file: Path | None = None) -> list[Sample]:
    """All samples in the order of the file."""
    path = file or shipped(SAMPLES) / "anji" / "cases.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_sample(json.loads(line), now) for line in lines]


def _sample(row: dict[str, Any], now: datetime) -> Sample:
    expected = row["expected"]
    return Sample(
        no=row["source_no"],
        story=row["story"],
        named=tuple(row["named_story"]),
        draft=_draft(row, now),
        site=expected["placement_site"],
        unit=expected["placement_unit"] or expected["placement_site"],
        procedure=words.Procedure.Value(f"PROCEDURE_{expected['procedure'].upper()}"),
        category=expected["category"],
        purpose=words.Purpose.Value(f"PURPOSE_{expected['purpose'].upper()}"),
        difficulty=words.Difficulty.Value(f"DIFFICULTY_{expected['difficulty'].upper()}"),
        colour=words.Colour.Value(f"COLOUR_{expected['colour'].upper()}"),
        personal=tuple(personal_of(row)),
    )


def personal_of(row: dict[str, Any]) -> list[str]:
    """Every personal value of a row."""
    fields = ("name", "phone", "living_place", "household_place")
    people = [p for p in row["parties"] if p.get("kind") == "person"]
    return [p[name] for p in people for name in fields if p.get(name)] + [row["narrative"]]


def _draft(row: dict[str, Any], now: datetime) -> CaseDraft:
    draft = CaseDraft(
        channel=words.Channel.Value(f"CHANNEL_{row['channel'].upper()}"),
        identity=words.IdentityMode.Value(f"IDENTITY_MODE_{row['identity'].upper()}"),
        parties=[_party(party) for party in row["parties"]],
        narrative=row["narrative"],
        requests=[Request(text=text) for text in row["requests"]],
        place_code=row["place_code"],
        place_text=row["place_text"],
        source_system=row["source_system"],
        source_no=row["source_no"],
        about_units=row["about_units"],
        sealed_for=DISCIPLINE if row["sealed"] else "",
        headcount=row["headcount"],
        urgent=row["urgent"],
        litigation_related=row["litigation_related"],
        backlog=row["backlog"],
    )
    draft.received_at.FromDatetime(received(row, now))
    return draft


def received(row: dict[str, Any], now: datetime) -> datetime:
    """When it came in: so many days before today at the hour of the row; old dates are true."""
    at = datetime.fromisoformat(row["received_at"])
    if row["days_before"] is not None:
        day = now.astimezone(SHANGHAI).date() - timedelta(days=row["days_before"])
        at = at.replace(year=day.year, month=day.month, day=day.day)
    return min(at.astimezone(UTC), now - timedelta(minutes=1))


def _party(row: dict[str, Any]) -> Party:
    return Party(
        role=words.PartyRole.Value(f"PARTY_ROLE_{row['role'].upper()}"),
        kind=words.PartyKind.Value(f"PARTY_KIND_{row['kind'].upper()}"),
        name=row.get("name") or "",
        phone=row.get("phone") or "",
        living_place=row.get("living_place") or "",
        household_place=row.get("household_place") or "",
        safe_contact=row.get("safe_contact") or "",
        unit_id=row.get("unit_id") or "",
        help_flags=row.get("help_flags") or [],
    )
