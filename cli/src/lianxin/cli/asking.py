"""Questions at the counter: asked again until the answer can be used."""

import re
from collections.abc import Sequence

import typer

from lianxin.cli import output
from lianxin.cli.drafts import NO_PHONE
from lianxin.cli.session import Session
from lianxin.cli.words import code_of, codes, say, word
from lianxin.routing.v1 import directory_pb2

PHONE = re.compile(r"\+?[0-9][0-9 -]{5,19}")
ANONYMOUS = frozenset({"匿名", "anonymous", "无名"})


def ask(key: str, *, default: str | None = None) -> str:
    """One line."""
    shown = say(key)
    if default is None:
        return str(typer.prompt(shown)).strip()
    return str(typer.prompt(shown, default=default, show_default=bool(default))).strip()


def agreed(key: str, *, default: bool = True, **values: object) -> bool:
    """Yes or no."""
    return bool(typer.confirm(say(key, **values), default=default))


def channel() -> str:
    """The door a matter came through."""
    while True:
        said = ask("ask.channel", default=word("channel", "visit"))
        code = code_of("channel", said)
        if code:
            return code
        output.line("ask.one_of", words="、".join(word("channel", one) for one in codes("channel")))


def who() -> dict[str, str]:
    """Name, or anonymous."""
    said = ask("ask.who")
    if said.lower() in ANONYMOUS:
        return {"identity": "anonymous", "name": ""}
    withheld = agreed("ask.withheld", default=False)
    return {"identity": "withheld" if withheld else "named", "name": said}


def phone() -> str:
    """A telephone, or none."""
    while True:
        said = ask("ask.phone", default=say("ask.no_phone"))
        if said.lower() in NO_PHONE or said == say("ask.no_phone"):
            return ""
        if PHONE.fullmatch(said):
            return said
        output.line("ask.phone_again")


def place(session: Session) -> dict[str, str]:
    """A place of the directory, chosen by what it is called."""
    while True:
        said = ask("ask.place")
        request = directory_pb2.ResolvePlaceRequest(text=said[:50])
        found = list(session.ask(session.directory.ResolvePlace(request)).places)
        if not found:
            output.line("ask.place_again", text=said)
            continue
        chosen = choice([f"{one.township} {one.title} {one.division_code}" for one in found])
        if chosen is not None:
            one = found[chosen]
            title = f"{one.township} {one.title}".strip()
            return {"place_code": one.division_code, "place_text": said, "place_title": title}


def choice(lines: Sequence[str]) -> int | None:
    """The number of a line, from 0; None when it is none of them."""
    for number, text in enumerate(lines, start=1):
        output.console().print(f"  {number}  {text}", markup=False)
    while True:
        said = ask("ask.number", default="1")
        if said == "0":
            return None
        if said.isdecimal() and 1 <= int(said) <= len(lines):
            return int(said) - 1
        output.line("ask.number_again", last=len(lines))


def narrative() -> str:
    """What happened: lines until an empty one."""
    output.line("ask.what")
    lines: list[str] = []
    while True:
        said = str(typer.prompt(">", default="", show_default=False, prompt_suffix=" "))
        if not said.strip():
            if lines:
                return "\n".join(lines)
            output.line("ask.what_again")
        else:
            lines.append(said.strip())


def confirmed(field: str, suggested: str) -> str:
    """A suggestion confirmed by Enter, replaced by a word, or left open with 0."""
    while True:
        default = word(field, suggested)
        said = ask(f"ask.confirm.{field}", default=default)
        if said == "0":
            return ""
        code = code_of(field, said)
        if code:
            return code
        output.line("ask.one_of", words="、".join(word(field, one) for one in codes(field)))
