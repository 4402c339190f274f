"""The command put together: global options, and what `lianxin` alone does."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from lianxin.cli import invocation
from lianxin.cli.group import Root
from lianxin.cli.tree import TREE
from lianxin.cli.words import preferred, say


class _Lianxin(Root):
    def __init__(self, **attrs: Any) -> None:
        super().__init__(tree=TREE, **attrs)


def application() -> typer.Typer:
    """The command, ready to be called."""
    app = typer.Typer(
        name="lianxin",
        cls=_Lianxin,
        help=say("help"),
        add_completion=False,
        invoke_without_command=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(_begin)
    return app


def _begin(
    ctx: typer.Context,
    *,
    json: Annotated[bool, typer.Option("--json", help=say("opt.json"))] = False,
    lang: Annotated[str, typer.Option("--lang", help=say("opt.lang"))] = "",
    node_data: Annotated[
        Path | None, typer.Option("--node-data", envvar="LIANXIN_NODE", help=say("opt.node_data"))
    ] = None,
    intake: Annotated[
        str, typer.Option("--intake", envvar="LIANXIN_INTAKE", help=say("opt.intake"))
    ] = "",
    routing: Annotated[
        str, typer.Option("--routing", envvar="LIANXIN_ROUTING", help=say("opt.routing"))
    ] = "",
    mediation: Annotated[
        str,
        typer.Option("--mediation-address", envvar="LIANXIN_MEDIATION", help=say("opt.mediation")),
    ] = "",
    hearing: Annotated[
        str, typer.Option("--hearing-address", envvar="LIANXIN_HEARING", help=say("opt.hearing"))
    ] = "",
    ca: Annotated[str | None, typer.Option("--ca", envvar="LIANXIN_CA", help=say("opt.ca"))] = None,
) -> None:
    said = lang or os.environ.get("LIANXIN_LANG") or os.environ.get("LANG") or ""
    invocation.begin(
        language=preferred(said),
        json=json,
        node_data=node_data,
        intake=intake,
        routing=routing,
        mediation=mediation,
        hearing=hearing,
        ca=ca,
    )
    if ctx.invoked_subcommand is None:
        _first_screen(ctx)


def _first_screen(ctx: typer.Context) -> None:
    """What waits, for somebody who has logged in; else what there is."""
    from lianxin.cli.tokens import logged_in  # noqa: PLC0415 (help needs no token)

    if logged_in():
        from lianxin.cli.commands.today import today  # noqa: PLC0415 (as above)

        today()
    else:
        print(ctx.get_help())
