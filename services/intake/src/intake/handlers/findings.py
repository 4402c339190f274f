"""逐条反馈: each thing asked for gets its own finding and answer."""

from uuid import UUID

from intake.commands import AddFinding
from intake.domain.facts import FOUND
from intake.domain.states import Act
from intake.domain.words import Finding
from intake.errors import AlreadyFound, RequestMissing
from intake.handlers.acting import Change, Stamp, open_case, record
from intake.handlers.notes import vault_of
from intake.office import Office
from intake.storage.tables import case_request
from intake.vault import CaseVault
from kernel.unit_of_work import UnitOfWork


def add_finding(uow: UnitOfWork, command: AddFinding, *, office: Office) -> Stamp:
    """Record what came of one request.

    Raises:
        RequestMissing: the case has no such request.
        AlreadyFound: it has its finding.
    """
    opened = open_case(uow, command.case_id, command.seen, Act.FIND)
    row = uow.get(case_request, case_id=command.case_id, no=command.request_no)
    if row is None:
        raise RequestMissing
    if row["finding"]:
        raise AlreadyFound
    vault = vault_of(uow, opened, office)
    commitment = _answer(uow, row["no"], command.answer, command.finding, vault)
    body = {"request": str(row["no"]), "finding": command.finding.value}
    return record(uow, opened, Change(FOUND, {}, body, {f"answer:{row['no']}": commitment}))


def answer_open_requests(
    uow: UnitOfWork, case_id: UUID, text: str, finding: Finding, vault: CaseVault
) -> dict[str, str]:
    """Give every request without a finding this one; answers the commitments."""
    return {
        f"answer:{row['no']}": _answer(uow, row["no"], text, finding, vault)
        for row in uow.find(case_request, case_id=case_id)
        if not row["finding"]
    }


def _answer(uow: UnitOfWork, no: int, text: str, finding: Finding, vault: CaseVault) -> str:
    sealed = vault.seal(f"answer:{no}", {"text": text})
    values = {"finding": finding.value, "sealed_answer": sealed.data, "found_at": uow.now}
    uow.update(case_request, {"case_id": vault.case_id, "no": no}, values)
    return sealed.commitment
