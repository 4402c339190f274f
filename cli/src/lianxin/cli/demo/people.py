"""Who works in the demonstration: accounts made and logged in as on any node."""

import asyncio
import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import grpc

from kernel.catalogue import Catalogue, Language
from kernel.grpc_client import ClientTls, Line, Manner, dial, from_error
from kernel.grpc_status import Remote
from kernel.ids import new_id
from lianxin.cli.demo.world import Doors
from lianxin.cli.stubs import Stubs
from lianxin.routing.v1 import staff_pb2 as staff

FIRST = "admin"
FIRST_FILE = "first-administrator-password"
DEADLINE_S = 20.0
_TEXTS = Catalogue.load("lianxin.cli")


class Refused(Exception):
    """A node refused what somebody asked; `remote` says why."""

    def __init__(self, remote: Remote) -> None:
        super().__init__(" ".join([remote.reason, remote.message, *remote.fields]))
        self.remote = remote
        self.reason = remote.reason


def refusal(error: grpc.aio.AioRpcError, language: Language = Language.ZH_CN) -> Refused:
    """What a failed call means."""
    return Refused(from_error(error, _TEXTS, language))


@dataclass
class Clerk(Stubs):
    """Somebody at a desk of a node, logged in (or nobody, when without a token)."""

    doors: Doors
    staff_id: str = ""
    unit: str = ""
    password: str = ""
    token: str = ""
    language: Language = Language.ZH_CN
    lines: dict[str, Line] = field(default_factory=dict)

    def line(self, service: str) -> Line:
        """The line to a service, dialled at its first use."""
        if service not in self.lines:
            target: str = getattr(self.doors, service)
            manner = Manner(token=lambda: self.token, language=self.language, deadline_s=DEADLINE_S)
            tls = ClientTls(self.doors.ca) if self.doors.ca else None
            self.lines[service] = dial(target, manner, tls=tls)
        return self.lines[service]

    async def hang_up(self) -> None:
        """Close the lines."""
        for line in self.lines.values():
            await line.close()

    async def log_in(self) -> bool:
        """Get a token for the password; True when the password has to be changed first.

        Raises:
            Refused: wrong password, or too many logins in a row.
        """
        self.token = ""
        try:
            answer = await self.staff.Login(
                staff.LoginRequest(staff_id=self.staff_id, password=self.password)
            )
        except grpc.aio.AioRpcError as error:
            raise refusal(error) from None
        self.token = answer.token
        return bool(answer.must_change)


class Personnel:
    """Makes accounts on each node, as its administrator, and logs them in."""

    def __init__(self, language: Language = Language.ZH_CN) -> None:
        self._language = language
        self.admins: dict[str, Clerk] = {}
        self.clerks: dict[str, Clerk] = {}
        self._hiring: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def administrator(self, doors: Doors) -> Clerk:
        """The first administrator of a node, whose one-time password is in a file there."""
        if doors.node not in self.admins:
            file = next(doors.data.rglob(FIRST_FILE))
            first = file.read_text(encoding="ascii").strip()
            admin = Clerk(doors, FIRST, password=first, language=self._language)
            if await admin.log_in():
                await _change_password(admin)
            self.admins[doors.node] = admin
        return self.admins[doors.node]

    async def hire(self, doors: Doors, staff_id: str, unit: str, roles: Sequence[str]) -> Clerk:
        """An account of a unit, made and logged in, once whoever asks for it at the same time."""
        async with self._hiring[staff_id]:
            if staff_id not in self.clerks:
                self.clerks[staff_id] = await self._hired(doors, staff_id, unit, roles)
        return self.clerks[staff_id]

    async def _hired(self, doors: Doors, staff_id: str, unit: str, roles: Sequence[str]) -> Clerk:
        admin = await self.administrator(doors)
        password = secrets.token_urlsafe(12)
        try:
            await admin.staff.AddStaff(
                staff.AddStaffRequest(
                    request_id=str(new_id()),
                    staff_id=staff_id,
                    name=staff_id,
                    unit_id=unit,
                    roles=roles,
                    password=password,
                )
            )
        except grpc.aio.AioRpcError as error:
            raise refusal(error) from None
        clerk = Clerk(doors, staff_id, unit, password, language=self._language)
        await _patiently(clerk)
        return clerk

    @staticmethod
    async def log_in_again(people: Sequence[Clerk]) -> None:
        """New tokens after their node was started with another clock. Raises Refused."""
        for one in people:
            await _patiently(one)

    def resident(self, doors: Doors) -> Clerk:
        """Somebody without an account, at the window of a node."""
        return self.clerks.setdefault(
            f"resident@{doors.node}", Clerk(doors, language=self._language)
        )

    async def close(self) -> None:
        """Hang up for everybody."""
        for clerk in [*self.clerks.values(), *self.admins.values()]:
            await clerk.hang_up()


async def _patiently(clerk: Clerk) -> None:
    """Log in; a node that limits logins per minute is waited for."""
    while True:
        try:
            await clerk.log_in()
        except Refused as refused:
            if refused.remote.code is not grpc.StatusCode.RESOURCE_EXHAUSTED:
                raise
            await asyncio.sleep(1.0)
        else:
            return


async def _change_password(admin: Clerk) -> None:
    chosen = secrets.token_urlsafe(12)
    await admin.staff.ChangePassword(
        staff.ChangePasswordRequest(
            staff_id=admin.staff_id, old_password=admin.password, new_password=chosen
        )
    )
    admin.password = chosen
    await admin.log_in()
