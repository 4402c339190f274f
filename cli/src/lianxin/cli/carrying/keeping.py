"""What stays behind of a journey, in the user's own folder."""

import base64
import hashlib
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from lianxin.cli import home
from lianxin.cli.carrying.envelope import Journey


def keep(journey: Journey) -> None:
    """Keep it: without it no return can be opened."""
    text = base64.b64encode(msgspec.msgpack.encode(journey)).decode()
    home.keep(_file(journey.journey), {"journey": text})


def kept(journey: UUID) -> Journey | None:
    """What was kept of a journey; None for one that did not begin here."""
    found: dict[str, Any] | None = home.read(_file(journey))
    if found is None:
        return None
    return msgspec.msgpack.decode(base64.b64decode(found["journey"]), type=Journey)


def was_applied(journey: Journey, data: bytes) -> bool:
    """Whether this very return was applied whole before."""
    return hashlib.sha256(data).hexdigest() in journey.applied


def note_applied(journey: Journey, data: bytes) -> None:
    """A return was applied whole."""
    applied = [*journey.applied, hashlib.sha256(data).hexdigest()]
    keep(msgspec.structs.replace(journey, applied=applied))


def _file(journey: UUID) -> Path:
    return home.folder() / "carried" / f"{journey}.json"
