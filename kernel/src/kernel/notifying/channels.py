"""Through which gateways a node sends: a file of the operator, with the secrets kept elsewhere.

residents: [sms]                # channels of this audience; the first that fits a contact is taken
staff: [wecom, mail]
hours: ["08:30", "17:30"]       # Asia/Shanghai; for those who wish to be told in them only
channels:
  sms:
    to: phone                   # which contact of a person it takes: phone, mail, wecom, dingtalk
    url: "jsons://sms.example.org/send?+X-Idempotency-Key={key}&:to={address}&+X-Token={token}"
    secrets: {token: "env:SMS_TOKEN"}     # or file:/run/secrets/sms
"""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from string import Formatter
from typing import Any, Self
from urllib.parse import quote

import yaml

from kernel.clock import SHANGHAI
from kernel.notifying.errors import ChannelsInvalid
from kernel.yaml_text import read_yaml

OF_A_MESSAGE = frozenset({"address", "key"})
HOURS = (time(8, 30), time(17, 30))
CONTACTS = ("phone", "mail", "wecom", "dingtalk")
"""Kinds of contact there are."""
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Channel:
    """One gateway; `url` is a template of the notification library's addresses."""

    name: str
    to: str
    url: str = field(repr=False)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    def address(self, address: str, key: str) -> str:
        """The library's address for one recipient; every value is quoted."""
        given = {"address": address, "key": key, **self.secrets}
        return self.url.format_map({name: quote(text, safe="") for name, text in given.items()})


@dataclass(frozen=True, slots=True)
class Channels:
    """The channels of one audience, in order."""

    channels: tuple[Channel, ...]
    hours: tuple[time, time] = HOURS

    @classmethod
    def load(cls, path: Path, audience: str) -> Self:
        """Read the file.

        Raises:
            ChannelsInvalid: it cannot be read, or a channel, contact or secret is unknown.
        """
        try:
            content = read_yaml(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, yaml.YAMLError):  # a date that is none, text that is no UTF-8
            raise ChannelsInvalid(f"{path}: cannot be read") from None
        given = _mapping(content, str(path))
        rows = _mapping(given.get("channels"), f"{path}: channels")
        wanted = _names(given.get(audience), f"{path}: {audience}")
        if not rows.keys() >= set(wanted):
            raise ChannelsInvalid(f"{path}: {audience}: no such channel")
        listed = tuple(_channel(name, rows[name], f"{path}: channels.{name}") for name in wanted)
        return cls(listed, _hours(given.get("hours"), str(path)))

    def fitting(self, contacts: Mapping[str, str]) -> tuple[Channel, str] | None:
        """The first channel for which there is a contact, and that contact."""
        for channel in self.channels:
            if contacts.get(channel.to):
                return channel, contacts[channel.to]
        return None


def opening(now: datetime, hours: tuple[time, time]) -> datetime | None:
    """When the hours begin next; None while they last."""
    local = now.astimezone(SHANGHAI)
    first, last = (datetime.combine(local, at, SHANGHAI) for at in hours)
    if first <= local < last:
        return None
    return first if local < first else first + timedelta(days=1)


def _mapping(content: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(content, Mapping):
        raise ChannelsInvalid(f"{where}: not a mapping")
    return content


def _names(content: Any, where: str) -> Sequence[str]:
    if content is None:
        return []
    if not isinstance(content, list) or not all(isinstance(name, str) for name in content):
        raise ChannelsInvalid(f"{where}: not a list of names")
    return content


def _channel(name: str, content: Any, where: str) -> Channel:
    row = _mapping(content, where)
    to, url = row.get("to"), row.get("url")
    if to not in CONTACTS or not isinstance(url, str):
        raise ChannelsInvalid(f"{where}: needs `url`, and `to` as one of {', '.join(CONTACTS)}")
    secrets = {
        key: _secret(value, f"{where}.secrets.{key}")
        for key, value in _mapping(row.get("secrets") or {}, f"{where}.secrets").items()
    }
    asked = _asked(url, f"{where}.url")
    if asked - OF_A_MESSAGE - secrets.keys():
        raise ChannelsInvalid(f"{where}.url: asks for something that is no secret of the channel")
    if "address" not in asked:
        raise ChannelsInvalid(f"{where}.url: has no {{address}}, it would tell nobody")
    return Channel(name, to, url, secrets)


def _asked(url: str, where: str) -> set[str]:
    """The names in braces; text in them is put in as it is, without a form of its own."""
    try:
        parts = list(Formatter().parse(url))
    except ValueError:
        raise ChannelsInvalid(f"{where}: has a brace that is not closed or not opened") from None
    if any(form or turned for _, _, form, turned in parts):
        raise ChannelsInvalid(f"{where}: a name in braces stands alone, without : or !")
    return {name for _, name, _, _ in parts if name is not None}


def _secret(source: Any, where: str) -> str:
    kind, _, at = str(source).partition(":")
    if kind == "env" and os.environ.get(at):
        return os.environ[at]
    if kind != "file":
        raise ChannelsInvalid(f"{where}: neither env:NAME of the environment nor file:PATH")
    try:
        return Path(at).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        raise ChannelsInvalid(f"{where}: the file cannot be read as text") from None


def _hours(given: Any, where: str) -> tuple[time, time]:
    if given is None:
        return HOURS
    found = [_CLOCK.fullmatch(str(one)) for one in given] if isinstance(given, list) else []
    first_and_last = [time(int(one[1]), int(one[2])) for one in found if one is not None]
    if len(first_and_last) != len(HOURS) or first_and_last[0] >= first_and_last[1]:
        raise ChannelsInvalid(f'{where}: hours: needs ["08:30", "17:30"] or the like')
    return first_and_last[0], first_and_last[1]
