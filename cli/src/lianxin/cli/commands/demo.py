"""The demonstration: county, township and village on this machine."""

from pathlib import Path
from typing import Annotated

import typer

from kernel.catalogue import Language
from lianxin.cli import invocation
from lianxin.cli.words import say


def demo(
    *,
    stay: Annotated[bool, typer.Option("--stay", help=say("opt.stay"))] = False,
    folder: Annotated[Path | None, typer.Option("--folder", help=say("opt.demo_folder"))] = None,
) -> None:
    """Play the demonstration; the exit status is the custody audit's."""
    from lianxin.cli.demo.director import run  # noqa: PLC0415 (it brings every service with it)

    language = Language(invocation.current().language)
    raise typer.Exit(run(language=language, stay=stay, folder=folder))
