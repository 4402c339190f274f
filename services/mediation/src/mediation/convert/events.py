"""Events of mediation as they go out: codes, ids, states and times only."""

from datetime import UTC, datetime

from kernel.facts import Fact
from kernel.unit_of_work import EncodedEvent
from lianxin.exchange.v1 import case_part_pb2 as part
from lianxin.mediation.v1 import events_pb2 as events
from mediation.convert.words import kind_out
from mediation.domain.events import MediationFactRecorded


def encode(event: object) -> EncodedEvent:
    """What the outbox takes for an event."""
    if not isinstance(event, MediationFactRecorded):
        raise TypeError(f"mediation has no event {type(event).__name__}")
    fact = event.fact
    message = events.MediationFactRecorded(
        fact=fact_message(fact),
        state=event.state,
        kind=kind_out(event.kind),
    )
    subject = f"case.{event.path}.{fact.kind}"
    return EncodedEvent(fact.kind, subject, fact.case_id, message.SerializeToString())


def fact_message(fact: Fact) -> part.Fact:
    """A fact on the wire."""
    return part.Fact(
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
    return at.astimezone(UTC).isoformat(timespec="microseconds")
