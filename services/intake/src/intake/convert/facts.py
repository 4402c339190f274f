"""A kept fact as routing asks for it."""

import json
from collections.abc import Mapping
from typing import Any

from intake.convert.events import fact_message
from intake.domain.facts import Fact
from lianxin.exchange.v1 import case_part_pb2 as part


def fact_of_row(row: Mapping[Any, Any]) -> part.Fact:
    """The fact of a row of the table."""
    columns = {name: row[name] for name in ("event_id", "fact_no", "kind", "case_id", "epoch")}
    return fact_message(
        Fact(
            **columns,
            unit=row["unit"],
            actor=row["actor"],
            at=row["at"],
            body=json.loads(row["body"]),
            commitments=json.loads(row["commitments"]),
        )
    )
