"""Parcels, rows and letters as they travel between nodes and to the services of a node."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from kernel.instants import stamp
from lianxin.exchange.v1 import case_exchange_pb2 as pb
from lianxin.exchange.v1 import case_part_pb2 as part_pb
from routing.convert.events import instant
from routing.domain.chain import LogEntry, canonical
from routing.domain.parcel import BlobName, HandoffFacts, Parcel, PartContent

PLAIN = (
    "case_no",
    "kind",
    "epoch",
    "from_unit",
    "to_unit",
    "final_unit",
    "origin_unit",
    "reason",
    "due_on",
    "report_owed",
    "ordered_by",
    "actor",
    "traceparent",
)


def parcel_out(parcel: Parcel) -> pb.Parcel:
    """A parcel as it travels."""
    return pb.Parcel(
        handoff=handoff_out(parcel.handoff),
        log=[_entry_out(entry) for entry in parcel.log],
        parts=[
            pb.Part(
                service=part.service,
                format=part.format,
                content=part.content,
                blobs=[part_pb.Blob(sha256=b.sha256, size=b.size) for b in part.blobs],
            )
            for part in parcel.parts
        ],
    )


def parcel_in(parcel: pb.Parcel) -> Parcel:
    """A parcel that came. Raises ValueError for malformed ids or instants."""
    return Parcel(
        handoff=handoff_in(parcel.handoff),
        log=tuple(_entry_in(parcel.handoff.case_id, entry) for entry in parcel.log),
        parts=tuple(
            PartContent(
                service=part.service,
                format=part.format,
                content=part.content,
                blobs=tuple(BlobName(b.sha256, b.size) for b in part.blobs),
            )
            for part in parcel.parts
        ),
    )


def handoff_out(facts: HandoffFacts) -> pb.Handoff:
    """A hand-over row as it travels."""
    return pb.Handoff(
        handoff_id=str(facts.handoff_id),
        case_id=str(facts.case_id),
        origin_handoff_id=str(facts.origin_handoff_id),
        at=stamp(facts.at),
        copied_units=facts.copied_units,
        **{name: getattr(facts, name) for name in PLAIN},
    )


def handoff_in(handoff: pb.Handoff) -> HandoffFacts:
    """A hand-over row that came."""
    return HandoffFacts(
        handoff_id=UUID(handoff.handoff_id),
        case_id=UUID(handoff.case_id),
        origin_handoff_id=UUID(handoff.origin_handoff_id or handoff.handoff_id),
        at=instant(handoff.at),
        copied_units=tuple(handoff.copied_units),
        **{name: getattr(handoff, name) for name in PLAIN},
    )


def _entry_out(entry: LogEntry) -> pb.LogEntry:
    return pb.LogEntry(
        epoch=entry.epoch,
        n=entry.n,
        kind=entry.kind,
        unit=entry.unit,
        actor=entry.actor,
        at=entry.at,
        body_json=entry.body,
        prev_hash=entry.prev_hash,
        hash=entry.hash,
        commitments=msgspec.json.decode(entry.commitments or "{}"),
    )


def _entry_in(case_id: str, entry: pb.LogEntry) -> LogEntry:
    return LogEntry(
        case_id=UUID(case_id),
        epoch=entry.epoch,
        n=entry.n,
        kind=entry.kind,
        unit=entry.unit,
        actor=entry.actor,
        at=entry.at,
        body=entry.body_json,
        commitments=canonical(dict(entry.commitments)),
        prev_hash=entry.prev_hash,
        hash=entry.hash,
    )


def letter_out(row: Mapping[str, Any]) -> pb.Letter:
    """A letter as it travels; its sealed text is opened by the caller before."""
    return pb.Letter(
        letter_id=str(row["letter_id"]),
        kind=row["kind"],
        case_id=str(row["case_id"]),
        epoch=row["epoch"],
        handoff_id=row["handoff_id"],
        from_unit=row["from_unit"],
        to_unit=row["to_unit"],
        actor=row["actor"],
        at=row["at"].astimezone(UTC).isoformat(timespec="microseconds"),
        sealed_body=row["sealed_body"] or b"",
        body=row["body"],
    )


def letter_in(letter: pb.Letter) -> dict[str, Any]:
    """A letter that came. Raises ValueError for malformed ids or instants."""
    return {
        "letter_id": UUID(letter.letter_id),
        "kind": letter.kind,
        "case_id": UUID(letter.case_id),
        "epoch": letter.epoch,
        "handoff_id": letter.handoff_id,
        "from_unit": letter.from_unit,
        "to_unit": letter.to_unit,
        "actor": letter.actor,
        "at": datetime.fromisoformat(letter.at),
        "body": dict(letter.body),
        "sealed_body": letter.sealed_body or None,
    }


def row_out(row: Mapping[str, Any]) -> pb.RowState:
    """A hand-over row as a comparison tells it."""
    return pb.RowState(
        handoff_id=str(row["handoff_id"]),
        case_id=str(row["case_id"]),
        epoch=row["epoch"],
        from_node=row["from_node"],
        to_node=row["to_node"],
        state=row["state"],
    )


def row_in(row: pb.RowState) -> dict[str, Any]:
    """A row that the neighbour told."""
    return {
        "handoff_id": UUID(row.handoff_id),
        "case_id": UUID(row.case_id),
        "epoch": row.epoch,
        "from_node": row.from_node,
        "to_node": row.to_node,
        "state": row.state,
    }


def known_out(case_ids: Iterable[UUID], since: datetime | None) -> pb.KnownCases | None:
    """The cases of a restored node; None for one that never was."""
    if since is None:
        return None
    return pb.KnownCases(case_ids=[str(case_id) for case_id in case_ids], since=stamp(since))
