"""Why a paper of a unit is not made."""

from kernel.errors import WrongState


class LedgerTooLong(WrongState):
    """The period has more than `limit` matters: take a shorter one, or another format."""

    reason = "LEDGER_TOO_LONG"
