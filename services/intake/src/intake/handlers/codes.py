"""A new query code after an identity check; the former one ends."""

from intake.commands import ReissueCode
from intake.domain.facts import CODE_REISSUED
from intake.domain.states import State
from intake.domain.words import PartyRole
from intake.errors import CaseMissing, PartyMissing
from intake.handlers.acting import Change, Opened, Row, record
from intake.office import Office
from intake.storage.tables import case_key, cases, party, write_grant
from kernel.holding import LOCKED, OPEN, CaseLocked
from kernel.unit_of_work import UnitOfWork


def reissue_code(uow: UnitOfWork, command: ReissueCode, *, office: Office) -> str:
    """Give out a code that is good from now on.

    While the case is held here it is a fact of the case and travels with it; later a counter that
    registered the case gives out a code that is good at this node.

    Raises:
        CaseMissing: there is no such case here.
        CaseLocked: a hand-over is under way, and might leave without the new code.
        PartyMissing: the case has no such party.
    """
    row = uow.get(cases, case_id=command.case_id)
    grant = uow.get(write_grant, case_id=command.case_id)
    if row is None or grant is None:
        raise CaseMissing
    if grant["state"] == LOCKED and grant["epoch"] >= row["epoch"]:
        raise CaseLocked(epoch=grant["epoch"])
    vault = office.vault.of_case(
        uow.get(case_key, case_id=command.case_id, lock=False), row["sealed_code_key"]
    )
    whose = _whose(uow, command)
    code = vault.new_code()
    key = {"case_id": command.case_id, "party_id": whose["party_id"]}
    uow.update(party, key, {"code_hash": vault.code_hash(code)})
    if grant["state"] == OPEN:
        body = {"party": str(whose["party_id"]), "check": command.check.value}
        record(uow, Opened(row, grant, State(row["state"])), Change(CODE_REISSUED, {}, body))
    return code


def _whose(uow: UnitOfWork, command: ReissueCode) -> Row:
    rows = sorted(uow.find(party, case_id=command.case_id), key=lambda row: row["no"])
    applicant = PartyRole.APPLICANT.value
    for row in rows:
        wanted = command.party_id or (row["party_id"] if row["role"] == applicant else None)
        if row["party_id"] == wanted:
            return row
    raise PartyMissing
