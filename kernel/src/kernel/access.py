"""Who may call an RPC at all. Each service declares one `Access` for every RPC it serves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from kernel.errors import Denied, Unauthenticated
from kernel.identity import Caller, Kind
from kernel.roles import RoleTable, role_table


class ServiceDescriptor(Protocol):
    """What the generated code knows of a service: `x_pb2.DESCRIPTOR.services_by_name["X"]`."""

    @property
    def full_name(self) -> str:
        """Package and name: `lianxin.intake.v1.IntakeService`."""
        ...

    @property
    def methods(self) -> Any:
        """The descriptors of the RPCs."""
        ...


class Scope(Enum):
    """How far an RPC is bound to what the caller may see (`kernel.scope`)."""

    NONE = "none"  # shows and changes no case
    CASE = "case"  # one case, named in the request
    LIST = "list"  # many cases: list, search, count, export, watch


@dataclass(frozen=True, slots=True)
class Access:
    """The doors of one RPC; a caller needs one of them.

    `permission` for staff and systems by their roles, `node` for the nodes next to this one,
    `service` for services of the same node, `known` for anybody who has proven who they are,
    `public` for everybody. `per_minute` limits the calls of one peer, `max_bytes` one request; 0 is
    no limit of the method's own, so the server's. What can be reached without a role has both
    (`unlimited`).
    """

    permission: str = ""
    scope: Scope = Scope.NONE
    public: bool = False
    known: bool = False
    node: bool = False
    service: bool = False
    per_minute: int = 0
    max_bytes: int = 0

    @property
    def unlimited(self) -> bool:
        """Whether somebody without any role reaches it, as often or with as much as he likes."""
        return (self.public or self.known) and not (self.per_minute and self.max_bytes)

    def admit(self, caller: Caller, roles: RoleTable) -> None:
        """Let the caller in.

        Raises:
            Unauthenticated: nobody is behind the call and the RPC is not public.
            Denied: the caller has no door here.
        """
        if self.public:
            return
        if not caller.known:
            raise Unauthenticated
        if not self._has_door(caller, roles):
            raise Denied(permission=self.permission or "none")

    def _has_door(self, caller: Caller, roles: RoleTable) -> bool:
        if self.known:
            return True
        if caller.kind is Kind.NODE:
            return self.node
        if caller.kind is Kind.SERVICE:
            return self.service
        return bool(self.permission) and roles.may(caller, self.permission)


SMALL = 64 * 1024
"""Bytes that a request of a resident takes at most: 5,000 characters fit several times."""
PUBLIC = Access(public=True, per_minute=600, max_bytes=SMALL)
"""Anybody may call: health, reflection. Ten calls a second: probes come by the same address."""


def anybody(per_minute: int = 60) -> Access:
    """A door of residents: no proof of identity, few calls, small requests."""
    return Access(public=True, per_minute=per_minute, max_bytes=SMALL)


def whoever_is_known(permission: str = "", *, per_minute: int = 60) -> Access:
    """A door of everybody with a token, whatever the role: few calls, small requests."""
    return Access(permission, known=True, per_minute=per_minute, max_bytes=SMALL)


class AccessIncomplete(Exception):
    """The access table and the descriptors disagree; the server does not start."""


def method_names(service: ServiceDescriptor) -> list[str]:
    """The full names of a service's RPCs, as they stand on the wire: `/package.Service/Method`."""
    return [f"/{service.full_name}/{method.name}" for method in service.methods]


def check_access(
    services: Iterable[ServiceDescriptor],
    access: Mapping[str, Access],
    roles: RoleTable | None = None,
) -> None:
    """See that every RPC has exactly one entry, with at least one door that exists.

    Raises:
        AccessIncomplete: naming what is missing, left over, without a door or unknown.
    """
    served = {name for service in services for name in method_names(service)}
    known = (roles or role_table()).permissions
    problems = [f"{name}: no entry" for name in sorted(served - set(access))]
    problems += [f"{name}: no such RPC" for name in sorted(set(access) - served)]
    for name, entry in access.items():
        if not (entry.permission or entry.public or entry.known or entry.node or entry.service):
            problems.append(f"{name}: nobody may call it")
        if entry.permission and entry.permission not in known:
            problems.append(f"{name}: unknown permission {entry.permission}")
    if problems:
        raise AccessIncomplete("; ".join(problems))
