"""What a command shows: JSON for programs, tables and sentences for people."""

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from lianxin.cli import invocation
from lianxin.cli.words import has, say, word

WIDE = 100
COLOURS = {"red": "red", "yellow": "yellow", "green": "green"}
WORDED = frozenset(
    {
        "channel",
        "identity",
        "procedure",
        "purpose",
        "difficulty",
        "colour",
        "progress",
        "ending",
        "state",
        "kind",
        "tier",
        "category",
        "role",
        "level",
        "outcome",
        "direction",
        "whose",
        "objection",
        "shown",
        "field",
        "finding",
        "reason",
        "clock",
        "next_clock",
        "written",
        "performance",
        "callback_result",
        "party_role",
        "notice_template",
        "notice_state",
        "notice_reason",
        "notice_channel",
        "review_level",
        "review_state",
        "review_result",
        "asked_by",
        "certificate_state",
    }
)
SAME_WORDS = {"next_clock": "clock"}
"""Fields whose words are those of another."""


@cache
def _console(_stream: int) -> Console:
    console = Console(file=sys.stdout, highlight=False, soft_wrap=False)
    return console if console.is_terminal else Console(file=sys.stdout, width=200, highlight=False)


def console() -> Console:
    """The console on standard output."""
    return _console(id(sys.stdout))


def show(data: object, people: Callable[[], None]) -> None:
    """Give `data` as JSON when the caller is a program, else let `people` print it."""
    if invocation.current().json:
        print(json.dumps(data, ensure_ascii=False))
    else:
        people()


def line(key: str, **values: object) -> None:
    """One sentence of the catalogue; nothing for programs."""
    if not invocation.current().json:
        console().print(escape(say(key, **values)))


def done(key: str, data: Mapping[str, Any], **values: object) -> None:
    """The outcome of a change: a sentence, then what came back."""

    def people() -> None:
        flat = flattened(data)
        line(key, **(flat | values))
        lists = {name: value for name, value in flat.items() if _has_rows(value)}
        card({name: value for name, value in flat.items() if value and name not in lists})
        for name, rows in lists.items():
            table(rows, tuple(rows[0])[:6], title=heading(name))

    show(data, people)


def _has_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)


def flattened(data: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with those of nested messages in one level."""
    flat: dict[str, Any] = {}
    for name, value in data.items():
        if isinstance(value, Mapping):
            flat |= flattened(value)
        else:
            flat[name] = value
    return flat


def card(fields: Mapping[str, Any]) -> None:
    """Names and values, one a line."""
    grid = Table.grid(padding=(0, 2))
    for name, value in fields.items():
        if name != "case_id" or invocation.current().json:
            grid.add_row(Text(heading(name), style="dim"), cell(name, value))
    console().print(grid)


def table(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], *, title: str = "") -> None:
    """A table of rows; columns are field names."""
    shown = Table(title=title or None, title_justify="left", header_style="bold")
    for name in columns:
        shown.add_column(heading(name), overflow="fold")
    count = 0
    for row in rows:
        shown.add_row(*(cell(name, row.get(name)) for name in columns))
        count += 1
    if count:
        console().print(shown)
    else:
        line("none")


def heading(name: str) -> str:
    """The title of a field."""
    key = f"col.{name}"
    return say(key) if has(key) else name


def cell(name: str, value: Any) -> Text:
    """A value as people read it."""
    if isinstance(value, bool):
        return Text(say("yes") if value else "")
    if isinstance(value, list):
        return Text("\n".join(str(cell(name, one)) for one in value))
    text = "" if value is None else str(value)
    if name.endswith("_at") or name in {"at", "as_of"}:
        text = local_time(text)
    shown = word(SAME_WORDS.get(name, name), text) if name in WORDED else text
    return Text(shown, style=COLOURS.get(text, "") if name == "colour" else "")


def local_time(text: str) -> str:
    """An ISO instant as a clock on the wall shows it, minutes, Asia/Shanghai."""
    from datetime import datetime  # noqa: PLC0415 (most commands print no time)

    from kernel.clock import SHANGHAI  # noqa: PLC0415 (as above)

    try:
        return datetime.fromisoformat(text).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return text
