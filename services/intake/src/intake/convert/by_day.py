"""What a list of days is asked for, and how it goes on."""

from datetime import datetime
from typing import Protocol

from intake.convert import lists
from intake.convert.fields import Fields
from intake.domain.filters import page_size
from intake.office import day_of
from intake.storage.by_day import Asked
from kernel.identity import Caller


class Request(Protocol):
    """The fields that every such request has."""

    unit_id: str
    all: bool
    overdue: bool
    page_size: int
    page_token: str


def asked_of(name: str, request: Request, caller: Caller, now: datetime) -> tuple[Asked, str]:
    """What the RPC `name` is asked for, and the mark of its page tokens.

    Raises PageTokenInvalid, FieldsInvalid.
    """
    fields = Fields()
    named = fields.code("unit_id", request.unit_id)
    fields.check()
    unit = "" if request.all else named or caller.unit
    mark = lists.mark_of(name, unit.encode(), bytes([request.overdue]))
    asked = Asked(
        caller=caller,
        unit=unit,
        now=now,
        today=day_of(now),
        overdue=request.overdue,
        after=lists.cursor_of(mark, request.page_token),
        size=page_size(lists.size_of(request.page_size)),
    )
    return asked, mark
