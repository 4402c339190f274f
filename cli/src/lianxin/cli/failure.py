"""How a command that failed says so: what happened, which field, what to do next."""

import json
import sys
from typing import Any

from rich.console import Console
from rich.markup import escape

from kernel.roles import role_table
from lianxin.cli import invocation
from lianxin.cli.errors import CommandFailed, Findings
from lianxin.cli.words import has, say, word

PARTS = "texts"
"""The field of an agreement's parts: each is shown by the word for the part."""


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
    parent, _, name = field.rpartition(".")
    name = name.partition("[")[0]
    key = f"word.agreement_part.{name}" if parent == PARTS else f"col.{name}"
    return (
        f"{say(key)} ({field})" if has(key) and field != name else (say(key) if has(key) else field)
    )


def message_of(failure: CommandFailed) -> str:
    """What happened, in the user's language."""
    return failure.message or say(f"error.{failure.reason}", **failure.ids)


def next_step(reason: str, ids: dict[str, object]) -> str:
    """What to do now, where we know it."""
    key = f"next.{reason}"
    if reason == "DENIED":
        roles = _roles_with(str(ids.get("permission", "")))
        return say("next.DENIED_TO", roles=roles) if roles else say(key)
    return say(key, **ids) if has(key) else ""


def _roles_with(permission: str) -> str:
    """The posts that may do it, in words; empty where no post may."""
    entries = role_table().entries.values()
    bearers = [one.role.value for one in entries if permission in one.permissions]
    return " / ".join(word("role", one) for one in bearers)


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
