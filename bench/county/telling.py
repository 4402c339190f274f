"""The report of a played month: a table for people, and all readings as JSON."""

import os
import resource
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.county.playing import Played
from bench.county.timing import Tally
from bench.county.watching import Use, Watch
from bench.report import percentile
from lianxin.cli.audit_nodes import Audit

SHARES = (50, 95, 99)
SHOWN = (
    "RegisterCase", "AcceptCase", "Escalate", "Assign", "SignFor", "GetCustody", "Today",
    "ListWork", "OpenMediation", "SuggestMediators", "AssignMediators", "ScheduleSession",
    "RecordSession", "SignAgreement", "CloseMediation", "RenderDocument", "CloseCase", "TrackCase",
    "RecordCallback", "Summarize",
)  # fmt: skip
MS, WORKDAY_H, PARTS = 1000, 9, 4
OWN_VOLUMES = {
    "tables (in the databases)": (" base",),
    "logs to recover by (in the databases)": (" pg_wal",),
    "databases": ("postgres-data",),
    "broker": ("broker-data",),
    "files": ("-data",),
}
"""Endings of names; what one took is not counted again below it. WAL is bounded, tables are not."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What the machine's processors did up to a moment, in seconds over all of them."""

    busy_s: float
    own_s: float

    @classmethod
    def now(cls) -> "Machine":
        """Everything since the start of the machine, and this process's own part."""
        line = Path("/proc/stat").read_text("ascii").splitlines()[0].split()[1:]
        ticks = os.sysconf("SC_CLK_TCK")
        user, nice, system, _idle, _iowait, irq, softirq = (int(it) / ticks for it in line[:7])
        used = resource.getrusage(resource.RUSAGE_SELF)
        return cls(user + nice + system + irq + softirq, used.ru_utime + used.ru_stime)


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that is told at the end. Times are seconds, sizes megabytes."""

    days: int
    day_s: float
    cases: int
    played: Played
    tally: Tally
    watch: Watch
    floor_idle: Sequence[float]
    machine: tuple[Machine, Machine]
    disk: tuple[dict[str, float], dict[str, float]]
    rest_s: float
    audit: Audit
    audit_s: float

    @property
    def per_second(self) -> float:
        """Calls per second over the month."""
        return self.tally.calls / self.played.seconds


def told(out: Outcome) -> Iterator[str]:
    """The table, line by line."""
    yield from _load(out)
    yield from _acts(out)
    yield from _lag(out)
    yield from _memory(out)
    yield from _disk(out)
    yield from _end(out)


def _load(out: Outcome) -> Iterator[str]:
    played, days = out.played, out.days
    whole = _spread(played.whole, 1)
    yield f"load: {played.offered} matters offered over {days} working days, {out.cases} a month"
    yield (
        f"  {days * WORKDAY_H} working hours in {played.seconds / 60:.1f} min "
        f"({days * WORKDAY_H * 3600 / played.seconds:.0f} times faster than the clock)"
    )
    yield (
        f"  registered {len(played.registered)}, ended {played.done} "
        f"({played.done / played.seconds:.2f} a second), of them {dict(played.ended)}"
    )
    yield f"  asked where it is {played.tracked}, called back {played.called_back}"
    yield f"  not ended: {dict(played.failed) or 'none'}"
    yield f"  a matter from counter to end: {whole} s"
    for part, waits in enumerate(_parts(played.waited, days * out.day_s)):
        yield f"  quarter {part + 1} of the month, waited for somebody free: {_spread(waits, 1)} s"
    yield f"  calls {out.tally.calls}, {out.per_second:.1f} a second"


def _parts(pairs: Sequence[tuple[float, float]], whole_s: float) -> list[list[float]]:
    parts: list[list[float]] = [[] for _ in range(PARTS)]
    for at, value in pairs:
        parts[min(PARTS - 1, int(at / whole_s * PARTS))].append(value)
    return parts


def _spread(values: Sequence[float], factor: float) -> str:
    if not values:
        return "none"
    marks = (f"p{share} {percentile(values, share) * factor:.1f}" for share in SHARES)
    return f"{' '.join(marks)} worst {max(values) * factor:.1f} ({len(values)})"


def _acts(out: Outcome) -> Iterator[str]:
    yield f"bare call, idle {_spread(out.floor_idle, MS)} ms"
    yield f"bare call under the load {_spread(out.watch.floor.seconds, MS)} ms"
    for name in SHOWN:
        yield f"  {name:18} {_spread(out.tally.seconds.get(name, []), MS)} ms"
    for (name, reason), count in out.tally.refused.most_common():
        yield f"  refused {name} {reason}: {count}"


def _lag(out: Outcome) -> Iterator[str]:
    handed = [value for _, value in out.played.handed_over]
    yield f"hand-over, act to held there: {_spread(handed, 1)} s"
    by_link: defaultdict[str, list[float]] = defaultdict(list)
    for reading in out.watch.readings:
        for link, late in reading["links"].by_link.items():
            by_link[link].append(late)
    for link, late in sorted(by_link.items()):
        yield f"  events on the way, {link}: {_spread(late, 1)}; last {late[-1]:.0f}"
    oldest = [reading["links"].oldest_s for reading in out.watch.readings]
    yield f"  oldest hand-over under way: {_spread(oldest, 1)} s"
    yield f"  readings {len(out.watch.readings)}, missed {out.watch.missed}"


def _memory(out: Outcome) -> Iterator[str]:
    series: defaultdict[str, list[Use]] = defaultdict(list)
    for reading in out.watch.readings:
        for service, use in reading["use"].items():
            series[service].append(use)
    total = cpu = 0.0
    for service, uses in sorted(series.items()):
        first, last = uses[0], uses[-1]
        total, cpu = total + last.memory, cpu + last.cpu_s - first.cpu_s
        peak = max(use.memory for use in uses)
        yield (
            f"  {service:22} {first.memory:6.0f} → {last.memory:6.0f} MB, most {peak:6.0f} of "
            f"{last.limit:5.0f}; processor {last.cpu_s - first.cpu_s:7.1f} s"
        )
    before, after = out.machine
    own, busy = after.own_s - before.own_s, after.busy_s - before.busy_s
    seconds = out.played.seconds * (os.cpu_count() or 1)
    yield f"memory of all containers at the end {total:.0f} MB"
    yield (
        f"processor seconds: containers {cpu:.0f}, these callers {own:.0f}, "
        f"whole machine {busy:.0f} of {seconds:.0f}"
    )


def _disk(out: Outcome) -> Iterator[str]:
    before, after = out.disk
    left = {name: size - before.get(name, 0.0) for name, size in after.items()}
    for what, endings in OWN_VOLUMES.items():
        mine = {name for name in left if name.endswith(endings)}
        grown = sum(left.pop(name) for name in mine)
        per = grown * 1000 / max(1, len(out.played.registered))
        yield f"disk, {what}: grew by {grown:.1f} MB, {per:.1f} MB for 1,000 cases"
    yield f"disk, all else: grew by {sum(left.values()):.1f} MB"


def _end(out: Outcome) -> Iterator[str]:
    audit = out.audit
    yield f"at rest {out.rest_s:.0f} s after the last matter"
    yield (
        f"audit over all nodes in {out.audit_s:.0f} s: {audit.registered} registered, "
        f"{audit.held_once} held once, {audit.in_transit} under way, {audit.entries} entries, "
        f"{len(audit.broken)} findings"
    )
    for broken in audit.broken[:20]:
        yield f"  {broken.rule} {broken.detail}"


def as_json(out: Outcome) -> dict[str, Any]:
    """Everything measured, for another to look at; no case and nobody is named."""
    played = vars(out.played) | {"registered": len(out.played.registered)}
    readings = [
        reading
        | {
            "links": asdict(reading["links"]),
            "use": {service: asdict(use) for service, use in reading["use"].items()},
        }
        for reading in out.watch.readings
    ]
    seconds = {
        name: {f"p{share}": percentile(values, share) for share in SHARES} | {"count": len(values)}
        for name, values in out.tally.seconds.items()
    }
    refused = {f"{name} {reason}": count for (name, reason), count in out.tally.refused.items()}
    return {
        "played": played,
        "acts": seconds,
        "refused": refused,
        "readings": readings,
        "floor_idle": list(out.floor_idle),
        "disk_before": out.disk[0],
        "disk_after": out.disk[1],
        "rest_s": out.rest_s,
        "audit": {"held_once": out.audit.held_once, "findings": len(out.audit.broken)},
        "lines": list(told(out)),
    }
