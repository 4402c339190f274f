"""What the demonstration prints, in the language of the command."""

import time
from collections.abc import Iterable
from datetime import tzinfo

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from kernel.catalogue import Catalogue, Language
from kernel.clock import SHANGHAI, SystemClock

PACKAGE = "lianxin.cli.demo"


class Screen:
    """Scenes, lines and tables on the terminal, each line with the time since the start."""

    def __init__(self, language: Language, console: Console | None = None) -> None:
        self.language = language
        self._texts = Catalogue.load(PACKAGE)
        self._mediation = Catalogue.load("mediation")
        self._console = console or Console(highlight=False, soft_wrap=True)
        self._began = time.monotonic()
        self._scenes = 0

    @property
    def zone(self) -> tzinfo:
        """The time zone of everything that is shown."""
        return SHANGHAI

    @property
    def elapsed_s(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._began

    def text(self, key: str, **values: object) -> str:
        """A text of the catalogue."""
        return self._texts.text(key, self.language, **{k: str(v) for k, v in values.items()})

    def word(self, kind: str, code: str) -> str:
        """The word for a code; the code itself where there is none."""
        key = f"{kind}.{code}"
        return self.text(key) if self._texts.has(key, self.language) else code

    def sentence(self, code: str) -> str:
        """What mediation says of a code of its own, such as a reason for a mediator."""
        return self._mediation.text(code, self.language)

    @property
    def between(self) -> str:
        """What stands between two sentences."""
        return " " if self.language is Language.EN else ""

    def sentences(self, codes: Iterable[str]) -> str:
        """The same for several codes."""
        return self.between.join(map(self.sentence, codes))

    def scene(self, key: str, **values: object) -> None:
        """The heading of a scene."""
        self._scenes += 1
        self._console.print()
        title = escape(self.text(key, **values))
        self._console.print(f"[bold]{self._scenes}. {title}[/bold]")

    def say(self, key: str, **values: object) -> None:
        """One line of what just happened."""
        self.note(self.text(key, **values))

    def note(self, text: str) -> None:
        """A line that is made already."""
        stamp = f"[dim]{self.elapsed_s:6.1f}s[/dim]"
        self._console.print(f"{stamp}  {escape(text)}")

    def plain(self, text: str = "") -> None:
        """A line without a time."""
        self._console.print(escape(text))

    def table(self, title: str, columns: list[str], rows: list[list[str]]) -> None:
        """A table; columns and title are keys of the catalogue."""
        shown = Table(title=escape(self.text(title)), title_justify="left", header_style="bold")
        for index, name in enumerate(columns):
            shown.add_column(self.text(name), justify="right" if index else "left")
        for row in rows:
            shown.add_row(*(escape(cell) for cell in row))
        self._console.print()
        self._console.print(shown)

    @staticmethod
    def day() -> str:
        """Today in Asia/Shanghai, ISO."""
        return SystemClock().now().astimezone(SHANGHAI).date().isoformat()
