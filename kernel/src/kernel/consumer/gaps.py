"""When to ask for missing numbers: not while they may still be on their way, then ever less often.

Pure but for the instants it is given, seconds of any monotonic clock.
"""

from dataclasses import dataclass, field

from kernel.consumer.position import NOTHING, Position
from kernel.links.backoff import Backoff

GRACE = 0.5
LONGEST = 30.0


@dataclass(frozen=True, slots=True)
class Wish:
    """Please send the numbers from `from_no` to `to_no` of this incarnation again."""

    origin: str
    incarnation: int
    from_no: int
    to_no: int


@dataclass(slots=True)
class Gap:
    """What is missing from one origin."""

    origin: str
    cursor: Position = NOTHING
    head: Position = NOTHING
    early: set[int] = field(default_factory=set)
    _due_at: float | None = None
    _backoff: Backoff = field(default_factory=lambda: Backoff(GRACE, LONGEST))

    @property
    def open(self) -> bool:
        """Whether numbers are known to be missing."""
        return self.head > self.cursor and self.head.no > 0

    def moved(self, cursor: Position, now: float) -> None:
        """The cursor stands here now."""
        if cursor == self.cursor:
            return
        if cursor.incarnation != self.cursor.incarnation:
            self.early.clear()
        self.early = {no for no in self.early if no > cursor.no}
        self.cursor = cursor
        self._restart(now)

    def heard(self, incarnation: int, head: int, now: float) -> None:
        """A head was told, or a number was seen on a message."""
        told = Position(incarnation, head)
        if told <= self.head:
            return
        was_open = self.open
        self.head = told
        if not was_open:
            self._restart(now)

    def kept(self, incarnation: int, no: int, now: float) -> None:
        """A message came before its turn."""
        self.heard(incarnation, no, now)
        if incarnation == max(self.cursor.incarnation, self.head.incarnation):
            self.early.add(no)

    def missing(self) -> Wish | None:
        """The first missing numbers, whether or not it is time to ask."""
        if not self.open:
            return None
        same = self.head.incarnation == self.cursor.incarnation
        first = self.cursor.no + 1 if same else 1
        last = min((no - 1 for no in self.early if no > first), default=self.head.no)
        return Wish(self.origin, self.head.incarnation, first, last)

    def is_due(self, now: float) -> bool:
        """Whether it is time to ask."""
        return self._due_at is not None and now >= self._due_at

    def due(self, now: float) -> Wish | None:
        """What to ask for now; asking counts as done, and the next time comes later."""
        if not self.is_due(now):
            return None
        wish = self.missing()
        self._due_at = now + self._backoff.next() if wish else None
        return wish

    def _restart(self, now: float) -> None:
        self._backoff.reset()
        self._due_at = now + self._backoff.next() if self.open else None
