"""Changing a case: see it, call, say what came of it; and say so when somebody was faster."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from lianxin.cli import output
from lianxin.cli.cases import CHANGED, CaseSeen, in_custody, in_intake
from lianxin.cli.errors import CommandFailed, Remote
from lianxin.cli.plain import plain
from lianxin.cli.session import Session, connected
from lianxin.cli.words import say

Call = Callable[[Session, CaseSeen], Any]
OUTRUN = frozenset({"STALE_VERSION", "NOT_GRANTED"})
UNDER_WAY = frozenset({"releasing", "out"})
REST_S, PAUSE_S = 5.0, 0.1
AGAIN = 3
"""A view that is outrun by an event still under way, such as one's own last command, is renewed."""


def act(verb: str, case: str, call: Call, *, intake: bool = False, **words: object) -> Any:
    """Run a change on a case and show `done.<verb>` with the answer.

    `call` makes the awaitable from the session and the case as it was seen. With `intake` the
    version is the one of intake, else the one of routing.

    Raises:
        CommandFailed: passing on was frozen instead (防空转), and somebody was asked to designate.
    """
    with connected() as session:
        look = in_intake if intake else in_custody
        seen, answer = _seen_and_done(session, case, look, call)
    if getattr(answer, "frozen", False):
        raise CommandFailed(
            "PASSING_ON_FROZEN", case_no=seen.case_no, question_to=answer.question_to
        )
    output.done(f"done.{verb}", plain(answer), **{"case_no": seen.case_no, **words})
    return answer


def act_and_look(verb: str, case: str, call: Call) -> None:
    """The same for what goes through a hand-over: the state shown is the one it comes to.

    What is still under way after a moment is shown so.
    """
    with connected() as session:
        seen, answer = _seen_and_done(session, case, in_custody, call)
        now = _come_to_rest(session, seen.case_id)
    data = plain(answer)
    stood = {"epoch": now.seen.epoch, "version": now.seen.version, "state": now.message.state}
    data["stamp"] |= stood
    output.done(f"done.{verb}", data, case_no=seen.case_no)


def _come_to_rest(session: Session, case: str) -> CaseSeen:
    limit = time.monotonic() + REST_S
    while (seen := in_custody(session, case)).message.state in UNDER_WAY:
        if time.monotonic() > limit:
            return seen
        time.sleep(PAUSE_S)
    return seen


def _seen_and_done(
    session: Session, case: str, look: Callable[[Session, str], CaseSeen], call: Call
) -> tuple[CaseSeen, Any]:
    """The case as it was seen and what the change answered; looked at again when outrun."""
    for _ in range(AGAIN - 1):
        seen = look(session, case)
        try:
            return seen, session.ask(call(session, seen))
        except Remote as error:
            if error.reason not in OUTRUN:
                raise _explained(error, seen) from None
    seen = look(session, case)
    with explained(seen):
        return seen, session.ask(call(session, seen))


@contextmanager
def explained(seen: CaseSeen) -> Iterator[None]:
    """A conflict says which state of the case the change was made for."""
    try:
        yield
    except Remote as error:
        raise _explained(error, seen) from None


def _explained(error: Remote, seen: CaseSeen) -> Remote:
    if error.reason in CHANGED:
        error.message = f"{error.message} {say('conflict.seen', **seen.words())}"
    return error
