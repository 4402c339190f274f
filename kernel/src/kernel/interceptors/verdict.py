"""Which refusal an exception amounts to. What is none becomes a fault with an id."""

import asyncio
from uuid import uuid4

from kernel import logs
from kernel.errors import Code, Internal, Refusal, UnknownMethod

_log = logs.get_logger()


def verdict(error: BaseException, method: str) -> Refusal:
    """The refusal to answer with. A fault is logged by type and place, never by its message."""
    refusal = _refusal_in(error)
    if refusal is None and isinstance(error, NotImplementedError):
        refusal = UnknownMethod()
    if refusal is None:
        refusal = Internal(error_id=uuid4().hex[:12])
    _record(refusal, error, method)
    return refusal


def _refusal_in(error: BaseException) -> Refusal | None:
    """The refusal itself, or the first one in a group that a task group made."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, BaseExceptionGroup):
        found = (_refusal_in(part) for part in error.exceptions)
        return next((refusal for refusal in found if refusal is not None), None)
    return None


def _record(refusal: Refusal, error: BaseException, method: str) -> None:
    if refusal.code is Code.INTERNAL:
        fields = {**logs.fault(error), **refusal.ids}
        _log.error("internal_error", method=method, **fields)
    else:
        _log.info("call_refused", method=method, reason=refusal.reason, code=refusal.code.name)


def is_cancellation(error: BaseException) -> bool:
    """Whether the caller went away or the server ends the call; no fault and no refusal."""
    return isinstance(error, asyncio.CancelledError | GeneratorExit | KeyboardInterrupt)
