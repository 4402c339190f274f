"""Filters, lines and figures of worklists, between protobuf and rows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kernel.directory import Directory
from kernel.divisions import NO_TOKEN, PATH_TOKENS, Division, DivisionInvalid
from kernel.errors import FieldViolation, InvalidInput
from kernel.instants import stamp
from lianxin.common.v1 import case_pb2 as common
from lianxin.routing.v1 import worklist_pb2 as pb
from routing.commands.worklist import NOT_ENDED, After, WorkFilter
from routing.convert import words
from routing.convert.events import line_of
from routing.domain.words import State
from routing.storage.figures import Figures
from routing.storage.today import Waiting

Values = Mapping[str, Any]
STATES = frozenset(state.value for state in State)
LONGEST = 64
TIERS = ("village", "township", "county")
TEXTS = ("unit_id", "category", "clock", "handler", "lead_officer")


def filter_in(asked: pb.WorkFilter) -> WorkFilter:
    """What to list. Raises InvalidInput for a malformed path, state or code."""
    for name in TEXTS:
        if len(getattr(asked, name)) > LONGEST:
            raise InvalidInput(FieldViolation(f"filter.{name}", "TOO_LONG", LONGEST))
    return WorkFilter(
        unit=asked.unit_id,
        path=path_in(asked.path_prefix, "filter.path_prefix"),
        states=_states(asked.states),
        colour=words.word(common.Colour, asked.colour),
        progress=words.word(common.ProgressClass, asked.progress),
        category=asked.category,
        clock=asked.clock,
        overdue=asked.overdue,
        to_sign=asked.to_sign,
        backlog=asked.backlog if asked.HasField("backlog") else None,
        handler=asked.handler,
        frozen=asked.frozen,
        lead_officer=asked.lead_officer,
        pending=asked.pending,
    )


def _states(asked: Iterable[str]) -> tuple[str, ...]:
    states = tuple(dict.fromkeys(asked))
    for index, state in enumerate(states):
        if state not in STATES:
            raise InvalidInput(FieldViolation(f"filter.states[{index}]", "UNKNOWN_VALUE"))
    return states or NOT_ENDED


def path_in(text: str, field: str) -> str:
    """A path or its beginning as a whole path: `330523.001` is `330523.001.000`.

    Raises InvalidInput.
    """
    if not text:
        return ""
    tokens = text.removesuffix(".").split(".")
    whole = ".".join([*tokens, NO_TOKEN, NO_TOKEN][: max(PATH_TOKENS, len(tokens))])
    try:
        return Division.from_path(whole).path
    except DivisionInvalid:
        raise InvalidInput(FieldViolation(field, "MALFORMED")) from None


def after_in(position: tuple[str, str] | None) -> After | None:
    """Where the page before ended. Raises InvalidInput."""
    if position is None:
        return None
    try:
        return After(datetime.fromisoformat(position[0]), UUID(position[1]))
    except ValueError:
        raise InvalidInput(FieldViolation("page_token", "MALFORMED")) from None


def line_out(row: Values, directory: Directory) -> pb.WorkLine:
    """A line, with the holder's title."""
    line = line_of(row)
    line.holder_title = directory.title(row["holder_unit"])
    return line


def today_out(waiting: Waiting, directory: Directory) -> pb.TodayResponse:
    """A unit's day."""
    first = [line_out(row, directory) for row in waiting.first]
    return pb.TodayResponse(first=first, **waiting.counts)


def figures_out(figures: Figures) -> pb.SummarizeResponse:
    """Figures per tier, lowest first."""
    answer = pb.SummarizeResponse()
    lines = {tier: answer.tiers.add(tier=_tier(tier)) for tier in TIERS}
    for group in figures.cases:
        _add(lines, group)
    answer.handovers.update(_summed(figures.handovers, "kind"))
    answer.handover_states.update(_summed(figures.handovers, "state"))
    answer.retries = sum(int(row["tries"] or 0) for row in figures.handovers)
    if figures.heard_at is not None:
        answer.as_of.CopyFrom(stamp(figures.heard_at))
    return answer


def _add(lines: Mapping[str, pb.TierLine], group: Values) -> None:
    """Count a group of cases at its holder's tier; as settled where it was settled."""
    line, n = lines[group["tier"]], group["n"]
    line.states[group["state"]] += n
    if group["state"] == State.ENDED:
        line.endings[group["ending"]] += n
    if group["settled"]:
        lines[group["settled"]].settled += n
    line.overdue += n if group["overdue"] else 0
    line.backlog += n if group["backlog"] else 0


def _summed(rows: Iterable[Values], name: str) -> dict[str, int]:
    sums: defaultdict[str, int] = defaultdict(int)
    for row in rows:
        sums[row[name]] += row["n"]
    return dict(sums)


def _tier(text: str) -> Any:
    return words.value(common.Tier, text)
