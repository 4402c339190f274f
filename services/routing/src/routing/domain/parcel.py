"""What travels with a case: the hand-over, the sealed log, the parts of all services."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from routing.domain.chain import LogEntry

ROUTING_PART = "routing"
"""Service name of routing's own part."""


@dataclass(frozen=True, slots=True)
class HandoffFacts:
    """A hand-over row as it travels."""

    handoff_id: UUID
    case_id: UUID
    case_no: str
    kind: str
    epoch: int
    from_unit: str
    to_unit: str
    final_unit: str
    origin_unit: str
    origin_handoff_id: UUID
    reason: str
    due_on: str
    report_owed: bool
    ordered_by: str
    at: datetime
    actor: str
    traceparent: str
    copied_units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BlobName:
    """A file that follows by itself, named by its content."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class PartContent:
    """A service's part of the case; empty content when the service has none."""

    service: str
    format: str
    content: bytes
    blobs: tuple[BlobName, ...]


@dataclass(frozen=True, slots=True)
class Parcel:
    """Everything that goes with a case."""

    handoff: HandoffFacts
    log: tuple[LogEntry, ...]
    parts: tuple[PartContent, ...]


def blank(handoff_id: UUID, case_id: UUID, epoch: int, at: datetime) -> HandoffFacts:
    """A hand-over of which only its id is known: an offer not yet claimed, a tombstone."""
    return HandoffFacts(
        handoff_id=handoff_id,
        case_id=case_id,
        case_no="",
        kind="",
        epoch=epoch,
        from_unit="",
        to_unit="",
        final_unit="",
        origin_unit="",
        origin_handoff_id=handoff_id,
        reason="",
        due_on="",
        report_owed=False,
        ordered_by="",
        at=at,
        actor="",
        traceparent="",
        copied_units=(),
    )
