"""Commands on accounts and system callers. Passwords come hashed: hashing is slow on purpose."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AddStaff:
    """Make an account; with a one-time password it must be changed at the first login."""

    staff_id: str
    name: str
    unit: str
    roles: tuple[str, ...]
    password_hash: str
    must_change: bool


@dataclass(frozen=True, slots=True)
class DisableStaff:
    """Disable an account; its cases go to the successor, or back to the unit."""

    staff_id: str
    successor: str = ""


@dataclass(frozen=True, slots=True)
class HandOverStaff:
    """Give the cases in somebody's hands to a colleague of the same unit."""

    from_staff: str
    to_staff: str


@dataclass(frozen=True, slots=True)
class SetPassword:
    """A new password; `must_change` for a one-time one set by an administrator."""

    staff_id: str
    password_hash: str
    must_change: bool


@dataclass(frozen=True, slots=True)
class AddSystem:
    """Make a system caller, or give it another key."""

    system_id: str
    key_id: str
    digest: bytes
    unit: str
    roles: tuple[str, ...]
