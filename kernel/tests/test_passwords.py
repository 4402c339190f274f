from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher

from kernel.passwords import Attempts, check_password, hash_password, weakness

NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


def test_right_password_matches() -> None:
    """The password that was hashed matches, any other does not."""
    stored = hash_password("递铺街道-2026")
    assert check_password("递铺街道-2026", stored).matches
    assert not check_password("递铺街道-2027", stored).matches


def test_hash_is_salted_and_holds_no_password() -> None:
    """Two hashes of one password differ, and neither holds it."""
    first, second = hash_password("correct horse"), hash_password("correct horse")
    assert first != second
    assert "correct" not in first


def test_old_parameters_ask_for_a_new_hash() -> None:
    """A hash made with weaker parameters matches and asks to be replaced."""
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("correct horse")
    checked = check_password("correct horse", old)
    assert checked.matches
    assert checked.rehash
    assert not check_password("correct horse", hash_password("correct horse")).rehash


def test_damaged_hash_matches_nothing() -> None:
    """A stored hash that is none lets nobody in and raises nothing."""
    assert not check_password("anything", "not a hash").matches
    assert not check_password("", "").matches


@pytest.mark.parametrize(
    "password,reason",
    [
        ("short", "PASSWORD_TOO_SHORT"),
        ("zhaosi-2026", "PASSWORD_HOLDS_ACCOUNT"),
        ("aaaaaaaaaaab", "PASSWORD_TOO_SIMPLE"),
        ("鹤鹿溪村的老樟树", None),
    ],
)
def test_weak_passwords_are_named(password: str, reason: str | None) -> None:
    """A new password that is short, simple or holds the account is refused with its reason."""
    assert weakness(password, "zhaosi") == reason


@pytest.mark.parametrize(
    "failures,minutes", [(0, None), (4, None), (5, 1), (6, 2), (8, 8), (11, 60), (400, 60)]
)
def test_lock_doubles_up_to_an_hour(failures: int, minutes: int | None) -> None:
    """Four failures are free, the fifth locks for a minute, each more doubles it, to an hour."""
    attempts = Attempts()
    for _ in range(failures):
        attempts = attempts.failed(NOW)
    expected = None if minutes is None else NOW + timedelta(minutes=minutes)
    assert attempts.locked_until == expected


def test_lock_ends() -> None:
    """A locked account opens at the end of the lock, to the second."""
    attempts = Attempts(failures=5, last_failure=NOW)
    assert attempts.is_locked(NOW + timedelta(seconds=59))
    assert not attempts.is_locked(NOW + timedelta(seconds=60))
    assert not Attempts().is_locked(NOW)
