"""The hash chain of the case log (办理记录): an altered, missing or moved entry shows."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One entry. `body` and `commitments` are canonical JSON; `at` is RFC 3339 UTC, microseconds.

    Personal fields are only in as salted commitments, so that a field can be erased and the chain
    still be checked.
    """

    case_id: UUID
    epoch: int
    n: int
    kind: str
    unit: str
    actor: str
    at: str
    body: str
    commitments: str
    prev_hash: str
    hash: str = ""


def canonical(values: Mapping[str, object]) -> str:
    """JSON that is the same for the same values."""
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def hash_of(entry: LogEntry) -> str:
    """Hex sha-256 over everything in the entry and the hash before it."""
    parts = (
        str(entry.case_id),
        str(entry.epoch),
        str(entry.n),
        entry.kind,
        entry.unit,
        entry.actor,
        entry.at,
        entry.body,
        entry.commitments,
        entry.prev_hash,
    )
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def broken_at(entries: Iterable[LogEntry]) -> tuple[int, int, str] | None:
    """The first entry that does not fit, as (epoch, n, rule); None when the chain is whole.

    Epochs rise; a gap between them must be named by a `restored` entry or by what consumed it.
    """
    before: LogEntry | None = None
    for entry in entries:
        rule = _misfit(before, entry)
        if rule:
            return entry.epoch, entry.n, rule
        before = entry
    return None


def _misfit(before: LogEntry | None, entry: LogEntry) -> str:
    if entry.hash != hash_of(entry):
        return "HASH_WRONG"
    if entry.prev_hash != (before.hash if before else ""):
        return "CHAIN_BROKEN"
    if before is None or entry.epoch != before.epoch:
        if before is not None and entry.epoch < before.epoch:
            return "EPOCH_WENT_BACK"
        return "" if entry.n == 1 else "ENTRY_MISSING"
    return "" if entry.n == before.n + 1 else "ENTRY_MISSING"
