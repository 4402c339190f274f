"""What intake looks at besides the case: directory, law, keys, rules. Read only."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from intake.domain.suggestions import Suggestion
from intake.errors import NodeDraining, NotYourUnit, UnitElsewhere, UnitUnknown
from intake.suggest.matter import Classifier
from intake.suggest.matter import Suggestion as Proposed
from intake.vault import Vault
from kernel.calendar import Calendar
from kernel.clock import SHANGHAI
from kernel.directory import Directory
from kernel.divisions import Division
from kernel.identity import Caller, Kind
from kernel.regulation import Profile
from kernel.service import Law


def takes_part() -> bool:
    """A node without routing is never taken out of service."""
    return False


@dataclass(frozen=True, slots=True)
class Office:
    """Handed to handlers; directory and law are those of the moment they are looked at."""

    node: str
    directory: Callable[[], Directory]
    law: Callable[[], Law]
    vault: Vault
    classifier: Classifier
    categories: frozenset[str]
    draining: Callable[[], bool] = takes_part

    @property
    def profile(self) -> Profile:
        """The profile of the place, its newest version: what a new case is pinned to."""
        return self.law().own

    @property
    def calendar(self) -> Calendar:
        """Workdays with every notice that has come."""
        return self.law().calendar

    @property
    def regulation(self) -> str:
        """Profile and version a case is pinned to."""
        profile = self.profile
        return f"{profile.id}@{profile.version}"

    def profile_of(self, pinned: str) -> Profile:
        """The profile that a case is pinned to, `name@version`, as this node has it (`Law.of`)."""
        return self.law().of(pinned)

    def sealing_key(self, body: str) -> str:
        """Public key of a body that may receive sealed matters, base64; "" when it has none."""
        directory = self.directory()
        unit = directory.units.get(body) or directory.outside.get(body)
        return unit.sealing_public_key if unit else ""

    def registering_unit(self, wanted: str, caller: Caller, now: datetime) -> tuple[str, str]:
        """The unit a matter is registered at, and the path of its site.

        Raises:
            UnitUnknown: not in the directory, or not in force today.
            UnitElsewhere: another node hosts it.
            NotYourUnit: it is neither of the caller's site nor below it.
            NodeDraining: this node is being taken out of service.
        """
        unit, directory = wanted or caller.unit, self.directory()
        if directory.current(unit, day_of(now)) != unit:
            raise UnitUnknown(unit=unit[:64])
        path = directory.path_of_unit(unit)
        if caller.kind is not Kind.SERVICE and not _at_or_below(path, caller.path):
            raise NotYourUnit(unit=unit)
        node = directory.node_of(unit)
        if node != self.node:
            raise UnitElsewhere(unit=unit, node=node)
        if self.draining():
            raise NodeDraining(node=self.node)
        return unit, path


def expect_below(directory: Directory, unit: str, caller: Caller) -> None:
    """Let only staff of the unit's site, and of those above it, go on. Raises NotYourUnit."""
    path = directory.path_of_unit(unit)
    if caller.kind is not Kind.SERVICE and not (caller.path and _at_or_below(path, caller.path)):
        raise NotYourUnit(unit=unit)


def _at_or_below(path: str, top: str) -> bool:
    return path == top or Division.from_path(path).is_within(Division.from_path(top))


def day_of(now: datetime) -> date:
    """The day in Asia/Shanghai."""
    return now.astimezone(SHANGHAI).date()


def as_ours(proposed: Proposed) -> Suggestion:
    """A classifier's proposal as the case keeps it."""
    return Suggestion(
        proposed.field, proposed.value, proposed.score, proposed.reason, proposed.terms
    )
