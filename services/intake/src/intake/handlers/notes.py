"""What is said with an act is sealed beside the case; the log gets a commitment to it."""

from collections.abc import Mapping
from typing import Any

from intake.handlers.acting import Opened
from intake.office import Office
from intake.storage.tables import case_key, history
from intake.vault import CaseVault
from kernel.unit_of_work import UnitOfWork


def vault_of(uow: UnitOfWork, opened: Opened, office: Office) -> CaseVault:
    """The vault of a case that is being written. Raises CaseErased."""
    key = uow.get(case_key, case_id=opened.case_id, lock=False)
    return office.vault.of_case(key, opened.row["sealed_code_key"])


def keep_note(
    uow: UnitOfWork, opened: Opened, vault: CaseVault, kind: str, said: Mapping[str, Any]
) -> dict[str, str]:
    """Keep what was said with the act that makes the next version; answers its commitment."""
    version = opened.row["version"] + 1
    sealed = vault.seal(f"history:{version}", said)
    uow.insert(
        history,
        {
            "case_id": opened.case_id,
            "version": version,
            "kind": kind,
            "sealed": sealed.data,
            "actor": uow.caller.id,
            "at": uow.now,
        },
    )
    return {f"said:{version}": sealed.commitment}
