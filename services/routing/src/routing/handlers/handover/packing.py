"""Everything that goes with a sealed case, put together for the way."""

from collections.abc import Mapping
from typing import Any

from kernel.unit_of_work import UnitOfWork
from routing.domain.parcel import BlobName, Parcel, PartContent
from routing.node import Node
from routing.storage import handoffs, log, sealed

Values = Mapping[str, Any]


def parcel_of(uow: UnitOfWork, node: Node, row: Values) -> Parcel:
    """Everything that goes with a sealed case, as it was sealed."""
    parts = tuple(
        PartContent(
            service=line["service"],
            format=line["format"],
            content=sealed.unseal(uow, node, row["case_id"], line["content"]),
            blobs=tuple(BlobName(**blob) for blob in line["blobs"]),
        )
        for line in sorted(handoffs.parts(uow, row["handoff_id"]), key=lambda p: p["service"])
    )
    entries = [e for e in log.of_case(uow, row["case_id"]) if e.epoch <= row["epoch"]]
    return Parcel(handoffs.facts_of(row), tuple(entries), parts)
