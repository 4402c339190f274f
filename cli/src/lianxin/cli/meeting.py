"""A sitting of a meeting day as commands name it, and who was there as people type it."""

from typing import Any

from lianxin.cli.cases import new_request_id
from lianxin.cli.errors import BadInput, CommandFailed, NodeAway, Unanswered
from lianxin.cli.session import Session
from lianxin.common.v1 import case_pb2 as common
from lianxin.intake.v1 import meeting_day_pb2 as pb

RESIDENT_COUNT = -1
"""Residents who came, when nobody counted."""
PARTS, TRIES = 3, 3
CANCELLED = "cancelled"


def sitting_desk(session: Session) -> Any:
    """MeetingDayService."""
    return session.meeting_days


def sitting_seen(session: Session, said: str) -> Any:
    """A sitting by its id, or by the day on which one's own unit sat. Raises BadInput."""
    desk = sitting_desk(session)
    if len(said) == len("2026-11-06"):
        request = pb.ListSittingsRequest(unit_id=session.unit, from_day=said, to_day=said)
        found = session.ask(desk.ListSittings(request)).sittings
        open_ones = [one for one in found if one.state != "cancelled"] or found
        if len(open_ones) != 1:
            raise BadInput("SITTING_UNKNOWN", field="SITTING", value=said)
        return open_ones[0]
    return session.ask(desk.GetSitting(pb.GetSittingRequest(sitting_id=said))).sitting


def at_sitting(session: Session, said: str, record: dict[str, Any]) -> Any:
    """The sitting in which a matter is registered; channel and occasion go into its record.

    Raises:
        BadInput: no such sitting, or the matter is sealed: it has no place in a public sitting.
        CommandFailed: the sitting takes no more matters; nothing was registered.
    """
    if record.get("sealed_for"):
        raise BadInput("SEALED_IN_SITTING", field="--sitting")
    seen = sitting_seen(session, said)
    if seen.state == CANCELLED or seen.minutes:
        raise CommandFailed("SITTING_OVER", field="--sitting", on_day=seen.on_day)
    record["channel"] = record.get("channel") or "meeting_day"
    record["tags"] = [*record.get("tags", []), f"meeting_day:{seen.on_day}"]
    return seen


def into_sitting(session: Session, seen: Any, stamp: common.CaseStamp) -> None:
    """Add a matter that was registered in a sitting; one that is there already stays as it is.

    Raises:
        CommandFailed: it was registered, and is not in the sitting; says how to put it there.
    """
    request = pb.AddMattersRequest(
        request_id=new_request_id(),
        sitting_id=seen.sitting_id,
        case_ids=[stamp.case_id],
        registered_there=True,
    )
    try:
        _patiently(session, request)
    except CommandFailed as failed:
        why = failed.message or failed.reason
        sitting = {"on_day": seen.on_day, "sitting": seen.sitting_id}
        raise CommandFailed("NOT_IN_SITTING", case_no=stamp.case_no, why=why, **sitting) from None


def _patiently(session: Session, request: pb.AddMattersRequest) -> None:
    """The same request again where nobody answered: it is done once."""
    for _ in range(TRIES - 1):
        try:
            session.ask(session.meeting_days.AddMatters(request))
        except (NodeAway, Unanswered):
            continue
        return
    session.ask(session.meeting_days.AddMatters(request))


def attendee(said: str, *, first: bool) -> pb.Attendee:
    """`POST:NAME` or `POST:NAME:UNIT`; who stands first presides. Raises BadInput."""
    parts = [part.strip() for part in said.replace("：", ":").split(":")]
    if not 1 < len(parts) <= PARTS or not all(parts[:2]):
        raise BadInput("ATTENDEE_MALFORMED", field="--present", value=said[:40])
    post, name, unit = (*parts, "")[:PARTS]
    return pb.Attendee(post=post, name=name, unit_id=unit, presides=first)
