"""Ways out: a folder on this machine, or the gateways of the operator.

The notification library is imported with the first message of a node that has gateways: it costs
two seconds and 45 MB, which a village without any must not pay.
"""

import asyncio
import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID

from kernel import logs, masking
from kernel.clock import SHANGHAI
from kernel.notifying.channels import Channels
from kernel.notifying.words import State

LOCAL = "local"
KEPT_DAYS = 30
"""How long the local sink keeps what it was given."""
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
"""Folders of the sink are called so; whatever else lies there is the operator's."""
_log = logs.get_logger()


@dataclass(frozen=True, slots=True)
class Message:
    """What one recipient is to be told; `contacts` are opened for this and not kept."""

    notice_id: UUID
    contacts: Mapping[str, str] = field(repr=False)
    title: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """How a message left: SENT through a gateway, or KEPT here."""

    state: State
    channel: str


class NoChannel(Exception):
    """No channel fits the contacts there are."""


class NotTaken(Exception):
    """The gateway of `channel` did not take the message; the library says no more."""

    def __init__(self, channel: str) -> None:
        super().__init__(channel)
        self.channel = channel


class WayOut(Protocol):
    """Takes messages, or says why not."""

    async def send(self, message: Message) -> Taken:
        """Send it once. Raises NoChannel, NotTaken."""
        ...


class Sink:
    """Writes what would have been sent into a folder: one file for each, contacts masked.

    A notice that is tried again replaces its file. Days older than `KEPT_DAYS` go; one that cannot
    be removed is logged and stops no notice.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._day: date | None = None

    async def send(self, message: Message) -> Taken:
        """Write it. Raises OSError when the disk does not take it."""
        await asyncio.to_thread(self._write, message)
        return Taken(State.KEPT, LOCAL)

    def _write(self, message: Message) -> None:
        day = message.at.astimezone(SHANGHAI).date()
        folder = self._folder / day.isoformat()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if day != self._day:
            self._forget_before(day - timedelta(days=KEPT_DAYS))
            self._day = day
        said = {
            "to": {kind: masking.phone(text) for kind, text in message.contacts.items()},
            "title": message.title,
            "text": message.text,
            "key": str(message.notice_id),
        }
        file, new = (folder / f"{message.notice_id}{end}" for end in (".json", ".new"))
        opened = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(opened, "w", encoding="utf-8") as written:
            json.dump(said, written, ensure_ascii=False, indent=1)
        new.replace(file)

    def _forget_before(self, first: date) -> None:
        for folder in self._folder.iterdir():
            if folder.is_dir() and _DAY.fullmatch(folder.name) and folder.name < first.isoformat():
                try:
                    shutil.rmtree(folder)
                except OSError as fault:
                    _log.warning("notices_not_removed", **logs.fault(fault))


class Gateways:
    """Sends through the first channel that fits, by the notification library."""

    def __init__(self, channels: Channels) -> None:
        self._channels = channels

    async def send(self, message: Message) -> Taken:
        """Send it on a thread of its own; the library waits some seconds for a gateway."""
        found = self._channels.fitting(message.contacts)
        if found is None:
            raise NoChannel
        channel, contact = found
        url = channel.address(contact, str(message.notice_id))
        if not await asyncio.to_thread(_notify, url, message.title, message.text):
            raise NotTaken(channel.name)
        return Taken(State.SENT, channel.name)


def _notify(url: str, title: str, text: str) -> bool:
    import apprise  # noqa: PLC0415 (see above)

    asset = apprise.AppriseAsset(app_id="Lianxin", app_desc="Lianxin", secure_logging=True)
    gateway = apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
    return gateway is not None and bool(gateway.notify(body=text, title=title))
