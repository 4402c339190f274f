"""Logging in and what goes with it: passwords are looked at off the event loop."""

import asyncio
import base64
import math
import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from kernel import passwords
from kernel.errors import FieldViolation
from kernel.group_commit import Work
from kernel.identity import NOBODY, Caller, Kind, Role
from kernel.oidc import ClaimMissing, ClaimsMap, Issuer, Passwords
from kernel.roles import role_table
from kernel.tokens import STAFF_LIFETIME, Authenticator, KeyRing, StoredKey, issue, write_secret
from routing.commands.staff import AddStaff, SetPassword
from routing.domain.route import desk_of
from routing.errors import (
    IssuerNone,
    LogInAtIssuer,
    LoginFailed,
    PasswordsOff,
    PasswordToChange,
    PasswordWeak,
    StaffUnknown,
)
from routing.handlers import accounts as handlers
from routing.handlers import issued, login
from routing.knowledge import Knowledge
from routing.settings import Settings
from routing.steps.ground import Ground
from routing.storage import staff as stored
from routing.storage.staff import Values

T = TypeVar("T")
FIRST = "admin"
FIRST_FILE = "first-administrator-password"
SHORTEST = 10
LOOK_S = 5.0
LOOK_BACK = STAFF_LIFETIME + timedelta(minutes=5)
SEALED = "case.read.sealed"
ACCOUNT = re.compile(r"[a-z0-9._-]{2,40}")
SHORTEST_LIFE = timedelta(seconds=30)
"""Of a token: clocks differ, and one the issuer just ended within the skew has still to be used."""


@dataclass(frozen=True, slots=True)
class Token:
    """What a login is worth."""

    token: str
    expires_at: datetime
    must_change: bool = False


