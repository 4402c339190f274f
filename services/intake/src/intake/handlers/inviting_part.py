"""Who was invited travels with the case, as a fact; what they saw ends with the custody."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from intake.domain.part import Part
from intake.handlers.inviting import sealed_name
from intake.storage.tables_inviting import inviting
from intake.vault import CaseVault
from kernel.unit_of_work import UnitOfWork

Row = Mapping[str, Any]


def invitations_of(uow: UnitOfWork, case_id: UUID, vault: CaseVault) -> dict[str, tuple[Row, ...]]:
    """The rows of a part, opened, by the name of its field."""
    rows = uow.find(inviting.invitation, case_id=case_id)
    return {
        "invitations": tuple(
            {**row, "sealed": vault.open_raw(sealed_name(row["no"]), row["sealed"])} for row in rows
        ),
        "invited_words": tuple(
            dict(one) for one in uow.find(inviting.invited_word, case_id=case_id)
        ),
    }


def store_invitations(uow: UnitOfWork, part: Part, vault: CaseVault) -> None:
    """Keep what came with the case: as it stands there now."""
    case_id = vault.case_id
    invitation, word = inviting.invitation, inviting.invited_word
    for row in part.invitations:
        sealed = vault.seal_raw(sealed_name(row["no"]), row["sealed"]).data
        fit = {name: value for name, value in row.items() if name in invitation.columns}
        values = {**fit, "case_id": case_id, "sealed": sealed}
        if uow.get(invitation, case_id=case_id, no=row["no"]) is None:
            uow.insert(invitation, values)
        else:
            uow.update(invitation, {"case_id": case_id, "no": row["no"]}, values)
    for row in part.invited_words:
        key = {"case_id": case_id, "no": row["no"], "n": row["n"]}
        if uow.get(word, **key) is None:
            fit = {name: value for name, value in row.items() if name in word.columns}
            uow.insert(word, {**fit, **key})
