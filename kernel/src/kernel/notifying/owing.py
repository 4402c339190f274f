"""Owing a notice, inside the command it follows from: kept with it or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

import msgspec
from sqlalchemy import Table

from kernel.notifying.words import State
from kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Owed:
    """Who is to be told what of a case.

    `occasion` tells this event of the case from every other, so that it is owed once; `unit` has to
    see to it when no machine can; `template` is the key of the text and `arguments` what it quotes:
    ids, codes, days and times, nothing personal.
    """

    case_id: UUID
    occasion: str
    recipient: str
    template: str
    unit: str
    arguments: Mapping[str, str] = field(default_factory=dict)

    @property
    def notice_id(self) -> UUID:
        """The same for the same recipient of the same occasion, whoever owes it again."""
        return uuid5(self.case_id, f"{self.occasion}/{self.recipient}")


def owe(uow: UnitOfWork, table: Table, owed: Owed, *, fresh: bool = False) -> bool:
    """Owe a notice, once. False when it was owed before.

    `fresh` is for a case that is made by this very command: nothing can have been owed about it.
    """
    if not fresh and uow.get(table, notice_id=owed.notice_id) is not None:
        return False
    uow.insert(table, _row(uow, owed))
    return True


def _row(uow: UnitOfWork, owed: Owed) -> dict[str, Any]:
    return {
        "notice_id": owed.notice_id,
        "case_id": owed.case_id,
        "occasion": owed.occasion,
        "recipient": owed.recipient,
        "template": owed.template,
        "arguments": msgspec.json.encode(owed.arguments, order="sorted").decode(),
        "unit": owed.unit,
        "state": State.OWED.value,
        "at": uow.now,
        "next_try_at": uow.now,
    }
