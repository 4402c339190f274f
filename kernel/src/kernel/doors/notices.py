"""A notice on the wire, the same at every service that sends any."""

from collections.abc import Mapping
from typing import Any

from kernel.instants import stamp
from lianxin.common.v1 import notice_pb2 as pb

COPIED = ("template", "state", "reason", "channel", "tries", "version", "done_by")
TIMES = ("at", "next_try_at", "sent_at", "done_at")


def notice_message(row: Mapping[Any, Any], case_no: str, role: str = "") -> pb.Notice:
    """A notice, and whose it is in the case; the contact it went to is kept nowhere."""
    return pb.Notice(
        notice_id=str(row["notice_id"]),
        case_id=str(row["case_id"]),
        case_no=case_no,
        occasion=row["occasion"].partition(":")[0],
        recipient_id=row["recipient"],
        role=role,
        unit_id=row["unit"],
        **{name: row[name] for name in COPIED},
        **{name: stamp(row[name]) for name in TIMES},
    )
