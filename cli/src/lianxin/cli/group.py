"""Groups of commands that are imported when they are used, so that the first screen is there soon.

The tree (`tree.py`) names for each command where its function is; a command is an annotated plain
function. Help texts come from the catalogue: `help.case.list`.
"""

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Union

import typer
from typer.core import TyperCommand, TyperGroup

from lianxin.cli import failure, invocation, usage
from lianxin.cli.errors import CommandFailed, Status
from lianxin.cli.nodes import NAMED_BY
from lianxin.cli.words import preferred, say

Tree = Mapping[str, Union[str, "Tree"]]
FLAGS = frozenset({"--json"})
VALUED = frozenset({"--lang", "--node-data", "--ca"}) | frozenset(NAMED_BY.values())


class Sectioned(dict[str, Union[str, "Tree"]]):
    """A group whose commands stand under headings: `section.<path>.<heading>` in its help."""

    def __init__(self, **sections: Tree) -> None:
        super().__init__({name: at for tree in sections.values() for name, at in tree.items()})
        self.sections = sections


class LazyGroup(TyperGroup):
    """A group whose commands are imported one by one."""

    def __init__(self, *, tree: Tree, path: str = "", **attrs: Any) -> None:
        super().__init__(**attrs)
        self.tree = tree
        self.path = path
        self._outlines = False

    def list_commands(self, ctx: Any) -> list[str]:
        """In the order of the tree."""
        return list(self.tree)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command itself, or only its outline while help is shown."""
        where = self.tree.get(cmd_name)
        if where is None:
            return None
        path = f"{self.path}.{cmd_name}" if self.path else cmd_name
        if not isinstance(where, str):
            text = say(f"help.{path}")
            return LazyGroup(name=cmd_name, tree=where, path=path, help=text, rich_markup_mode=None)
        if self._outlines:
            return TyperCommand(cmd_name, help=say(f"help.{path}"))
        return command(cmd_name, where, say(f"help.{path}"))

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """In one list, or under headings."""
        if not isinstance(self.tree, Sectioned):
            super().format_commands(ctx, formatter)
            return
        for heading, tree in self.tree.sections.items():
            commands = [(name, self.get_command(ctx, name)) for name in tree]
            with formatter.section(say(f"section.{self.path}.{heading}")):
                formatter.write_dl([(name, one.get_short_help_str()) for name, one in commands])

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Without importing what is only listed."""
        self._outlines = True
        super().format_help(ctx, formatter)


class Root(LazyGroup):
    """`lianxin` itself: global options anywhere, failures in the user's language."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take global options from wherever they stand."""
        return super().parse_args(ctx, hoisted(args))

    # typer's own `main` has more positional parameters; nobody gives them so
    def main(  # type: ignore[override] # as said above
        self, args: Any = None, *, standalone_mode: bool = True, **extra: Any
    ) -> Any:
        """Run one command and exit with its status."""
        given = list(sys.argv[1:] if args is None else args)
        try:
            status = super().main(given, standalone_mode=False, **extra)
        except CommandFailed as error:
            status = failure.report(error)
        except typer.Abort:
            status = failure.report(CommandFailed("ABORTED"))
        except usage.USAGE_ERRORS as error:
            status = failure.report(usage.in_words(error))
        except BrokenPipeError:
            status = int(Status.OK)
        if standalone_mode:
            sys.exit(status if isinstance(status, int) else 0)
        return status


def command(name: str, where: str, text: str) -> Any:
    """The command made from a function, `module:function` below `commands`."""
    module, _, function = where.partition(":")
    found = getattr(import_module(f"lianxin.cli.commands.{module}"), function)
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(name, help=text)(found)
    return typer.main.get_command(app)


def hoisted(args: list[str]) -> list[str]:
    """The arguments with global options in front; what follows `--` stays as it is."""
    end = args.index("--") if "--" in args else len(args)
    front, rest, words = [], [], iter(args[:end])
    for arg in words:
        name = arg.partition("=")[0]
        if arg in FLAGS or (name in VALUED and name != arg):
            front.append(arg)
        elif arg in VALUED:
            front += [arg, *([value] if (value := next(words, None)) is not None else [])]
        else:
            rest.append(arg)
    return [*front, *rest, *args[end:]]


def choose_language(args: list[str], environment: Mapping[str, str]) -> None:
    """Settle the language before any text is needed: `--lang`, LIANXIN_LANG, LANG, Chinese."""
    said = ""
    front = hoisted(args)
    for number, arg in enumerate(front):
        if arg == "--lang":
            said = front[number + 1] if number + 1 < len(front) else ""
        elif arg.startswith("--lang="):
            said = arg.partition("=")[2]
    said = said or environment.get("LIANXIN_LANG") or environment.get("LANG") or ""
    invocation.begin(language=preferred(said), json="--json" in front)
