"""Planning hearings from a file, without a node. The solver is loaded when there is a problem."""

import sys
from concurrent import futures
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from hearing.convert.explaining import explained
from hearing.scheduling.limits import Limit, Progress, Running
from hearing.scheduling.plan.problem import Answer, Problem
from hearing.scheduling.plan.reading import ProblemInvalid, read_problem
from kernel.catalogue import Catalogue, Language
from lianxin.cli import invocation, output
from lianxin.cli.errors import BadInput, Findings
from lianxin.cli.words import say

PLAN = ("hearing", "day", "begins", "ends", "room", "chair")
CHANGES = ("hearing", "part", "before", "after")


def plan(
    file: Annotated[Path, typer.Argument(metavar="PROBLEM", help=say("opt.hearing_problem"))],
    seconds: Annotated[
        float, typer.Option("--seconds", min=0.1, max=3600, help=say("opt.hearing_seconds"))
    ] = 30.0,
    seed: Annotated[int, typer.Option("--seed", min=0, help=say("opt.hearing_seed"))] = 1,
) -> None:
    """When and where each hearing is held and who takes part, or why that cannot be."""
    problem = _problem(file)
    answer = _planned(problem, seconds, seed)
    data = {**msgspec.to_builtins(answer), "explanation": _explained(answer)}
    output.show(data, lambda: _people(answer, data))
    if answer.state != "proposed":
        raise Findings("HEARINGS_NOT_PLANNED")


def _problem(file: Path) -> Problem:
    try:
        return read_problem(file.read_bytes())
    except OSError as fault:
        raise BadInput("FILE_UNREADABLE", field="PROBLEM", file=str(file)) from fault
    except ProblemInvalid as invalid:
        refusal = BadInput("HEARING_PROBLEM_INVALID", field=invalid.wrong[0].field)
        refusal.fields = {one.field: _text(f"wrong.{one.reason}") for one in invalid.wrong}
        raise refusal from None


def _planned(problem: Problem, seconds: float, seed: int) -> Answer:
    """Plan in a thread of its own, so that Ctrl-C is heard and the best so far is kept."""
    from hearing.scheduling.plan.solving import plan as solve  # noqa: PLC0415 (OR-Tools: a second)

    running = Running(_tell)
    with futures.ThreadPoolExecutor(1) as pool:
        limit = Limit(seconds=seconds)
        work = pool.submit(solve, problem, limit, seed=seed, running=running)
        while not work.done():
            try:
                futures.wait([work], timeout=0.2)
            except KeyboardInterrupt:
                running.stop.set()
    return work.result()


def _tell(progress: Progress) -> None:
    _, medium, soft = progress.levels
    text = say("hearing.progress", seconds=f"{progress.seconds:.1f}", medium=medium, soft=soft)
    print(text, file=sys.stderr, flush=True)


def _text(key: str, **ids: str) -> str:
    language = Language.preferred(invocation.current().language)
    return Catalogue.load("hearing").text(key, language, **ids)


def _explained(answer: Answer) -> list[str]:
    """The demands that cannot hold together and who is away, in words a clerk understands."""

    def say(key: str, one: str, other: str, **more: str) -> str:
        return _text(key, hearing=one, subject=other, **more)

    return [one.text for one in explained(answer, {}, say)]


def _people(answer: Answer, data: dict[str, Any]) -> None:
    if answer.state == "unknown":
        output.line("hearing.unknown")
    elif answer.state == "infeasible":
        output.line("hearing.infeasible" if answer.smallest else "hearing.infeasible_perhaps")
        output.table([{"demand": text} for text in data["explanation"]], ("demand",))
    else:
        costs = {name: data[name] for name in ("medium", "bound", "soft")}
        output.line("hearing.proposed", count=len(answer.hearings), **costs)
        output.table(data["hearings"], PLAN)
        if answer.changes:
            output.table(data["changes"], CHANGES)
