"""The role table: what each role of the field may do. The table is data (`data/roles.yaml`)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kernel.identity import Caller, Role
from kernel.yaml_text import read_yaml

__all__ = ["Entry", "Role", "RoleTable", "RoleTableInvalid", "may", "role_table"]


class RoleTableInvalid(ValueError):
    """The role table is incomplete or names something unknown; the message says what."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: titles to show, what the role may do, and whether each of its reads is recorded."""

    role: Role
    title_zh: str
    title_en: str
    permissions: frozenset[str]
    recorded: bool = False


class RoleTable:
    """All roles and all permissions there are. Immutable."""

    def __init__(self, permissions: Mapping[str, str], entries: Iterable[Entry]) -> None:
        self.permissions = dict(permissions)
        self.entries = {entry.role: entry for entry in entries}
        self._of_set: dict[frozenset[Role], frozenset[str]] = {}
        self._check()

    @classmethod
    def parse(cls, text: str) -> "RoleTable":
        """Read the table from YAML.

        Raises:
            RoleTableInvalid: a role is missing or unknown, or a permission is not listed.
        """
        content = read_yaml(text)
        known = {role.value for role in Role}
        unknown = set(content["roles"]) - known
        if unknown:
            raise RoleTableInvalid(f"unknown roles: {sorted(unknown)}")
        entries = [_entry(Role(name), row) for name, row in content["roles"].items()]
        return cls(content["permissions"], entries)

    def permissions_of(self, roles: frozenset[Role]) -> frozenset[str]:
        """Everything that a bearer of these roles may do: the union of the rows."""
        found = self._of_set.get(roles)
        if found is None:
            rows = [self.entries[role].permissions for role in roles]
            found = self._of_set[roles] = frozenset().union(*rows)
        return found

    def may(self, caller: Caller, permission: str) -> bool:
        """Whether one of the caller's roles carries the permission."""
        return permission in self.permissions_of(caller.roles)

    def is_recorded(self, caller: Caller) -> bool:
        """Whether every read of this caller is recorded with its reason (上级督查)."""
        return any(self.entries[role].recorded for role in caller.roles)

    def _check(self) -> None:
        missing = set(Role) - set(self.entries)
        if missing:
            raise RoleTableInvalid(f"no row for {sorted(role.value for role in missing)}")
        for entry in self.entries.values():
            unknown = entry.permissions - set(self.permissions)
            if unknown:
                raise RoleTableInvalid(f"{entry.role.value}: unknown {sorted(unknown)}")


def _entry(role: Role, row: Mapping[str, object]) -> Entry:
    granted = row["may"]
    if not isinstance(granted, list):
        raise RoleTableInvalid(f"{role.value}: `may` is no list")
    return Entry(
        role=role,
        title_zh=str(row["zh"]),
        title_en=str(row["en"]),
        permissions=frozenset(map(str, granted)),
        recorded=bool(row.get("recorded", False)),
    )


@cache
def role_table() -> RoleTable:
    """The table that ships with Lianxin."""
    return RoleTable.parse(files("kernel").joinpath("data/roles.yaml").read_text(encoding="utf-8"))


def may(caller: Caller, permission: str) -> bool:
    """Whether the caller may do this, by the table that ships."""
    return role_table().may(caller, permission)
