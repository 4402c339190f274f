"""Findings of the doctor: rules on what was measured, each with a text and what to do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

SKEW_MS = 5_000
LAG = 1_000
SILENT = timedelta(minutes=5)
STUCK = timedelta(hours=1)
BACKUP_AGE = timedelta(days=2)
HOLIDAYS_AHEAD = timedelta(days=60)
FREE_BYTES = 1 << 30
FREE_SHARE = 0.05
RENEW_WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at. `rule` is the key of its text; `next.<rule>` says what to do."""

    rule: str
    ids: dict[str, object] = field(default_factory=dict)


def of_links(status: Mapping[str, Any], now: datetime) -> Iterator[Finding]:
    """Links that are down, behind, silent or with another clock; hand-overs that wait too long."""
    for link in status["links"]:
        yield from _link(link, now)
    for row in status["stuck"]:
        since = _instant(row["since"])
        if since and now - since > STUCK:
            yield Finding("HANDOVER_STUCK", _ids(row, "case_no", "state", "tries", "last_reason"))
    if status["frozen"]:
        yield Finding("NODE_FROZEN")
    if status["parked"]:
        yield Finding("EVENTS_PARKED", {"count": status["parked"]})


def _link(link: Mapping[str, Any], now: datetime) -> Iterator[Finding]:
    peer = {"peer": link["peer"]}
    heard = _instant(link["heard_at"])
    if not link["connected"]:
        yield Finding("LINK_DOWN", peer)
    elif heard and now - heard > SILENT:
        yield Finding("LINK_SILENT", peer | {"heard_at": link["heard_at"]})
    if link["held"]:
        yield Finding("LINK_HELD", peer)
    waiting = max(link["unsent"], link["head"] - link["cursor"])
    if waiting > LAG:
        yield Finding("LINK_LAGS", peer | {"count": waiting})
    if abs(link["skew_ms"]) > SKEW_MS:
        yield Finding("CLOCK_SKEW", peer | {"seconds": round(link["skew_ms"] / 1000)})


def of_holidays(final_until: str, today: date) -> Iterator[Finding]:
    """The holiday table ends soon: due dates beyond it are provisional."""
    if not final_until:
        yield Finding("HOLIDAYS_UNKNOWN")
    elif date.fromisoformat(final_until) - today < HOLIDAYS_AHEAD:
        yield Finding("HOLIDAYS_END", {"until": final_until})


def of_backup(made: datetime | None, now: datetime) -> Iterator[Finding]:
    """No backup, or an old one."""
    if made is None:
        yield Finding("BACKUP_NEVER")
    elif now - made > BACKUP_AGE:
        yield Finding("BACKUP_OLD", {"days": (now - made).days})


def of_disk(free: int, total: int, folder: str) -> Iterator[Finding]:
    """Less room than 1 GiB or a twentieth."""
    if free < FREE_BYTES or free < total * FREE_SHARE:
        yield Finding("DISK_SHORT", {"free_mb": free >> 20, "folder": folder})


def of_certificate(address: str, ends: datetime | None, now: datetime) -> Iterator[Finding]:
    """Thirty days or less to its end."""
    if ends is not None and ends - now <= RENEW_WITHIN:
        yield Finding("CERTIFICATE_ENDS", {"address": address, "days": (ends - now).days})


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _ids(row: Mapping[str, Any], *names: str) -> dict[str, object]:
    return {name: row[name] for name in names}