class Accounts:
    """The accounts of a node, as its doors use them. Run `run` beside the server."""

    def __init__(
        self, settings: Settings, ring: KeyRing, knowledge: Knowledge, ground: Ground
    ) -> None:
        self.node = ground.node
        self.clock = ground.clock
        self._folder = settings.data
        self._ring = ring
        self._knowledge = knowledge
        self._writer = ground.writer
        self._readers = ground.readers
        self._passwords = Passwords.EVERYBODY
        self._issuer: Issuer | None = None
        if settings.issuer is not None:
            self.trust(settings.issuer)
        self.authenticator = Authenticator(
            self.node.code,
            ring,
            peer_keys=self._peer_key,
            system_key=self.system_key,
            seconds=lambda: self.clock.now().timestamp(),
        )

    def trust(self, file: Path) -> None:
        """Let in whom the issuer of this mapping file vouches for. Raises MappingInvalid."""
        by = ClaimsMap.load(file)
        self._passwords, self._issuer = by.passwords, Issuer.of(by, self.clock.now)

    async def run(self) -> None:
        """Make the first administrator; then notice what other replicas change, for ever."""
        await self.make_first(self._folder)
        while True:
            await self.look()
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        """Refuse from now on what was issued on accounts and keys as they were before a change."""
        changes = await self.changes()
        self.authenticator.take_changes({who: at.timestamp() for who, at in changes.items()})

    async def changes(self) -> dict[str, datetime]:
        """Accounts changed within the longest life of a token of theirs, and when."""
        since = self.clock.now() - LOOK_BACK
        return await self._readers.run(lambda connection: stored.changed(connection, since))

    async def log_in(self, staff_id: str, password: str) -> Token:
        """A token for the right password; one without roles for a one-time password.

        Raises:
            LoginFailed: account or password is wrong, or the account is disabled or locked.
            PasswordsOff: right, but on this node the bearer logs in through the issuer.
        """
        row = await self._prove(staff_id, password)
        if not _may_use_password(self._passwords, row):
            raise PasswordsOff
        return self._token(row, must_change=row["must_change"])

    async def log_in_at_issuer(self, token: str) -> tuple[str, Token]:
        """Account and token for whoever bears a token of the issuer the node trusts.

        Raises:
            IssuerNone: it trusts none.
            TokenInvalid, TokenExpired, IssuerAway, ClaimMissing, NoRoleGiven: as `Issuer.person`.
            StaffTaken, LoginFailed, UnitUnknown, NotYourSite: as `issued.enter`.
        """
        if self._issuer is None:
            raise IssuerNone
        person = await self._issuer.person(token)
        if not ACCOUNT.fullmatch(person.account):
            raise ClaimMissing(claim="account")
        row = await self._write(issued.enter, person, person.account)
        await self.look()
        return person.account, self._token(row, until=person.expires_at)

    async def renew(self, caller: Caller) -> Token:
        """Another token while the account is in order.

        Raises:
            LoginFailed: disabled, or no account of this node.
            LogInAtIssuer: an account of the issuer, which vouches for it each time.
            PasswordToChange: it logged in with a one-time password.
        """
        row = await self._readers.run(lambda c: stored.account(c, caller.id))
        if caller.kind is not Kind.STAFF or row is None or row["disabled"]:
            raise LoginFailed
        if row["issuer"]:
            raise LogInAtIssuer
        if row["must_change"]:
            raise PasswordToChange
        return self._token(row)

    async def change_own(self, caller: Caller, staff_id: str, old: str, new: str) -> None:
        """Change one's own password, proving the old one.

        Raises LoginFailed, StaffUnknown, PasswordWeak.
        """
        if caller.kind is not Kind.STAFF or caller.id != staff_id:
            raise StaffUnknown(staff_id=staff_id[:64])
        check_strength(new, staff_id, "new_password")
        if new == old:
            raise PasswordWeak(FieldViolation("new_password", "DUPLICATE"))
        await self._prove(staff_id, old)
        command = SetPassword(staff_id, await hashed(new), must_change=False)
        await self._write(handlers.change_own, command, staff_id)
        await self.look()

    async def make_first(self, folder: Path) -> bool:
        """The first administrator, whose one-time password is in a file only the owner can read.

        Repeatable: the file is written first, so that a crash between leaves a password that works.
        """
        file = folder / FIRST_FILE
        password = await asyncio.to_thread(_first_password, file)
        command = AddStaff(
            FIRST, "", "", (Role.ADMINISTRATOR.value,), await hashed(password), must_change=True
        )
        made = await self._write(handlers.make_first, command, FIRST)
        if not made and not await self._waits_for_first(password):
            await asyncio.to_thread(file.unlink, missing_ok=True)
        return made

    async def _waits_for_first(self, password: str) -> bool:
        """Whether the first administrator has still to log in with the password of the file."""
        row = await self._readers.run(lambda c: stored.account(c, FIRST))
        if row is None or not row["must_change"] or row["disabled"]:
            return False
        checked = await asyncio.to_thread(passwords.check_password, password, row["password"])
        return checked.matches

    async def system_key(self, key_id: str) -> StoredKey | None:
        """A system's key, for the authenticator."""
        row = await self._readers.run(lambda c: stored.system_by_key(c, key_id))
        if row is None:
            return None
        caller = self.caller_of(Kind.SYSTEM, row["system_id"], row)
        return StoredKey(key_id, bytes(row["digest"]), caller, row["disabled"])

    async def _peer_key(self, node: str, _kid: str) -> bytes | None:
        """The public key of a child node, as the directory records it."""
        directory = self._knowledge.snapshot.directory
        text = "" if directory is None else directory.node_key(node)
        return base64.b64decode(text) if text else None

    def caller_of(self, kind: Kind, bearer: str, row: Values) -> Caller:
        """Who the bearer of an account is; without a directory it sits nowhere yet."""
        roles = frozenset(Role(role) for role in row["roles"])
        directory = self._knowledge.snapshot.directory
        if directory is None:
            return Caller(kind, bearer, roles=roles)
        unit = row["unit"] or desk_of(directory, self.node.code)
        sealed = {unit} if SEALED in role_table().permissions_of(roles) else set()
        site, path = "", ""
        if unit in directory.units:
            site, path = directory.units[unit].site, directory.path_of_unit(unit)
        return Caller(kind, bearer, site, unit, path, roles, frozenset(sealed))

    def _token(self, row: Values, *, must_change: bool = False, until: float = math.inf) -> Token:
        """A token of a quarter of an hour; of what the issuer vouches for, if that ends sooner."""
        caller = self.caller_of(Kind.STAFF, row["staff_id"], row)
        if must_change:
            caller = Caller(Kind.STAFF, caller.id, caller.site, caller.unit, caller.path)
        now = self.clock.now()
        left = max(until - now.timestamp(), SHORTEST_LIFE.total_seconds())
        lifetime = STAFF_LIFETIME if math.isinf(left) else min(STAFF_LIFETIME, timedelta(0, left))
        code = self.node.code
        token = issue(
            self._ring,
            caller,
            issuer=code,
            audience=code,
            now=now,
            lifetime=lifetime,
            account_at=row["changed_at"],
        )
        return Token(token, now + lifetime, must_change)

    async def _prove(self, staff_id: str, password: str) -> Values:
        row = await self._write(login.begin_attempt, staff_id, staff_id)
        stored_hash = decoy() if row is None else row["password"]
        checked = await asyncio.to_thread(passwords.check_password, password, stored_hash)
        if row is None or not checked.matches:
            raise LoginFailed
        rehash = await hashed(password) if checked.rehash else ""
        await self._write(login.note_success, login.LoggedIn(staff_id, rehash), staff_id)
        return row

    async def _write(self, handler: Callable[..., T], command: Any, key: str) -> T:
        def handle(uow: Any, given: Any) -> T:
            return handler(uow, given, node=self.node)

        work = Work(handle, command, key=f"staff:{key}", caller=NOBODY, traceparent="")
        return await self._writer.perform(work)


def _may_use_password(who: Passwords, row: Values) -> bool:
    administrator = Role.ADMINISTRATOR.value in row["roles"]
    return who is Passwords.EVERYBODY or (who is Passwords.ADMINISTRATORS and administrator)


def _first_password(file: Path) -> str:
    """The one-time password in the file; made with it when there is none."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with suppress(FileExistsError):  # another replica was faster: its password is the password
            write_secret(file, f"{one_time_password()}\n".encode())
    return file.read_text(encoding="ascii").strip()


async def hashed(password: str) -> str:
    """The hash to store."""
    return await asyncio.to_thread(passwords.hash_password, password)


def one_time_password() -> str:
    """A password to hand over once: 80 random bits, easy to read out."""
    return "-".join(secrets.token_hex(2) for _ in range(5))


def check_strength(password: str, account: str, field: str) -> None:
    """Refuse a weak password. Raises PasswordWeak naming the field."""
    if len(password) < SHORTEST:
        raise PasswordWeak(FieldViolation(field, "TOO_SHORT", SHORTEST))
    why = passwords.weakness(password, account)
    if why is not None:
        raise PasswordWeak(FieldViolation(field, why))


@cache
def decoy() -> str:
    """A hash that no password matches, so that an unknown account takes as long as a known one."""
    return passwords.hash_password(secrets.token_hex(32))
