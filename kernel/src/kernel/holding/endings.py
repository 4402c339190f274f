"""What a service has against ending a case in a certain way; asked by routing before it ends one.

The answer is about what is on file now. A service answers so that nothing it takes for done can be
undone while the epoch lasts: between the question and the ending only more can be done.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kernel.errors import FieldViolation
from kernel.holding.errors import GrantAwaited


@dataclass(frozen=True, slots=True)
class AskEnding:
    """May the case end with `ending` (办结方式) in this epoch?

    `procedure` is the one it was accepted under, empty before acceptance.
    """

    case_id: UUID
    epoch: int
    ending: str
    procedure: str


@dataclass(frozen=True, slots=True)
class EndingAnswer:
    """Everything that stands against it, each with the key of its text; nothing = it may end.

    `carries`: this service keeps what the ending rests on, so that no other service has to show
    that the matter was answered. `last_fact_no` is the number of the service's last fact of the
    case: routing decides on nothing that it has not heard of.
    """

    against: tuple[FieldViolation, ...] = ()
    carries: bool = False
    last_fact_no: int = 0


def expect_granted(grant: Mapping[str, Any] | None, epoch: int) -> None:
    """Answer for an epoch only once its grant, and with it the part of the case, is here.

    Raises:
        GrantAwaited
    """
    if grant is None or grant["epoch"] < epoch:
        raise GrantAwaited
