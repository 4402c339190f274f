"""Why a command stops. The exit status tells programs which kind it was."""

from enum import IntEnum


class Status(IntEnum):
    """Exit status."""

    OK = 0
    REFUSED = 1
    """A finding, or the node refused."""
    USAGE = 2
    UNREACHABLE = 3


class CommandFailed(Exception):
    """The command cannot go on. `reason` is the key of its text; ids fill the text."""

    status = Status.REFUSED

    def __init__(self, reason: str, **ids: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.ids = ids
        self.message = ""
        self.fields: dict[str, str] = {}


class BadInput(CommandFailed):
    """Something on the command line or in a file is wrong; `field` says which."""

    status = Status.USAGE

    def __init__(self, reason: str, *, field: str, **ids: object) -> None:
        super().__init__(reason, field=field, **ids)


class NodeAway(CommandFailed):
    """The node cannot be reached."""

    status = Status.UNREACHABLE


class Remote(CommandFailed):
    """The node refused; it sent its text in our language."""

    def __init__(
        self, reason: str, message: str, fields: dict[str, str], ids: dict[str, str]
    ) -> None:
        super().__init__(reason, **ids)
        self.message = message
        self.fields = fields


class Unanswered(Remote):
    """The node or the service behind it did not answer."""

    status = Status.UNREACHABLE


class Findings(CommandFailed):
    """A check found something; it was shown already."""
