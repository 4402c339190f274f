"""Facts of mediation, as routing hears them."""

from datetime import datetime

from lianxin.mediation.v1 import events_pb2 as mediation
from routing.commands.facts import RecordFact
from routing.convert.events import fact_from


def mediation_fact(body: bytes) -> RecordFact:
    """A fact for the log; of the matter itself it says nothing new but when it came to be so.

    Which acts count against circling is for the profile of the case alone to say.
    """
    event = mediation.MediationFactRecorded.FromString(body)
    return RecordFact(
        fact=fact_from("mediation", event.fact),
        effective_at=_moment(event.fact.body.get("effective_at", "")),
    )


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
