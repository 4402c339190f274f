"""Openness of hearings on the wire, both ways."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from hearing.commands.openness import HoldInPrivate
from hearing.convert.fields import Fields
from hearing.domain.openness import Ground
from kernel.wording import Words
from lianxin.hearing.v1 import openness_pb2 as pb

GROUND = Words(pb.PrivateGround, "PRIVATE_GROUND", Ground)


def hold_in_private(request: pb.HoldInPrivateRequest) -> tuple[UUID, Any]:
    """Not in public."""
    fields = Fields()
    request_id, case_id, seen = fields.on_case(request)
    ground = fields.optional_word("ground", GROUND, request.ground)
    fields.check()
    return request_id, HoldInPrivate(case_id, seen, ground)


def followed(grounds: Iterable[Ground], *, changed: bool) -> pb.FollowRegistrationResponse:
    """What is registered now."""
    numbers = map(GROUND.number, grounds)
    return pb.FollowRegistrationResponse(changed=changed, never_public=numbers)
