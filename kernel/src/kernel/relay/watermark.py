"""Which numbers of a link the courier has acknowledged: an economy at restart, never a proof."""

from dataclasses import dataclass, field

Span = tuple[int, int]
"""First and last number, both included."""


@dataclass(slots=True)
class Watermark:
    """Every number up to `upto` was acknowledged, by this relay or by a replica of it.

    Spans above it wait for the gap below them to close: a replica may still be publishing it.
    """

    upto: int = 0
    _above: list[Span] = field(default_factory=list)

    def acknowledge(self, first: int, last: int) -> None:
        """The numbers from `first` to `last` are stored by the courier."""
        if first <= last:
            self._above.append((first, last))
            self._settle()

    def learn(self, upto: int) -> None:
        """The database says that every number up to `upto` was acknowledged."""
        self.upto = max(self.upto, upto)
        self._settle()

    def hole(self, head: int) -> Span | None:
        """The first numbers up to `head` that nobody is known to have published."""
        if self.upto >= head:
            return None
        ends = min((first for first, _ in self._above), default=head + 1)
        return self.upto + 1, min(ends - 1, head)

    def _settle(self) -> None:
        waiting: list[Span] = []
        for first, last in sorted(self._above):
            if first <= self.upto + 1:
                self.upto = max(self.upto, last)
            else:
                waiting.append((first, last))
        self._above = waiting
