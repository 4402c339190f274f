"""Events of mediation as they go out: codes, ids, states and times only."""

from kernel.doors import fact_message
from kernel.unit_of_work import EncodedEvent
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
