"""What was written on a case, as ListWritings shows it."""

from collections.abc import Mapping
from typing import Any

from kernel.instants import stamp
from lianxin.routing.v1 import custody_pb2 as pb

ABOUT = ("report_id", "supervision_id", "cohandling_id", "referral_id")


def writing_out(row: Mapping[str, Any]) -> pb.Writing:
    """A letter with its text opened."""
    body = row["body"]
    return pb.Writing(
        writing_id=str(row["letter_id"]),
        kind=row["kind"],
        unit=row["from_unit"],
        actor=row["actor"],
        at=stamp(row["at"]),
        text=row["text"],
        about=next((body[name] for name in ABOUT if body.get(name)), ""),
        to_unit=row["to_unit"],
        open=row["open"],
    )
