"""What is wrong with a profile or a notice, in the words of the catalogue."""

import yaml

from kernel.calendar import NoticeInvalid
from kernel.regulation import ProfileInvalid
from lianxin.cli.errors import BadInput
from lianxin.cli.words import say


def unusable(error: ProfileInvalid | NoticeInvalid, field: str = "FILE") -> BadInput:
    """The refusal of the file that `field` gave: unreadable, no YAML, or a wrong field."""
    cause = error.__cause__
    if isinstance(cause, OSError):
        return BadInput("FILE_UNREADABLE", field=field, file=error.file)
    reason = "PROFILE_INVALID" if isinstance(error, ProfileInvalid) else "NOTICE_INVALID"
    return BadInput(reason, field=error.field, problem=_problem(cause) or error.problem)


def _problem(cause: BaseException | None) -> str:
    """Where the parser stopped; "" when it did not."""
    mark = cause.problem_mark if isinstance(cause, yaml.MarkedYAMLError) else None
    if mark is not None:
        return say("yaml.at", line=mark.line + 1, column=mark.column + 1)
    return say("yaml.broken") if isinstance(cause, yaml.YAMLError | UnicodeDecodeError) else ""
