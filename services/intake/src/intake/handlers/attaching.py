"""Files of a case: what is expected, how much has arrived, and the fact once it is whole."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from intake.commands import BeginUpload, Seen, Uploaded
from intake.domain.facts import ATTACHED
from intake.domain.states import Act
from intake.errors import AttachmentMissing, CaseMissing, TooManyFiles
from intake.handlers.acting import Change, open_case, record
from intake.handlers.notes import vault_of
from intake.office import Office
from intake.storage.tables import attachment, cases, write_grant
from kernel.unit_of_work import UnitOfWork

MOST = 50

Row = Mapping[str, Any]


def begin_upload(uow: UnitOfWork, command: BeginUpload, *, office: Office) -> Row:
    """Expect a file; what has arrived of it before stays. Answers its row.

    Raises what `open_case` raises, and TooManyFiles.
    """
    known = uow.get(attachment, case_id=command.case_id, sha256=command.sha256)
    if known is not None and known["of_case"]:
        return known
    opened = open_case(uow, command.case_id, _as_it_stands(uow, command.case_id), Act.ATTACH)
    if known is not None:
        return known
    if len(uow.find(attachment, case_id=command.case_id)) >= MOST:
        raise TooManyFiles(limit=MOST)
    vault = vault_of(uow, opened, office)
    row = {
        "case_id": command.case_id,
        "sha256": command.sha256,
        "attachment_id": uow.new_id(),
        "sealed_name": vault.seal(f"file:{command.sha256}", {"name": command.name}).data,
        "media_type": command.media_type,
        "size": command.size,
        "received": 0,
        "of_case": False,
        "at": uow.now,
    }
    uow.insert(attachment, row)
    return {**row, "stored_at": None}


def note_received(uow: UnitOfWork, command: Uploaded) -> None:
    """So much is stored. A file that is part of the case may come from another node later."""
    key = {"case_id": command.case_id, "sha256": command.sha256}
    row = uow.get(attachment, case_id=command.case_id, sha256=command.sha256)
    if row is None:
        raise AttachmentMissing
    values: dict[str, Any] = {"received": command.received}
    if command.whole:
        values["stored_at"] = row["stored_at"] or uow.now
    uow.update(attachment, key, values)


def finish_upload(uow: UnitOfWork, command: Uploaded) -> Row:
    """The file is whole and becomes part of the case: a fact, once.

    Raises what `open_case` raises: a hand-over may have begun meanwhile.
    """
    key = {"case_id": command.case_id, "sha256": command.sha256}
    row = uow.get(attachment, case_id=command.case_id, sha256=command.sha256)
    if row is None:
        raise AttachmentMissing
    if row["of_case"]:
        return row
    opened = open_case(uow, command.case_id, _as_it_stands(uow, command.case_id), Act.ATTACH)
    values = {"received": row["size"], "stored_at": uow.now, "of_case": True}
    uow.update(attachment, key, values)
    body = {"attachment": str(row["attachment_id"]), "sha256": row["sha256"]}
    record(uow, opened, Change(ATTACHED, {}, body))
    return {**row, **values}


def forget_upload(uow: UnitOfWork, command: Uploaded) -> bool:
    """Drop what never became part of the case. Answers whether it was dropped."""
    row = uow.get(attachment, case_id=command.case_id, sha256=command.sha256)
    if row is None or row["of_case"]:
        return False
    uow.delete(attachment, case_id=command.case_id, sha256=command.sha256)
    return True


def _as_it_stands(uow: UnitOfWork, case_id: UUID) -> Seen:
    """A file adds to the case whatever was written meanwhile: it need not have been seen."""
    grant, row = uow.get(write_grant, case_id=case_id), uow.get(cases, case_id=case_id)
    if grant is None or row is None:
        raise CaseMissing
    return Seen(grant["epoch"], row["version"])
