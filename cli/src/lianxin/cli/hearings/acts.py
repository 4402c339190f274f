"""Acts on the hearing of a case: see it, do it, say what came of it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf.message import Message

from lianxin.cli import invocation, output
from lianxin.cli.cases import case_id, new_request_id
from lianxin.cli.errors import CommandFailed, Remote
from lianxin.cli.hearings.naming import Names, clash_fields
from lianxin.cli.hearings.texts import in_words
from lianxin.cli.plain import plain
from lianxin.cli.session import Session, connected
from lianxin.cli.words import say, word
from lianxin.hearing.v1 import (
    conclusion_pb2,
    noticing_pb2,
    openness_pb2,
    scheduling_pb2,
    session_pb2,
)
from lianxin.hearing.v1.hearing_service_pb2 import ListHearingsRequest

AGAIN = 3
"""A view that is outrun by an act still under way is renewed."""
OUTRUN = "STALE_VERSION"
CLASHES = frozenset({"CLASHES", "DESPITE_NEEDED", "TAKEN"})
"""Refusals whose fields say what stands against a time, a room or somebody."""
SERVICES = {
    scheduling_pb2.DESCRIPTOR.name: "hearing_schedule",
    noticing_pb2.DESCRIPTOR.name: "hearing_notices",
    openness_pb2.DESCRIPTOR.name: "hearing_openness",
    session_pb2.DESCRIPTOR.name: "hearing_session",
    conclusion_pb2.DESCRIPTOR.name: "hearing_conclusion",
}
"""Stubs of the services beside HearingService, by the file that has their requests."""


@dataclass(frozen=True, slots=True)
class HearingSeen:
    """The hearings of a case as they were seen before one is changed."""

    case_id: str
    case_no: str
    epoch: int
    version: int
    number: int
    state: str


Given = Callable[[Session, HearingSeen], Mapping[str, Any]]
"""What an act says that has to be looked up first."""


def seen_of(session: Session, text: str) -> HearingSeen:
    """The current hearing of a case; its content is not read.

    Raises:
        CommandFailed: the case was never heard here, or is not for the caller.
    """
    found = known_of(session, case_id(session, text))
    if found is None:
        raise CommandFailed("HEARING_NOT_FOUND", case=text[:40])
    return found


def known_of(session: Session, case: str) -> HearingSeen | None:
    """The current hearing of the case with this id, if there is one."""
    one = _file_of(session, case)
    if one is None:
        return None
    return HearingSeen(one.case_id, one.case_no, one.epoch, one.version, one.current, one.state)


def needed(session: Session, seen: HearingSeen) -> Any:
    """What the current hearing needs, as far as is known."""
    file = _file_of(session, seen.case_id)
    return file.hearings[0].needs if file is not None and file.hearings else None


def _file_of(session: Session, case: str) -> Any:
    asked = ListHearingsRequest(all=True, case_id=case)
    files = session.ask(session.hearing.ListHearings(asked)).files
    return files[0] if files else None


def hear(
    verb: str, case: str, kind: type[Message], given: Given | None = None, /, **said: Any
) -> Any:
    """Do one act and show `done.<verb>` with the answer.

    `kind` is the request of the act, `CancelHearingRequest`; `given` looks up what it says beside
    `said`.
    """
    with connected() as session:
        seen, answer = done(session, case, kind, given, **said)
    told(verb, seen, answer)
    return answer


def done(
    session: Session, case: str, kind: type[Message], given: Given | None = None, /, **said: Any
) -> tuple[HearingSeen, Any]:
    """Do one act on the hearing as it is now, and again when somebody was faster.

    Raises:
        Remote: refused, in plain words.
    """
    for _ in range(AGAIN - 1):
        try:
            return _once(session, case, kind, given, said)
        except Remote as error:
            if error.reason != OUTRUN:
                raise
    return _once(session, case, kind, given, said)


def _once(
    session: Session, case: str, kind: type[Message], given: Given | None, said: Mapping[str, Any]
) -> tuple[HearingSeen, Any]:
    seen = seen_of(session, case)
    looked_up = given(session, seen) if given else {}
    try:
        return seen, session.ask(call(session, seen, kind, {**said, **looked_up}))
    except Remote as error:
        raise _explained(session, error, seen) from None


def call(
    session: Session, seen: HearingSeen, kind: type[Message], said: Mapping[str, Any]
) -> Awaitable[Any]:
    """The call of the RPC whose request is of this kind, for the hearing as it was seen."""
    request = kind(
        request_id=new_request_id(),
        case_id=seen.case_id,
        epoch=seen.epoch,
        version=seen.version,
        **said,
    )
    service = getattr(session, SERVICES.get(kind.DESCRIPTOR.file.name, "hearing"))
    asked: Awaitable[Any] = getattr(service, kind.__name__.removesuffix("Request"))(request)
    return asked


def _explained(session: Session, error: Remote, seen: HearingSeen) -> Remote:
    error = in_words(error)
    if error.reason in CLASHES and not invocation.current().json:
        error.fields = clash_fields(error.fields, Names(session).read)
    if error.reason == OUTRUN:
        shown = {"case_no": seen.case_no, "epoch": seen.epoch, "version": seen.version}
        error.message = f"{error.message} {say('conflict.seen', **shown)}"
    return error


def told(verb: str, seen: HearingSeen, answer: Any, **words: object) -> None:
    """Say what was done and where the hearing stands now."""
    data = plain(answer)

    def people() -> None:
        output.line(f"done.{verb}", case_no=seen.case_no, **(data | words))
        if data.get("stamp"):
            output.line("hearing.now", state=word("hearing_state", data["stamp"]["state"]))

    output.show(data, people)
