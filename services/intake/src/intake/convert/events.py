"""Events of intake as they go out: codes, ids, states and times only."""

from functools import singledispatch

from intake.convert.instants import text
from intake.convert.words import CHANNEL, COLOUR, DIFFICULTY, ENDING, PROCEDURE, PURPOSE
from intake.domain.facts import CaseFactRecorded, CaseRegistered
from intake.domain.follow_up import FollowedUp
from kernel.doors import fact_message
from kernel.facts import Fact
from kernel.instants import stamp
from kernel.unit_of_work import EncodedEvent
from lianxin.intake.v1 import events_pb2 as events
from lianxin.intake.v1 import follow_up_pb2 as after

FOLLOWED_UP = "intake.followed_up"


def encode(event: object) -> EncodedEvent:
    """What the outbox takes for an event."""
    return _encode(event)


@singledispatch
def _encode(event: object) -> EncodedEvent:
    raise TypeError(f"intake has no event {type(event).__name__}")


@_encode.register
def _(event: CaseRegistered) -> EncodedEvent:
    message = events.CaseRegistered(
        fact=fact_message(event.fact),
        case_no=event.case_no,
        unit=event.fact.unit,
        path=event.path,
        place_code=event.place_code,
        category=event.category,
        procedure=PROCEDURE.number(event.procedure),
        purpose=PURPOSE.number(event.purpose),
        difficulty=DIFFICULTY.number(event.difficulty),
        colour=COLOUR.number(event.colour),
        channel=CHANNEL.number(event.channel),
        received_at=stamp(event.received_at),
        registered_at=stamp(event.registered_at),
        backlog=event.backlog,
        urgent=event.urgent,
        sealed_for=event.sealed_for,
        about_units=event.about_units,
        regulation=event.regulation,
        reachable=event.reachable,
        headcount=event.headcount,
        litigation_related=event.litigation_related,
    )
    return _out(event.fact, event.path, message.SerializeToString())


@_encode.register
def _(event: CaseFactRecorded) -> EncodedEvent:
    message = events.CaseFactRecorded(
        fact=fact_message(event.fact),
        state=event.state,
        category=event.category,
        procedure=PROCEDURE.number(event.procedure),
        difficulty=DIFFICULTY.number(event.difficulty),
        colour=COLOUR.number(event.colour),
        ending=ENDING.number(event.ending),
        effective_at=stamp(event.effective_at),
        substantive=event.substantive,
        purpose=PURPOSE.number(event.purpose),
        place_code=event.place_code,
        litigation_related=event.litigation,
    )
    return _out(event.fact, event.path, message.SerializeToString())


@_encode.register
def _(event: FollowedUp) -> EncodedEvent:
    message = after.FollowedUp(
        case_id=str(event.case_id),
        epoch=event.epoch,
        kind=event.kind,
        unit=event.unit,
        actor=event.actor,
        at=text(event.at),
        result=event.result,
        performance=event.performance,
    )
    subject = f"case.{event.path}.{FOLLOWED_UP}"
    return EncodedEvent(FOLLOWED_UP, subject, event.case_id, message.SerializeToString())


def _out(fact: Fact, path: str, body: bytes) -> EncodedEvent:
    return EncodedEvent(fact.kind, f"case.{path}.{fact.kind}", fact.case_id, body)
