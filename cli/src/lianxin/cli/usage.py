"""What typer complains of, said in the user's language."""

from typing import Any

from typer import TyperException

from lianxin.cli.errors import BadInput, CommandFailed, Status

USAGE_ERRORS = (TyperException,)


class Misused(CommandFailed):
    """The command line cannot be understood."""

    status = Status.USAGE


def in_words(error: TyperException) -> CommandFailed:
    """The failure to report."""
    known: Any = error
    command = known.ctx.command_path if getattr(known, "ctx", None) else "lianxin"
    kind = type(error).__name__
    if kind == "NoSuchOption":
        return Misused("NO_SUCH_OPTION", option=known.option_name, command=command)
    parameter = getattr(known, "param", None)
    if parameter is not None:
        field = parameter_name(parameter)
        if kind == "MissingParameter":
            return BadInput("PARAMETER_MISSING", field=field, command=command)
        return BadInput("PARAMETER_INVALID", field=field, command=command, problem=known.message)
    if kind == "UsageError" and "command" in error.message.lower():
        return Misused("NO_SUCH_COMMAND", command=command, problem=error.message)
    return Misused("MISUSED", command=command, problem=error.format_message())


def parameter_name(parameter: Any) -> str:
    """An option as typed, an argument in capitals."""
    longest = max(parameter.opts, key=len) if parameter.opts else parameter.name
    return str(longest) if str(longest).startswith("-") else str(parameter.name).upper()
