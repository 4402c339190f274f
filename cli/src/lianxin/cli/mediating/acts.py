"""Acts on the mediation of a case: see it, do it, say what came of it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf.message import Message

from lianxin.cli import output
from lianxin.cli.cases import MISSING, case_id, new_request_id
from lianxin.cli.errors import CommandFailed, Remote
from lianxin.cli.mediating.guests import in_own_list
from lianxin.cli.mediating.texts import in_words
from lianxin.cli.plain import plain
from lianxin.cli.session import Session, connected
from lianxin.cli.words import say, word
from lianxin.mediation.v1 import consent_pb2, due_pb2, file_pb2, invitation_pb2

AGAIN = 3
"""A view that is outrun by an act still under way is renewed."""
OUTRUN = "STALE_VERSION"
UNKNOWN = MISSING | {"CASE_NOT_FOUND", "DENIED"}
SERVICES = {
    consent_pb2.DESCRIPTOR.name: "mediation_consent",
    due_pb2.DESCRIPTOR.name: "mediation_due",
    invitation_pb2.DESCRIPTOR.name: "session_invitations",
}
"""Stubs of the services beside MediationService, by the file that has their requests."""


@dataclass(frozen=True, slots=True)
class MediationSeen:
    """A mediation as it was seen before it is changed."""

    case_id: str
    case_no: str
    epoch: int
    version: int
    state: str
    ended: bool = False
    """The case has ended."""


Given = Callable[[Session, MediationSeen], Mapping[str, Any]]
"""What an act says that has to be looked up first."""


def seen_of(session: Session, text: str) -> MediationSeen:
    """The mediation of a case; its content is not read.

    Raises:
        CommandFailed: the case is not mediated, or not for the caller.
    """
    one = _mediation(session, text)
    ended = one.HasField("ended_at")
    return MediationSeen(one.case_id, one.case_no, one.epoch, one.version, one.state, ended)


def _mediation(session: Session, text: str) -> Any:
    try:
        wanted = case_id(session, text)
    except CommandFailed as error:
        found = in_own_list(session, text) if error.reason in UNKNOWN else None
        if found is None:
            raise
        return found  # of a case of others, which routing does not show
    asked = file_pb2.ListMediationsRequest(all=True, case_id=wanted)
    lines = session.ask(session.mediation_file.ListMediations(asked)).mediations
    if not lines:
        raise CommandFailed("MEDIATION_NOT_FOUND", case=text[:40])
    return lines[0].mediation


def mediate(
    verb: str, case: str, kind: type[Message], given: Given | None = None, /, **said: Any
) -> Any:
    """Do one act and show `done.<verb>` with the answer.

    `kind` is the request of the act, `FindRequestRequest`; `given` looks up what it says beside
    `said`.
    """
    with connected() as session:
        seen, answer = done(session, case, kind, given, **said)
    told(verb, seen, answer)
    return answer


def done(
    session: Session, case: str, kind: type[Message], given: Given | None = None, /, **said: Any
) -> tuple[MediationSeen, Any]:
    """Do one act on the mediation as it is now, and again when somebody was faster.

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
) -> tuple[MediationSeen, Any]:
    seen = seen_of(session, case)
    looked_up = given(session, seen) if given else {}
    try:
        return seen, session.ask(_call(session, seen, kind, {**said, **looked_up}))
    except Remote as error:
        raise _explained(error, seen) from None


def _call(
    session: Session, seen: MediationSeen, kind: type[Message], said: Mapping[str, Any]
) -> Awaitable[Any]:
    request = kind(
        request_id=new_request_id(),
        case_id=seen.case_id,
        epoch=seen.epoch,
        version=seen.version,
        **said,
    )
    service = getattr(session, SERVICES.get(kind.DESCRIPTOR.file.name, "mediation"))
    call: Awaitable[Any] = getattr(service, kind.__name__.removesuffix("Request"))(request)
    return call


def _explained(error: Remote, seen: MediationSeen) -> Remote:
    error = in_words(error)
    if error.reason == OUTRUN:
        shown = {"case_no": seen.case_no, "epoch": seen.epoch, "version": seen.version}
        error.message = f"{error.message} {say('conflict.seen', **shown)}"
    return error


def told(verb: str, seen: MediationSeen, answer: Any, **words: object) -> None:
    """Say what was done and where the mediation stands now."""
    data = plain(answer)

    def people() -> None:
        output.line(f"done.{verb}", case_no=seen.case_no, **words)
        state = word("mediation_state", data["stamp"]["state"])
        output.line("mediation.now", state=state)

    output.show(data, people)
