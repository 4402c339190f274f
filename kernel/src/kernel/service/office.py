"""What the handlers of a service look at besides the case: directory, law, keys. Read only."""

from collections.abc import Callable
from dataclasses import dataclass

from kernel.calendar import Calendar
from kernel.directory import Directory
from kernel.holding import Vault
from kernel.regulation import Profile
from kernel.service.law import Law


@dataclass(frozen=True, slots=True)
class Office:
    """Handed to handlers; directory and law are those of the moment they are looked at."""

    node: str
    directory: Callable[[], Directory]
    law: Callable[[], Law]
    vault: Vault

    @property
    def calendar(self) -> Calendar:
        """Workdays with every notice that has come."""
        return self.law().calendar

    def profile_of(self, pinned: str) -> Profile:
        """The profile that a case is pinned to, `name@version`, as this node has it (`Law.of`)."""
        return self.law().of(pinned)
