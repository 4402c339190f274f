"""What was said on the command line beside the command itself: language, output, which node."""

from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Invocation:
    """The global options; they may stand anywhere on the command line."""

    language: str = "zh-CN"
    json: bool = False
    node_data: Path | None = None
    intake: str = ""
    routing: str = ""
    mediation: str = ""
    hearing: str = ""
    ca: str | None = None
    """File of CA certificates; empty for a door without TLS, None when nothing was said."""


_now = Invocation()


def current() -> Invocation:
    """The options of the command that runs."""
    return _now


def begin(**said: object) -> None:
    """Take the options of a new command; those not named have their defaults."""
    global _now  # noqa: PLW0603 (one command a process, set before anything else runs)
    _now = replace(Invocation(), **said)  # type: ignore[arg-type] # typer has checked them
