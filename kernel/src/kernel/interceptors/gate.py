"""Lets a call in or refuses it: who calls, may they call this at all, how often."""

import math
from collections.abc import Mapping
from typing import Any

from kernel.access import Access
from kernel.errors import RateLimited, UnknownMethod
from kernel.identity import NOBODY, Caller
from kernel.interceptors.certificates import Certificates
from kernel.interceptors.credentials import Incoming, credentials, host
from kernel.rate_limit import RateLimit
from kernel.roles import RoleTable, role_table
from kernel.tokens import Authenticator


class Gate:
    """The access table of a server at work. With `certificates` each call has to stand by one.

    `replicas` of the service share each limit of calls.
    """

    def __init__(
        self,
        access: Mapping[str, Access],
        authenticator: Authenticator,
        *,
        certificates: Certificates | None = None,
        roles: RoleTable | None = None,
        replicas: int = 1,
    ) -> None:
        self._access = dict(access)
        self._authenticator = authenticator
        self._certificates = certificates
        self._roles = roles or role_table()
        self._limits = {
            method: RateLimit.per_minute(entry.per_minute, replicas=replicas)
            for method, entry in access.items()
            if entry.per_minute
        }

    def max_bytes(self, method: str, served: int) -> int:
        """Bytes that a request of this method may have: its own limit, else what is `served`."""
        access = self._access.get(method)
        return (access.max_bytes if access else 0) or served

    @property
    def largest(self) -> int:
        """The largest limit that any method has of its own; 0 = none has one."""
        return max((access.max_bytes for access in self._access.values()), default=0)

    async def admit(self, method: str, incoming: Incoming, context: Any) -> Caller:
        """The caller, once let in. `context` is the grpc.aio context of the call.

        Raises:
            UnknownMethod: no such method is served.
            RateLimited: the peer calls this too often.
            Unauthenticated: what was presented does not hold, or nothing was where it must be; a
                certificate alone is not enough, its node has to sign as well.
            Denied: this caller may not call this.
        """
        access = self._access.get(method)
        if access is None:
            raise UnknownMethod
        self._limit(method, context)
        certificate = self._certificates.node_of(context) if self._certificates else None
        if access.public and not incoming.authorization:
            return NOBODY
        caller = await self._authenticator.caller(credentials(incoming, certificate))
        access.admit(caller, self._roles)
        return caller

    def _limit(self, method: str, context: Any) -> None:
        limit = self._limits.get(method)
        wait = 0 if limit is None else limit.take(host(context.peer()))
        if wait:
            raise RateLimited(retry_after_s=math.ceil(wait))
