"""The day that a hearing waits for, by where it stands."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from kernel.clock import SHANGHAI
from lianxin.cli.paging import listed
from lianxin.cli.session import Session
from lianxin.hearing.v1.hearing_service_pb2 import ListHearingsRequest

AHEAD = timedelta(days=7)
STATES = ("requested", "granted", "set", "noticed", "adjourned", "concluded")
"""States in which the next act has a last day."""
MOST = 200


def due_on(hearing: Mapping[str, Any]) -> str:
    """The last day of the next act, ISO: decide, hold, notice, the day itself, serve; or ""."""
    hold_by = (hearing["needs"] or {}).get("hold_by", "")
    by_state = {
        "requested": hearing["decide_by"],
        "granted": hold_by,
        "adjourned": hold_by,
        "set": hearing["notice_by"] or hold_by,
        "noticed": hearing["day"],
        "concluded": "" if hearing["served_at"] else hearing["serve_by"],
    }
    return str(by_state.get(hearing["state"]) or "")


def is_due(hearing: Mapping[str, Any]) -> bool:
    """Whether that day comes within a week or has passed."""
    day = due_on(hearing)
    return bool(day) and day <= (datetime.now(SHANGHAI).date() + AHEAD).isoformat()


def waiting(session: Session, wanted: ListHearingsRequest, limit: int) -> tuple[list[Any], bool]:
    """Hearings with a next act, at most `limit`; and whether there are more."""
    wanted.states[:] = STATES
    return listed(session, session.hearing.ListHearings, wanted, limit, "files")
