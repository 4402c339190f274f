"""A fact of a service on the wire: in its event, and for a log that missed it."""

from datetime import UTC, datetime

from kernel.facts import Fact
from lianxin.exchange.v1 import case_part_pb2 as pb


def fact_message(fact: Fact) -> pb.Fact:
    """The fact as it travels."""
    return pb.Fact(
        event_id=str(fact.event_id),
        fact_no=fact.fact_no,
        kind=fact.kind,
        case_id=str(fact.case_id),
        epoch=fact.epoch,
        unit=fact.unit,
        actor=fact.actor,
        at=_text(fact.at),
        body=fact.body,
        commitments=fact.commitments,
    )


def _text(at: datetime) -> str:
    """RFC 3339 in UTC with microseconds."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
