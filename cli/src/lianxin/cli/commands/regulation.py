"""Regulation profiles without a node: due dates that explain themselves, and the checker."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import count
from pathlib import Path
from typing import Annotated, Any

import typer

from kernel.calendar import Calendar, NoticeInvalid, apply_notices, load_notice, seed_calendar
from kernel.errors import Refusal
from kernel.regulation import (
    Extension,
    Profile,
    ProfileInvalid,
    ProfileUnknown,
    Unit,
    explain_due_json,
    find_profile,
    load_profile,
)
from kernel.regulation import check as compare
from kernel.regulation import (
    due as compute,
)
from lianxin.cli import invocation, output
from lianxin.cli.dates import day, moment
from lianxin.cli.errors import BadInput, CommandFailed, Findings
from lianxin.cli.failure import message_of
from lianxin.cli.words import say, word
from lianxin.cli.yaml_faults import unusable

NATIONAL = "cn-2022"
COLUMNS = ("kind", "field", "here", "national")
DIGITS = 6
"""Of the days of an extension: more are no number of days."""
QUESTION = ("profile", "clock", "from", "extend", "on")
Folder = Annotated[Path | None, typer.Option("--folder", help=say("opt.regulation_folder"))]


def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=say("opt.profile_file"))],
    national: Annotated[str, typer.Option("--national", help=say("opt.national"))] = NATIONAL,
    folder: Folder = None,
) -> None:
    """Where a profile protects less than the national one; exit status 1 with findings."""
    try:
        profile = load_profile(file)
    except ProfileInvalid as error:
        raise unusable(error) from None
    found = [
        {"kind": one.kind.value, "field": one.field, "here": one.here, "national": one.national}
        for one in compare(profile, _profile(national, folder))
    ]
    data = {"profile": profile.id, "version": profile.version, "findings": found}
    output.show(data, lambda: _people(data))
    if found:
        raise Findings("PROFILE_FINDINGS")


def _people(data: dict[str, Any]) -> None:
    if data["findings"]:
        rows = [one | {"kind": word("check", one["kind"])} for one in data["findings"]]
        output.table(rows, COLUMNS)
    else:
        output.line("regulation.clean", **data)


def due(
    *,
    profile: Annotated[str, typer.Option("--profile", help=say("opt.profile"))] = NATIONAL,
    clock: Annotated[str, typer.Option("--clock", help=say("opt.clock"))] = "",
    start: Annotated[str, typer.Option("--from", help=say("opt.from"))] = "",
    extend: Annotated[int, typer.Option("--extend", min=0, help=say("opt.extend"))] = 0,
    on: Annotated[str, typer.Option("--on", help=say("opt.on"))] = "",
    file: Annotated[Path | None, typer.Option("--file", help=say("opt.due_file"))] = None,
    notice: Annotated[list[Path] | None, typer.Option("--notice", help=say("opt.notice"))] = None,
    folder: Folder = None,
) -> None:
    """When a clock ends, and why; one JSON object a line for a file of questions."""
    calendar = _calendar(notice or [])
    if file is not None:
        _many(file, {"profile": profile}, calendar, folder)
        return
    question = {"profile": profile, "clock": clock, "from": start, "extend": extend, "on": on}
    answer = _answer(question, calendar, folder)
    output.show(answer, lambda: _explain(answer))


def _explain(answer: dict[str, Any]) -> None:
    language = invocation.current().language
    output.line("regulation.due", due=answer["due"], title=answer["title"][language])
    print(answer["explanation"]["text"][language])


def _answer(question: Mapping[str, Any], calendar: Calendar, folder: Path | None) -> dict[str, Any]:
    for name in ("clock", "from"):
        if not question.get(name):
            raise BadInput("PARAMETER_MISSING", field=f"--{name}", command="regulation due")
    chosen = _profile(str(question["profile"]), folder)
    days = _days(question.get("extend"))
    try:
        found = compute(
            chosen,
            str(question["clock"]),
            _start(str(question["from"])),
            calendar=calendar,
            on=_date_set(question.get("on"), str(question["clock"]), chosen),
            extensions=(Extension(days),) if days else (),
        )
    except Refusal as refusal:
        raise _refused(refusal, chosen) from None
    return explain_due_json(chosen, found)


def _start(text: str) -> Any:
    """A day, or an instant, which counts as its day in Asia/Shanghai."""
    return day(text, "--from") if len(text.strip()) <= len("2023-10-01") else moment(text, "--from")


def _days(said: Any) -> int:
    """Whole days: a number without a fraction, or its digits; nothing said is none."""
    text = "0" if said is None or said == "" else str(said).strip()
    if isinstance(said, bool | float) or not text.isdecimal() or len(text) > DIGITS:
        raise BadInput("DAYS_INVALID", field="extend", value=text[:20])
    return int(text)


def _date_set(said: Any, clock: str, profile: Profile) -> date | None:
    """The date a person set, for a clock that runs to one."""
    if not said:
        return None
    known = profile.clocks.get(clock)
    if known is not None and known.unit is not Unit.BY_DATE:
        raise BadInput("DATE_NOT_ASKED", field="--on", clock=clock)
    return day(str(said), "--on")


def _refused(refusal: Refusal, profile: Profile) -> CommandFailed:
    from kernel.catalogue import Catalogue, Language  # noqa: PLC0415 (only for a refusal)

    ids = {"profile": profile.id, **refusal.ids}
    failure = CommandFailed(refusal.reason, **ids)
    language = Language(invocation.current().language)
    failure.message = Catalogue.load("kernel").text(refusal.reason, language, **ids)
    if refusal.reason == "CLOCK_UNKNOWN":
        failure.ids["clocks"] = ", ".join(profile.clocks)
    return failure


def _many(file: Path, base: Mapping[str, Any], calendar: Calendar, folder: Path | None) -> None:
    """Each line a question with profile, clock, from, extend, on; each answer on its line."""
    failed, questions = False, list(_questions(file))
    if not questions:
        raise BadInput("FILE_NO_QUESTIONS", field="--file", file=file.name)
    for number, question in questions:
        try:
            if isinstance(question, BadInput):
                raise question
            said = {name: value for name, value in question.items() if value not in ("", None)}
            answer = _answer({**base, **said}, calendar, folder)
        except CommandFailed as error:
            failed = True
            told = {"reason": error.reason, "message": message_of(error)}
            answer = {"line": number, "error": told}
        if invocation.current().json:
            print(json.dumps(answer, ensure_ascii=False))
        else:
            print(_short(number, answer))
    if failed:
        raise Findings("QUESTIONS_REFUSED")


def _short(number: int, answer: dict[str, Any]) -> str:
    if "error" in answer:
        return say("regulation.line_failed", line=number, text=answer["error"]["message"])
    mark = say("regulation.provisional") if answer["provisional"] else ""
    return f"{number}\t{answer['clock']}\t{answer['due']}\t{answer['article']}\t{mark}"


Question = tuple[int, dict[str, Any] | BadInput]
"""A question, or why its line is none, with its number in the file."""


def _questions(file: Path) -> Iterator[Question]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise BadInput("FILE_UNREADABLE", field="--file", file=file.name) from None
    if file.suffix.lower() in {".jsonl", ".ndjson", ".json"}:
        yield from _json_questions(text)
    else:
        yield from _csv_questions(text)


def _csv_questions(text: str) -> Iterator[Question]:
    import csv  # noqa: PLC0415 (only for files)

    rows = csv.DictReader(text.splitlines())
    for number in count(2):
        try:
            row = next(rows)
        except csv.Error:
            yield number, BadInput("ROW_UNREADABLE", field="--file")
        except StopIteration:
            return
        else:
            yield number, {name: (row.get(name) or "").strip() for name in QUESTION}


def _json_questions(text: str) -> Iterator[Question]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            question = json.loads(line)
        except ValueError:
            question = None
        if isinstance(question, dict):
            yield number, question
        else:
            yield number, BadInput("LINE_JSON", field="--file", line=number)


def _profile(name: str, folder: Path | None) -> Profile:
    from lianxin.cli.shipped import shipped  # noqa: PLC0415 (only for names)

    try:
        if name.endswith((".yaml", ".yml")):
            return load_profile(Path(name))
        return find_profile(name, folder or shipped("regulation"))
    except ProfileUnknown as error:
        known = ", ".join(error.known)
        raise BadInput("PROFILE_UNKNOWN", field="--profile", name=name, known=known) from None
    except ProfileInvalid as error:
        raise unusable(error, "--profile") from None


def _calendar(notices: list[Path]) -> Calendar:
    try:
        return apply_notices(seed_calendar(), map(load_notice, notices)).calendar
    except NoticeInvalid as error:
        raise unusable(error, "--notice") from None
