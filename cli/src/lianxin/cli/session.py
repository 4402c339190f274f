"""A conversation with a node: lines to its services, the caller's token, failures in words."""

import asyncio
import os
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any, Self, TypeVar

import grpc
from google.protobuf.timestamp_pb2 import Timestamp

from kernel.catalogue import Catalogue, Language
from kernel.grpc_client import ClientTls, Line, Manner, dial, from_error
from lianxin.cli import invocation, locks, tokens
from lianxin.cli.errors import CommandFailed, NodeAway, Remote, Unanswered
from lianxin.cli.issuer_token import TokenSource
from lianxin.cli.nodes import NodeDoor, node_door
from lianxin.cli.plain import iso
from lianxin.cli.stubs import Stubs
from lianxin.cli.tokens import KEY_VARIABLE, Token
from lianxin.cli.words import word
from lianxin.routing.v1.staff_pb2 import LogInAtIssuerRequest, LoginRequest, RenewTokenRequest

T = TypeVar("T")
AWAY = frozenset({"UNREACHABLE", "TIMED_OUT", "NOT_READY", "SHUTTING_DOWN"})


class Session(Stubs):
    """Stubs of the node's services and one loop to call them from; used as a context."""

    def __init__(self, door: NodeDoor) -> None:
        self.door = door
        self._runner = asyncio.Runner()
        self._token: Token | None = tokens.kept(door)
        self._key = os.environ.get(KEY_VARIABLE, "")
        self._lines: dict[str, Line] = {}
        self._tls: ClientTls | None = None

    def __enter__(self) -> Self:
        self._tls = locks.tls_of(self.door)
        self._runner.__enter__()
        self._runner.run(self._dial())
        return self

    def __exit__(self, *raised: object) -> None:
        self._runner.run(self._hang_up())
        self._runner.__exit__(*raised)

    def line(self, service: str) -> Line:
        """The line to a service, dialled when the conversation began.

        Raises:
            NodeAway: its address is not known: the node has no such service yet.
        """
        if service not in self._lines:
            raise NodeAway("SERVICE_NOT_KNOWN", service=word("service", service))
        return self._lines[service]

    def ask(self, call: Awaitable[T]) -> T:
        """The answer of a call, or of a conversation of several.

        Raises:
            Remote, Unanswered: the node refused, or did not answer.
            NodeAway: its door is locked otherwise than this command was told.
        """
        try:
            return self._runner.run(_awaited(call))
        except grpc.aio.AioRpcError as error:
            remote = refused(error)
            if remote.reason == "UNREACHABLE":
                locks.explain(self.door)
            raise remote from None

    def begin(self) -> None:
        """Make sure there is a token that lives on for a while.

        Raises:
            CommandFailed: nobody has logged in, or the token has expired.
            Remote, BadInput: the identity provider's token does not hold, or is not to be had.
        """
        if self._key:
            return
        now = datetime.now(UTC)
        if self._token is not None and self._token.source:
            if self._token.ages(now):
                self.log_in_at_issuer(self._token.source)
            return
        if self._token is None or self._token.expired(now):
            raise CommandFailed("NOT_LOGGED_IN", node=self.door.name)
        if self._token.must_change:
            raise CommandFailed("MUST_CHANGE_PASSWORD", node=self.door.name)
        if self._token.ages(now):
            answer = self.ask(self.staff.RenewToken(RenewTokenRequest()))
            self.logged_in(self._token.staff_id, answer.token, answer.expires_at)

    @property
    def staff_id(self) -> str:
        """Who has logged in; empty for a system with a key."""
        return self._token.staff_id if self._token and not self._key else ""

    @property
    def unit(self) -> str:
        """The unit of who has logged in, as the token says; empty for a system with a key."""
        return self._token.unit if self._token and not self._key else ""

    def log_in(self, staff_id: str, password: str) -> Any:
        """Check a password at the node and use the token it gives from now on.

        Raises:
            Remote, Unanswered: the node refused, or did not answer.
        """
        self._token, self._key = None, ""  # an old token would be judged instead of the password
        answer = self.ask(self.staff.Login(LoginRequest(staff_id=staff_id, password=password)))
        self.logged_in(staff_id, answer.token, answer.expires_at, must_change=answer.must_change)
        return answer

    def log_in_at_issuer(self, source: TokenSource) -> Any:
        """Give the node a token of the identity provider and use the one it answers.

        Raises:
            BadInput: there is no token at the source.
            Remote, Unanswered: the node refused, or did not answer.
        """
        request = LogInAtIssuerRequest(token=source.read())
        self._token, self._key = None, ""
        answer = self.ask(self.staff.LogInAtIssuer(request))
        self._token = Token(
            answer.staff_id,
            answer.token,
            iso(answer.expires_at),
            token_file=source.file,
            token_command=source.command,
        )
        tokens.keep(self.door, self._token)
        return answer

    def logged_in(
        self, staff_id: str, token: str, expires_at: Timestamp, *, must_change: bool = False
    ) -> None:
        """Use a new token from now on and keep it."""
        self._token = Token(staff_id, token, iso(expires_at), must_change)
        tokens.keep(self.door, self._token)

    async def _dial(self) -> None:
        """Within the loop, as grpc wants it; nothing is sent before the first call."""
        scheme = "Key" if self._key else "Bearer"
        manner = Manner(token=self._bearer, language=language(), scheme=scheme)
        doors = self.door.services.items()
        self._lines = {service: dial(target, manner, tls=self._tls) for service, target in doors}

    def _bearer(self) -> str:
        return self._key or (self._token.token if self._token else "")

    async def _hang_up(self) -> None:
        for line in self._lines.values():
            await line.close()


@contextmanager
def connected(*, login: bool = True) -> Iterator[Session]:
    """A session with the node of this command; with `login`, only for somebody logged in."""
    with Session(node_door()) as session:
        if login:
            session.begin()
        yield session


def language() -> Language:
    """The language of this command."""
    return Language(invocation.current().language)


@cache
def _texts() -> Catalogue:
    return Catalogue.load("lianxin.cli")


def refused(error: grpc.aio.AioRpcError) -> Remote:
    """A refusal of the node as a failure of the command."""
    remote = from_error(error, _texts(), language())
    kind = Unanswered if remote.reason in AWAY else Remote
    message = remote.message or remote.reason
    return kind(remote.reason, message, remote.fields, remote.ids)


async def _awaited(call: Awaitable[T]) -> T:
    return await call
