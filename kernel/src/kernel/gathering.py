"""Work that is done many at a time: one batch under way, the next one gathering meanwhile."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Generic, TypeVar

Item = TypeVar("Item")
Asked = TypeVar("Asked")
Made = TypeVar("Made")
REST_S = 0.0002
"""A turn of an event loop that found nothing to do takes less than this."""
QUIET_S = 0.002
"""This long without anybody new means that nobody more is coming."""
PATIENCE_S = 0.05
"""The longest that anybody is kept waiting for others while no batch is under way."""
CROWD = 4
"""After a batch of so many the next one is waited for; after a smaller one it is not."""


class Gathering(Generic[Item]):
    """Hands over what came in batches of at most `most`, one after the other, in order.

    A lone comer goes with the next turn of the event loop. Where a crowd went together the last
    time, its like is waited for, since callers who were answered together will soon be back
    together; but not when nobody comes any more or somebody is in a hurry, and never longer
    than `PATIENCE_S`. A full batch goes at once. `held` says that going now would be of no use,
    since what comes after is busy. Used from one event loop.
    """

    def __init__(
        self,
        hand_over: Callable[[list[Item]], None],
        most: int,
        held: Callable[[], bool] = lambda: False,
    ) -> None:
        self.waiting: deque[Item] = deque()
        self._hand_over = hand_over
        self._most = most
        self._held = held
        self._expected = 0
        self._busy = False
        self._watching = False
        self._urgent = False
        self._began = self._looked = 0.0
        self._seen = 0
        self._idle: Sequence[asyncio.Future[None]] = ()

    def add(self, item: Item, *, urgent: bool = False) -> None:
        """One more has come; an urgent one waits for those under way, not for company."""
        self.waiting.append(item)
        self._urgent = self._urgent or urgent
        if not (self._busy or self._watching):
            self._watch()

    @property
    def busy(self) -> bool:
        """Whether a batch is under way."""
        return self._busy

    def done(self) -> None:
        """The batch that was handed over last is through. Call on the event loop."""
        self._busy = False
        if self.waiting:
            self._watch()
            return
        for future in self._idle:
            if not future.done():
                future.set_result(None)
        self._idle = ()

    async def idle(self) -> None:
        """Wait until nothing waits and nothing is under way."""
        if self._busy or self.waiting:
            future = asyncio.get_running_loop().create_future()
            self._idle = (*self._idle, future)
            await future

    def _watch(self) -> None:
        self._watching, self._seen = True, 0
        self._began = self._looked = perf_counter()
        asyncio.get_running_loop().call_soon(self._look)

    def _look(self) -> None:
        """Look again with every turn of the loop until it rests; then decide."""
        now, came = perf_counter(), len(self.waiting)
        resting = now - self._looked < REST_S
        self._looked = now
        full = came >= self._most or now - self._began > PATIENCE_S
        held = self._held()
        if full or self._urgent or not (self._expected or held):
            self._go()
        elif not resting:
            asyncio.get_running_loop().call_soon(self._look)
        elif not held and (came >= self._expected or came == self._seen):
            self._go()
        else:
            self._seen = came
            asyncio.get_running_loop().call_later(QUIET_S, self._look_again)

    def _look_again(self) -> None:
        """A loop calls its timers before it looks what has come in: one turn, then look."""
        self._looked = perf_counter()
        asyncio.get_running_loop().call_soon(self._look)

    def _go(self) -> None:
        count = min(len(self.waiting), self._most)
        self._expected = count if count >= CROWD else 0
        self._watching, self._busy, self._urgent = False, True, False
        self._hand_over([self.waiting.popleft() for _ in range(count)])


class InStep(Generic[Asked, Made]):
    """Does on the event loop what is asked of it at the same time by one call of `work`.

    `work` answers each question in their order, or with the exception that its asker gets. Up to
    `most` go together: so long does the event loop wait for them.
    """

    def __init__(
        self,
        work: Callable[[Sequence[Asked]], Sequence[Made | Exception]],
        most: int = 16,
        held: Callable[[], bool] = lambda: False,
    ) -> None:
        self._work = work
        self._gathering: Gathering[tuple[Asked, asyncio.Future[Made]]] = Gathering(
            self._do, most, held
        )

    async def ask(self, asked: Asked) -> Made:
        """The answer to one question. Raises what `work` answered to it or raised."""
        future: asyncio.Future[Made] = asyncio.get_running_loop().create_future()
        self._gathering.add((asked, future))
        return await future

    def _do(self, batch: "list[tuple[Asked, asyncio.Future[Made]]]") -> None:
        made: Sequence[Made | Exception]
        try:
            made = self._work([asked for asked, _ in batch])
        except Exception as error:  # noqa: BLE001  # whoever asked is told
            made = [error] * len(batch)
        for (_, future), answer in zip(batch, made, strict=True):
            if future.done():  # whoever asked has gone
                continue
            if isinstance(answer, Exception):
                future.set_exception(answer)
            else:
                future.set_result(answer)
        self._gathering.done()
