"""Changing a case: see it, call, say what came of it; and say so when somebody was faster."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from lianxin.cli import output
from lianxin.cli.cases import CHANGED, CaseSeen, in_custody, in_intake
from lianxin.cli.errors import Remote
from lianxin.cli.plain import plain
from lianxin.cli.session import Session, connected
from lianxin.cli.words import say

Call = Callable[[Session, CaseSeen], Any]
OUTRUN = frozenset({"STALE_VERSION", "NOT_GRANTED"})
AGAIN = 3
"""A view that is outrun by an event still under way, such as one's own last command, is renewed."""


def act(verb: str, case: str, call: Call, *, intake: bool = False, **words: object) -> Any:
    """Run a change on a case and show `done.<verb>` with the answer.

    `call` makes the awaitable from the session and the case as it was seen. With `intake` the
    version is the one of intake, else the one of routing.
    """
    with connected() as session:
        look = in_intake if intake else in_custody
        seen, answer = _seen_and_done(session, case, look, call)
    output.done(f"done.{verb}", plain(answer), **{"case_no": seen.case_no, **words})
    return answer


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
