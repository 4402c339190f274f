"""How a command that failed says so: what happened, which field, what to do next."""

import json
import sys
from typing import Any

from rich.console import Console
from rich.markup import escape

from lianxin.cli import invocation
from lianxin.cli.errors import CommandFailed, Findings
from lianxin.cli.words import has, say


def report(failure: CommandFailed) -> int:
    """Show a failure and give its exit status."""
    if isinstance(failure, Findings):
        return int(failure.status)
    message = message_of(failure)
    following = next_step(failure.reason, failure.ids)
    if invocation.current().json:
        print(json.dumps({"error": _plain(failure, message, following)}, ensure_ascii=False))
        return int(failure.status)
    console = Console(file=sys.stderr, highlight=False, soft_wrap=True)
    console.print(f"[bold red]{escape(say('failed'))}[/] {escape(message)}")
    for field, text in failure.fields.items():
        console.print(escape(say("failed.field", field=field_title(field), text=text)))
    if following:
        console.print(escape(say("failed.next", text=following)))
    return int(failure.status)


def field_title(field: str) -> str:
    """A field as people know it, with its path: `draft.parties[0].phone` → 联系电话."""
    name = field.rpartition(".")[2].partition("[")[0]
    key = f"col.{name}"
    return (
        f"{say(key)} ({field})" if has(key) and field != name else (say(key) if has(key) else field)
    )


def message_of(failure: CommandFailed) -> str:
    """What happened, in the user's language."""
    return failure.message or say(f"error.{failure.reason}", **failure.ids)


def next_step(reason: str, ids: dict[str, object]) -> str:
    """What to do now, where we know it."""
    key = f"next.{reason}"
    return say(key, **ids) if has(key) else ""


def _plain(failure: CommandFailed, message: str, following: str) -> dict[str, Any]:
    return {
        "reason": failure.reason,
        "message": message,
        "fields": failure.fields or _named(failure),
        "ids": {name: str(value) for name, value in failure.ids.items()},
        "next": following,
    }


def _named(failure: CommandFailed) -> dict[str, str]:
    field = failure.ids.get("field")
    return {str(field): failure.reason} if field else {}
