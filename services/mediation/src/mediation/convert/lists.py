"""Lists: what is asked for, page tokens, lines."""

from datetime import datetime
from uuid import UUID

from kernel import pages
from kernel.errors import FieldViolation
from kernel.identity import Caller
from kernel.instants import stamp
from lianxin.mediation.v1 import casework_pb2, file_pb2
from mediation.convert import casework_words as words
from mediation.convert.fields import CaseFields
from mediation.convert.mediations import mediation_message
from mediation.domain.assignment import Mediator
from mediation.domain.states import State
from mediation.errors import PageTokenInvalid
from mediation.storage.lists import Asked, Line, WhichMediators

PAGE, MOST = 50, 200
REGISTER_PAGE, REGISTER_MOST = 200, 500
STATES = frozenset(state.value for state in State)


def asked_from(request: file_pb2.ListMediationsRequest, caller: Caller, now: datetime) -> Asked:
    """Which page of mediations."""
    fields = CaseFields()
    fields.few("states", len(request.states), len(STATES))
    if not STATES.issuperset(request.states):
        fields.wrong.append(FieldViolation("states", "UNKNOWN_VALUE"))
    kind = fields.optional_word("kind", words.KIND, request.kind)
    asked = Asked(
        caller=caller,
        now=now,
        unit="" if request.all else fields.code("unit_id", request.unit_id) or caller.unit,
        own=not request.unit_id,
        states=tuple(dict.fromkeys(request.states)),
        kind=kind.value if kind else "",
        mediator=fields.optional_id("mediator_id", request.mediator_id),
        case_id=fields.optional_id("case_id", request.case_id),
        after=cursor_of("mediations", request.page_token),
        size=_size(fields, request.page_size, PAGE, MOST),
    )
    fields.check()
    return asked


def which_mediators(request: file_pb2.ListMediatorsRequest) -> WhichMediators:
    """Which page of the register."""
    fields = CaseFields()
    which = WhichMediators(
        fields.code("unit_id", request.unit_id),
        request.ended,
        cursor_of("mediators", request.page_token),
        _size(fields, request.page_size, REGISTER_PAGE, REGISTER_MOST),
    )
    fields.check()
    return which


def _size(fields: CaseFields, wanted: int, usual: int, most: int) -> int:
    if wanted < 0:
        fields.wrong.append(FieldViolation("page_size", "TOO_SMALL", 0))
    return min(wanted or usual, most)


def cursor_of(listed: str, token: str) -> UUID | None:
    """Where the next page begins. Raises PageTokenInvalid for a token of another list."""
    return pages.cursor_of(listed, token, foreign=PageTokenInvalid())


def line_message(line: Line) -> file_pb2.MediationLine:
    """A mediation in a list."""
    return file_pb2.MediationLine(
        mediation=mediation_message(line.row, line.level, line.joined),
        mediator_ids=map(str, line.mediators),
        next_session_at=stamp(line.next_session),
        next_term_due_on=line.next_term.isoformat() if line.next_term else "",
    )


def mediator_message(one: Mediator) -> file_pb2.MediatorLine:
    """A mediator of the register."""
    entry = casework_pb2.MediatorEntry(
        mediator_id=str(one.mediator_id),
        staff=one.staff,
        unit_id=one.unit,
        fields=sorted(one.fields),
        kinds=sorted(map(words.KIND.number, one.kinds)),
        languages=sorted(one.languages),
        load_limit=one.limit,
        leave=[
            casework_pb2.Leave(from_day=first.isoformat(), until=last.isoformat())
            for first, last in one.leave
        ],
        ended=one.ended,
    )
    return file_pb2.MediatorLine(entry=entry, load=one.load)
