"""Passwords of the built-in accounts: salted argon2id, and a lockout that slows guessing down."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 8
FREE_FAILURES = 5
FIRST_LOCK = timedelta(minutes=1)
LONGEST_LOCK = timedelta(hours=1)

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""19 MiB and two passes, the OWASP minimum: a village's machine is small."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a check; `rehash` asks to store a new hash, made with today's parameters."""

    matches: bool
    rehash: bool = False


def hash_password(password: str) -> str:
    """A salted hash to store. Takes some 30 ms of one core: call it outside the event loop."""
    return _HASHER.hash(password)


def check_password(password: str, stored: str) -> Checked:
    """Whether the password is the one stored; a damaged hash matches nothing."""
    try:
        _HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return Checked(matches=False)
    return Checked(matches=True, rehash=_HASHER.check_needs_rehash(stored))


def weakness(password: str, account: str) -> str | None:
    """Why a new password is not taken (a key of the catalogue), or None when it is fine."""
    if len(password) < SHORTEST:
        return "PASSWORD_TOO_SHORT"
    if account and account.lower() in password.lower():
        return "PASSWORD_HOLDS_ACCOUNT"
    if len(set(password)) < SHORTEST // 2:
        return "PASSWORD_TOO_SIMPLE"
    return None


@dataclass(frozen=True, slots=True)
class Attempts:
    """Failed logins in a row, and when the last one was."""

    failures: int = 0
    last_failure: datetime | None = None

    def failed(self, now: datetime) -> "Attempts":
        """One more failure. A success starts again from `Attempts()`."""
        return Attempts(self.failures + 1, now)

    @property
    def locked_until(self) -> datetime | None:
        """The end of the lock: none for four failures, a minute from the fifth, then doubling."""
        if self.last_failure is None or self.failures < FREE_FAILURES:
            return None
        doubled: int = 2 ** min(self.failures - FREE_FAILURES, 16)
        return self.last_failure + min(FIRST_LOCK * doubled, LONGEST_LOCK)

    def is_locked(self, now: datetime) -> bool:
        """Whether no password is looked at now, not even the right one."""
        until = self.locked_until
        return until is not None and now < until
