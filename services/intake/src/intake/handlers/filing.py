"""Giving a file its number: once, of the series of the site that holds the case.

The number is an entry of the history, and so travels with the case: the next holder keeps it.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from intake.case_file.commands import NumberFile
from intake.documents.kinds import Makers
from intake.domain import numbering
from intake.domain.facts import FILE_NUMBERED
from intake.handlers.acting import Change, Stamp, record, stamp_of
from intake.handlers.documents import open_for_documents
from intake.handlers.notes import keep_note, vault_of
from intake.handlers.numbering import mark_here
from intake.office import Office, day_of
from intake.storage.tables import history
from intake.vault import CaseVault
from kernel.unit_of_work import UnitOfWork

NO_PROCEDURE = "other"
"""Series of files of cases whose procedure nobody has decided."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """The case after it, and what the number is made of."""

    stamp: Stamp
    word: str
    year: int
    number: str


def number_file(uow: UnitOfWork, command: NumberFile, *, office: Office) -> Numbered:
    """The number of the file; a new one only when it has none.

    Raises what `open_for_documents` raises, and:
        NumberingMoved, NumberingAwaited: another node numbers for the site, or has not told yet.
    """
    opened = open_for_documents(uow, command.case_id, command.seen, Makers.HOLDER, office)
    vault = vault_of(uow, opened, office)
    given = _given(uow, command.case_id, vault)
    if given is not None:
        stamp = stamp_of(opened.row, opened.grant["epoch"])
        return Numbered(stamp, given["word"], given["year"], given["number"])
    unit, year = opened.grant["unit"], day_of(uow.now).year
    word = opened.row["procedure"] or NO_PROCEDURE
    mark = mark_here(uow, office.directory().units[unit].site, unit, year)
    series = numbering.file_series(opened.grant["path"], word, year)
    count = uow.next_number(numbering.marked(series, mark))
    number = f"{mark}-{count}" if mark else str(count)
    said = {"word": word, "year": year, "number": number}
    commitments = keep_note(uow, opened, vault, FILE_NUMBERED, said)
    body = {"series": word, "year": str(year), "number": number}
    stamp = record(uow, opened, Change(FILE_NUMBERED, {}, body, commitments))
    return Numbered(stamp, word, year, number)


def _given(uow: UnitOfWork, case_id: UUID, vault: CaseVault) -> dict[str, Any] | None:
    for row in uow.find(history, case_id=case_id):
        if row["kind"] == FILE_NUMBERED:
            said: dict[str, Any] = vault.open(f"history:{row['version']}", row["sealed"])
            return said
    return None
