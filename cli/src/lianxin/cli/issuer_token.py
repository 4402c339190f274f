"""Where a login gets its token of the identity provider: a file, or a command that prints one.

The place is kept with the login, so that the next command fetches a fresh one by itself; the
provider's token is never kept.
"""

import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

from lianxin.cli.errors import BadInput

WAIT_S = 120.0
LONGEST = 16 * 1024


@dataclass(frozen=True, slots=True)
class TokenSource:
    """A file with the token, or a command line that prints it; one of the two is given."""

    file: str = ""
    command: str = ""

    def __bool__(self) -> bool:
        return bool(self.file or self.command)

    def read(self) -> str:
        """The token as it is there now.

        Raises:
            BadInput: no such file, a command that fails or takes two minutes, or nothing in it.
        """
        text = self._of_file() if self.file else self._of_command()
        token = text.strip()
        if not token or len(token) > LONGEST or len(token.split()) != 1:
            raise BadInput("NO_TOKEN_THERE", field=self._option)
        return token

    @property
    def _option(self) -> str:
        return "--token-file" if self.file else "--token-command"

    def _of_file(self) -> str:
        try:
            with Path(self.file).expanduser().open(encoding="utf-8") as stream:
                return stream.read(LONGEST + 1)
        except (OSError, ValueError):
            raise BadInput("TOKEN_FILE_UNREADABLE", field=self._option) from None

    def _of_command(self) -> str:
        """No shell is asked: the words of the line are the command and its arguments."""
        try:
            done = subprocess.run(
                shlex.split(self.command),
                capture_output=True,
                text=True,
                timeout=WAIT_S,
                check=True,
                stdin=subprocess.DEVNULL,
            )
        except (OSError, ValueError, subprocess.SubprocessError):
            raise BadInput("TOKEN_COMMAND_FAILED", field=self._option) from None
        return done.stdout
