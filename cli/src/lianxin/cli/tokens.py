"""The token of a login, kept per node (0600) and renewed while it is used."""

import base64
import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lianxin.cli import home
from lianxin.cli.errors import BadInput
from lianxin.cli.issuer_token import TokenSource
from lianxin.cli.nodes import NodeDoor, node_door

RENEW_BEFORE = timedelta(minutes=10)
KEY_VARIABLE = "LIANXIN_KEY"


@dataclass(frozen=True, slots=True)
class Token:
    """A signed token and who it is for."""

    staff_id: str
    token: str
    expires_at: str
    must_change: bool = False
    token_file: str = ""
    token_command: str = ""

    @property
    def source(self) -> TokenSource:
        """Where a fresh token of the identity provider is to be had; nowhere after a password."""
        return TokenSource(self.token_file, self.token_command)

    @property
    def unit(self) -> str:
        """The unit it names; read only to choose what to show, the node checks the signature."""
        body = self.token.split(".")[1:2]
        try:
            padded = body[0] + "=" * (-len(body[0]) % 4)
            return str(json.loads(base64.urlsafe_b64decode(padded)).get("unit", ""))
        except (IndexError, ValueError):
            return ""

    def expired(self, now: datetime) -> bool:
        """Whether the node will refuse it."""
        return datetime.fromisoformat(self.expires_at) <= now

    def ages(self, now: datetime) -> bool:
        """Whether it is time for a new one."""
        return datetime.fromisoformat(self.expires_at) - now < RENEW_BEFORE


def file_of(door: NodeDoor) -> Path:
    """Where the token of a node is kept."""
    return home.folder() / "tokens" / f"{door.file_name}.json"


def kept(door: NodeDoor) -> Token | None:
    """The token of the last login, whatever its age."""
    content = home.read(file_of(door))
    try:
        return Token(**content) if content else None
    except TypeError:
        return None


def keep(door: NodeDoor, token: Token) -> None:
    """Keep it for the next command."""
    home.keep(file_of(door), asdict(token))


def forget(door: NodeDoor) -> None:
    """Log out on this machine."""
    home.forget(file_of(door))


def logged_in() -> bool:
    """Whether somebody has logged in to the node this command speaks to."""
    if os.environ.get(KEY_VARIABLE):
        return True
    try:
        token = kept(node_door())
    except BadInput:
        return False
    return token is not None and (bool(token.source) or not token.expired(datetime.now(UTC)))
