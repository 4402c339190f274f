"""Call-backs and evaluations as intake tells them."""

from uuid import UUID

from lianxin.intake.v1 import follow_up_pb2 as intake
from routing.commands.facts import FollowedUp


def followed_up(body: bytes) -> FollowedUp:
    """The event intake.followed_up."""
    event = intake.FollowedUp.FromString(body)
    return FollowedUp(
        case_id=UUID(event.case_id),
        epoch=event.epoch,
        kind=event.kind,
        unit=event.unit,
        actor=event.actor,
        result=event.result,
        performance=event.performance,
    )
