"""Events of hearing as they go out: codes, ids, states and times only."""

from hearing.domain.events import HearingFactRecorded
from kernel.doors import fact_message
from kernel.unit_of_work import EncodedEvent
from lianxin.hearing.v1 import events_pb2 as events


def encode(event: object) -> EncodedEvent:
    """What the outbox takes for an event."""
    if not isinstance(event, HearingFactRecorded):
        raise TypeError(f"hearing has no event {type(event).__name__}")
    fact = event.fact
    message = events.HearingFactRecorded(
        fact=fact_message(fact),
        state=event.state,
        number=event.number,
        hearing_id=str(event.hearing_id),
    )
    subject = f"case.{event.path}.{fact.kind}"
    return EncodedEvent(fact.kind, subject, fact.case_id, message.SerializeToString())
