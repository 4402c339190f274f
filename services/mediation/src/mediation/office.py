"""What mediation looks at besides the case: directory, profile, keys. Read only."""

from collections.abc import Callable
from dataclasses import dataclass

from kernel.calendar import Calendar
from kernel.directory import Directory
from kernel.regulation import Profile
from mediation.vault import Vault


@dataclass(frozen=True, slots=True)
class Office:
    """Handed to handlers; what it answers is the same during a command."""

    node: str
    directory: Callable[[], Directory]
    profile: Profile
    vault: Vault
    calendar: Calendar
