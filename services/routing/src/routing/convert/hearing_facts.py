"""Facts of hearing, as routing hears them."""

from lianxin.hearing.v1 import events_pb2 as hearing
from routing.commands.facts import HEARING_BEGINS, HEARING_OVER, RecordFact
from routing.convert.events import fact_from

DECIDED, GRANTED = "hearing.decided", "granted"
OVER = frozenset({"hearing.concluded", "hearing.withdrawn", "hearing.cancelled"})
"""After these nothing more is heard, so that days are counted again; one refused never began."""


def hearing_fact(body: bytes) -> RecordFact:
    """A fact for the log, and whether the days of a hearing begin with it or end."""
    event = hearing.HearingFactRecorded.FromString(body)
    return RecordFact(fact=fact_from("hearing", event.fact), hearing=_days(event))


def _days(event: hearing.HearingFactRecorded) -> str:
    if event.fact.kind == DECIDED and event.state == GRANTED:
        return HEARING_BEGINS
    return HEARING_OVER if event.fact.kind in OVER else ""
