"""What mediation looks at besides the case: directory, profile, keys. Read only."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kernel.calendar import Calendar
from kernel.directory import Directory
from kernel.holding import Vault
from kernel.regulation import Profile


@dataclass(frozen=True, slots=True)
class Office:
    """Handed to handlers; what it answers is the same during a command."""

    node: str
    directory: Callable[[], Directory]
    profile: Profile
    vault: Vault
    calendar: Calendar
    profiles: Mapping[str, Profile] = field(default_factory=dict)

    def profile_of(self, pinned: str) -> Profile:
        """The profile that a case is pinned to, `name@version`, as this node has it.

        One that is not in its folder gives way to the node's own.
        """
        return self.profiles.get(pinned.partition("@")[0], self.profile)
