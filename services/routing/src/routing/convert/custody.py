"""A case as GetCustody shows it, and its log in plain words."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kernel.catalogue import Catalogue, Language
from kernel.directory import Directory
from kernel.instants import stamp
from kernel.regulation import Profile
from kernel.scope import Level
from lianxin.routing.v1 import custody_pb2 as pb
from routing.convert import words
from routing.convert.dues import due
from routing.domain.protocol import OPEN_ROWS
from routing.storage.reading import Details, Found

Values = Mapping[str, Any]
PLAIN = (
    "case_no",
    "epoch",
    "version",
    "state",
    "holder_unit",
    "signed",
    "category",
    "lead_officer",
    "frozen",
    "backlog",
    "urgent",
    "place_unit",
    "competent_unit",
    "supervising_unit",
    "registering_unit",
    "regulation",
)
INSIDE = ("handler", "freeze_reason", "pending", "litigation")
OTHER = "ENTRY_OTHER"
REASON = "reason"
"""What a service said against a hand-over: `hearing:HEARING_NOTICED`."""
UNITS = frozenset({"unit", "to_unit", "from_unit", "question_to", "question", "successor"})
"""Names in an entry's body whose value is a unit: a text shows the unit's title."""


def header_out(found: Found, directory: Directory) -> pb.Custody:
    """What everybody sees who may know of the case."""
    row = found.row
    custody = pb.Custody(
        case_id=str(row["case_id"]),
        holder_title=directory.title(row["holder_unit"]),
        holder_phone=directory.phone(row["holder_unit"]),
        colour=words.colour(row["colour"]),
        progress=words.progress(row["progress"]),
        difficulty=words.difficulty(row["difficulty"]),
        procedure=words.procedure(row["procedure"]),
        ending=words.ending(row["ending"]),
        header_only=row["custody"] == "none",
        custody=row["custody"],
        as_of=stamp(row["as_of"]),
        registered_at=stamp(row["registered_at"]),
        accepted_at=row["accepted_at"] and stamp(row["accepted_at"]),
        **{name: row[name] for name in PLAIN},
    )
    if found.level >= Level.TIMELINE:
        for name in INSIDE:
            setattr(custody, name, row[name])
        custody.placements.extend(row["placements"])
    return custody


def add_details(
    custody: pb.Custody, details: Details, profile: Callable[[], Profile], language: Language
) -> None:
    """Clocks, hand-overs, joint handling, supervision, referrals."""
    custody.dues.extend(due(row, profile(), language.value) for row in details.clocks)
    custody.handovers.extend(_handover(row) for row in details.handoffs if row["kind"])
    custody.cohandlings.extend(
        pb.Cohandling(
            cohandling_id=str(row["cohandling_id"]),
            unit_id=row["unit"],
            task=row["task"],
            due_on=row["due_on"],
            state=row["state"],
        )
        for row in details.cohandlings
    )
    custody.supervisions.extend(_supervision(row) for row in details.supervisions)
    custody.referrals.extend(
        pb.Referral(
            referral_id=str(row["referral_id"]),
            outside_unit=row["outside_unit"],
            state=row["state"],
            due_on=row["due_on"],
            letter_no=row["letter_no"],
        )
        for row in details.referrals
    )


def _handover(row: Values) -> pb.Handover:
    shown = pb.Handover(
        handoff_id=str(row["handoff_id"]),
        kind=row["kind"],
        epoch=row["epoch"],
        from_unit=row["from_unit"],
        to_unit=row["to_unit"],
        final_unit=row["final_unit"],
        state=row["state"],
        reason=row["reason"],
        at=stamp(row["at"]),
        due_on=row["due_on"],
        report_owed=row["report_owed"],
        refusal=row["refusal"],
        objection=row["objection"] or "none",
        signed=row["signed_at"] is not None,
    )
    if row["closed_at"] is not None and row["state"] not in OPEN_ROWS:
        shown.closed_at.CopyFrom(stamp(row["closed_at"]))
    return shown


def _supervision(row: Values) -> pb.Supervision:
    return pb.Supervision(
        supervision_id=str(row["supervision_id"]),
        level=row["level"],
        unit_id=row["unit"],
        by_unit=row["by_unit"],
        reason=row["reason"],
        at=stamp(row["at"]),
        due_on=row["due_on"],
        state=row["state"],
        talk=row["talk"],
    )


def entry_out(row: Values, directory: Directory, texts: Catalogue, language: Language) -> pb.Entry:
    """An entry of the log with a sentence for people."""
    body = row["body"] if isinstance(row["body"], dict) else json.loads(row["body"] or "{}")
    speaker = Speaker(directory, texts, language)
    return pb.Entry(
        epoch=row["epoch"],
        n=row["n"],
        kind=row["kind"],
        text=speaker.sentence(row["kind"], row["unit"], body),
        unit=row["unit"],
        actor=row["actor"],
        at=stamp(row["at"]),
        body_json=json.dumps(body, sort_keys=True, ensure_ascii=False),
        hash=row["hash"],
    )


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says what an entry means: units by their titles, codes by their words."""

    directory: Directory
    texts: Catalogue
    language: Language

    def sentence(self, kind: str, unit: str, body: Mapping[str, Any]) -> str:
        """One sentence; for a kind without words, the kind itself."""
        values = {name: self._word(name, str(value)) for name, value in body.items()}
        values |= {"by": self.directory.title(unit), "kind": kind}
        key = entry_key(kind)
        known = self.texts.has(key, self.language)
        return self.texts.text(key if known else OTHER, self.language, **values)

    def _word(self, name: str, value: str) -> str:
        if name in UNITS:
            return self.directory.title(value)
        _, colon, code = value.rpartition(":")
        if name == REASON and colon and self.texts.has(code, self.language):
            return self.texts.text(code, self.language).rstrip("。.")
        key = f"WORD_{value.upper()}"
        return self.texts.text(key, self.language) if self.texts.has(key, self.language) else value


def entry_key(kind: str) -> str:
    """The catalogue's key of an entry kind: `handover.received` is ENTRY_HANDOVER_RECEIVED."""
    return f"ENTRY_{kind.replace('.', '_').upper()}"
