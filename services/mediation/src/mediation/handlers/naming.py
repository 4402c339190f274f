"""Who takes part and what is asked for, as intake has registered it."""

from typing import Any
from uuid import UUID

from kernel.errors import FieldViolation
from kernel.unit_of_work import UnitOfWork
from mediation.commands_casework import NameParties
from mediation.domain import facts
from mediation.domain.parties import Participant
from mediation.domain.registration import Registration, as_registered, differences, unit_of
from mediation.domain.states import Act
from mediation.errors_consent import RegistrationDiffers
from mediation.handlers.acting import Change, Stamp, open_case, record
from mediation.handlers.casework import set_casework
from mediation.handlers.duties import note, suggest_duties
from mediation.storage.tables_closing import answer
from mediation.storage.tables_people import participant


def name_parties(uow: UnitOfWork, command: NameParties, *, registration: Registration) -> Stamp:
    """Say who takes part; requests and duties that the registration has are there by themselves.

    Raises:
        RegistrationDiffers: somebody or something named is not as it was registered.
    """
    opened = open_case(uow, command.case_id, command.seen, Act.NAME_PARTIES)
    _expect_as_registered(command, registration)
    for row in uow.find(participant, case_id=command.case_id):
        uow.delete(participant, case_id=command.case_id, party_id=row["party_id"])
    for one in command.participants:
        unit = unit_of(one, command.units.get(one.party_id, ""), registration)
        row = _participant_row(command.case_id, as_registered(one, registration), unit)
        uow.insert(participant, row)
    take_registration(uow, command.case_id, registration)
    for duty in sorted(command.duties, key=lambda found: found.value):
        note(uow, command.case_id, duty)
    if command.family_violence:
        # Not taken back by naming again: it protects somebody (see `decide_waiver`).
        set_casework(uow, command.case_id, family_violence=True)
    count = str(len(command.participants))
    return record(uow, opened, Change(facts.PARTIES_NAMED, {}, {"parties": count}))


def _expect_as_registered(command: NameParties, registration: Registration) -> None:
    found = differences(command.participants, command.units, command.requests, registration)
    if found:
        raise RegistrationDiffers(*(FieldViolation(one.field, one.why.value) for one in found))


def _participant_row(case_id: UUID, one: Participant, unit: str) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "party_id": one.party_id,
        "side": one.side.value,
        "capacity": one.capacity.value,
        "for_id": one.for_id,
        "unit_id": unit,
        "may_settle": one.may_settle,
        "organisation": one.organisation,
        "needs_guardian": one.needs_guardian,
    }


def take_registration(uow: UnitOfWork, case_id: UUID, registration: Registration) -> None:
    """Keep what the registration says of the matter.

    A request that was registered is answered (逐条反馈), whoever names the parties leaves it out or
    not; one that is on file already, and a duty, cannot be taken back.
    """
    about = " ".join(sorted(registration.about_units))
    set_casework(uow, case_id, about_units=about, green_channel=registration.green_channel)
    for no in registration.requests:
        if uow.get(answer, case_id=case_id, request_no=no) is None:
            uow.insert(answer, {"case_id": case_id, "request_no": no})
    suggest_duties(uow, case_id, registration)
