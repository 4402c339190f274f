"""Documents that were made, and their service: entries of the history, each a fact of the log."""

from dataclasses import dataclass
from uuid import UUID

import msgspec

from intake.commands import Seen
from intake.documents.commands import KeepDocument
from intake.documents.errors import NotForThisState, NotYourDocument, TooManyDocuments
from intake.documents.kept import Made, Register, register_of, said_of
from intake.documents.kinds import Makers
from intake.domain.facts import DOCUMENT_MADE, SERVED
from intake.domain.states import State
from intake.errors import CaseMissing, SealedMatter
from intake.handlers.acting import Change, Opened, Row, Stamp, record
from intake.handlers.notes import keep_note, vault_of
from intake.handlers.unserved import refit
from intake.office import Office
from intake.storage.tables import cases, history, write_grant
from intake.vault import CaseVault
from kernel.errors import StaleVersion
from kernel.holding import ENDED, OPEN, expect_writable
from kernel.identity import Caller
from kernel.unit_of_work import UnitOfWork

MOST = 200
"""Documents and services of one case."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The case after it, and the entry."""

    stamp: Stamp
    entry: Made


def keep_document(uow: UnitOfWork, command: KeepDocument, *, office: Office) -> Kept:
    """Keep what was made, so that it can be proven later what was handed out.

    Raises what `open_for_documents` raises, and:
        NotForThisState: the document makes no sense in the state of the case.
    """
    opened = open_for_documents(uow, command.case_id, command.seen, command.kind.makers, office)
    if command.read != opened.row["version"]:
        raise StaleVersion(current=opened.row["version"])
    if not command.kind.possible_in(opened.row["state"], opened.row["refusal"]):
        raise NotForThisState(kind=command.kind.id, state=opened.row["state"])
    vault = vault_of(uow, opened, office)
    before = register(uow, command.case_id, vault)
    expect_room(before)
    entry = msgspec.structs.replace(
        command.entry, document_id=uow.new_id(), actor=uow.caller.id, at=uow.now
    )
    commitments = keep_note(uow, opened, vault, DOCUMENT_MADE, said_of(entry))
    if entry.starts:
        refit(uow, command.case_id, Register([*before.made, entry], before.services), office)
    body = {
        "document": str(entry.document_id),
        "document_kind": entry.kind,
        "sha256": entry.sha256,
        "template": entry.template,
    }
    return Kept(record(uow, opened, Change(DOCUMENT_MADE, {}, body, commitments)), entry)


def open_for_documents(
    uow: UnitOfWork, case_id: UUID, seen: Seen, makers: Makers, office: Office
) -> Opened:
    """The case, locked for this command; also one that has ended: its papers go out after that.

    Raises:
        CaseMissing, SealedMatter: none here, or none whose content can be read here.
        CustodyMoved, CaseLocked, StaleVersion: as for every act.
        NotYourDocument: another unit makes it.
    """
    grant, row = uow.get(write_grant, case_id=case_id), uow.get(cases, case_id=case_id)
    if grant is None or row is None:
        raise CaseMissing
    ended = grant["state"] == ENDED
    expect_writable({**grant, "state": OPEN} if ended else grant, row, seen.epoch)
    if row["sealed_for"]:
        raise SealedMatter
    if not _may_make(uow.caller, row, grant, makers):
        raise NotYourDocument(holder=office.directory().title(grant["unit"]))
    if row["version"] != seen.version:
        raise StaleVersion(current=row["version"])
    return Opened(row, grant, State(row["state"]))


def _may_make(caller: Caller, row: Row, grant: Row, makers: Makers) -> bool:
    if makers is Makers.READER or caller.unit == grant["unit"]:
        return True
    return makers is Makers.COUNTER and caller.unit == row["registering_unit"]


def register(uow: UnitOfWork, case_id: UUID, vault: CaseVault) -> Register:
    """What is kept of documents and services of a case."""
    rows = [
        row for row in uow.find(history, case_id=case_id) if row["kind"] in {DOCUMENT_MADE, SERVED}
    ]
    rows.sort(key=lambda row: row["version"])
    return register_of(
        (row, vault.open(f"history:{row['version']}", row["sealed"])) for row in rows
    )


def expect_room(kept: Register) -> None:
    """Refuse another entry when there are too many. Raises TooManyDocuments."""
    if len(kept.made) + len(kept.services) >= MOST:
        raise TooManyDocuments(limit=MOST)
