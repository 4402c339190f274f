"""Pages of cases that are heard: what is asked for, page tokens, lines."""

from datetime import datetime
from uuid import UUID

from hearing.convert.fields import Fields
from hearing.convert.hearings import file_message, hearing_message
from hearing.domain.states import State
from hearing.errors import PageTokenInvalid
from hearing.storage.file import Asked, Line
from kernel import pages
from kernel.identity import Caller
from lianxin.hearing.v1 import hearing_pb2
from lianxin.hearing.v1 import hearing_service_pb2 as pb

PAGE, MOST = 50, 200
STATES = frozenset(state.value for state in State)
HEARINGS = "hearings"


def asked_from(request: pb.ListHearingsRequest, caller: Caller, now: datetime) -> Asked:
    """Which page of cases."""
    fields = Fields()
    fields.few("states", len(request.states), len(STATES))
    if not STATES.issuperset(request.states):
        fields.note("states", "UNKNOWN_VALUE")
    asked = Asked(
        caller=caller,
        now=now,
        unit="" if request.all else fields.code("unit_id", request.unit_id) or caller.unit,
        states=tuple(dict.fromkeys(request.states)),
        case_id=fields.optional_id("case_id", request.case_id),
        first=fields.optional_day("from_day", request.from_day),
        last=fields.optional_day("until", request.until),
        after=cursor_of(HEARINGS, request.page_token),
        size=min(fields.number("page_size", request.page_size, 0, 2**31) or PAGE, MOST),
    )
    fields.check()
    return asked


def cursor_of(listed: str, token: str) -> UUID | None:
    """Where the next page begins. Raises PageTokenInvalid for a token of another list."""
    return pages.cursor_of(listed, token, foreign=PageTokenInvalid())


def line_message(line: Line) -> hearing_pb2.HearingFile:
    """A case in a list, with its current hearing."""
    message = file_message(line.file, line.level)
    message.hearings.append(hearing_message(line.hearing, line.level))
    return message
