"""Which failures of a handler end the matter, and which only put it off."""

from kernel.errors import Conflict, NotReady, Refusal, TooMuch
from kernel.group_commit import InternalFault
from kernel.unit_of_work import DuplicateKey

TRIES = 5
"""A fault that may be chance, such as a race for a key, is tried this often before it is parked."""
INTERNAL_FAULT = "INTERNAL_FAULT"

_WAITS = (NotReady, TooMuch)
_MAY_BE_CHANCE = (Conflict, DuplicateKey, InternalFault)


def parked_for(error: BaseException, tries: int) -> str | None:
    """The reason to park a message for, or None to try it again.

    The database being away or full is never the message's fault and is waited for without end.
    Raises `error` itself when it is no answer of the writer.
    """
    if not isinstance(error, Refusal | InternalFault):
        raise error
    if isinstance(error, _WAITS) or (isinstance(error, _MAY_BE_CHANCE) and tries < TRIES):
        return None
    return error.reason if isinstance(error, Refusal) else INTERNAL_FAULT
