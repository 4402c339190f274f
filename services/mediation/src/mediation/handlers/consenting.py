"""Consent: taken down in the order it was said, and looked at before anybody sits down."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from kernel.clock import SHANGHAI
from kernel.errors import FieldViolation
from kernel.unit_of_work import UnitOfWork
from mediation.commands_consent import RecordConsent
from mediation.consents import shipped_consents
from mediation.domain import facts
from mediation.domain.consent import (
    SENSITIVE,
    Fault,
    Lack,
    Said,
    Standing,
    Subject,
    fault_of,
    lacks,
    standing,
)
from mediation.domain.states import Act, State
from mediation.domain.words import MediationKind
from mediation.errors_consent import ConsentMissing, ConsentRefused
from mediation.handlers.acting import Change, Opened, Row, Stamp, open_case, record
from mediation.handlers.casework import participant_from, participants_of
from mediation.office import Office
from mediation.storage.consents import File
from mediation.storage.tables_consent import consent
from mediation.storage.tables_people import mediator

SETTLED = frozenset({State.PERFORMING, State.DEFAULTED})
"""What was agreed binds; a session to look at its performance needs nobody's consent again."""


def record_consent(uow: UnitOfWork, command: RecordConsent) -> Stamp:
    """Take down what a party said. Nothing that was said before is changed: the last word counts.

    Raises:
        ConsentRefused: it is not the party's word, or what it was about is not known.
    """
    opened = open_case(uow, command.case_id, command.seen, Act.CONSENT)
    _expect_own_word(uow, command)
    _expect_known(uow, command)
    first = 1 + len(uow.find(consent, case_id=command.case_id))
    for n, subject in enumerate(command.subjects, start=first):
        uow.insert(consent, _row(uow, command, n, subject))
    return record(uow, opened, Change(facts.CONSENT_RECORDED, {}, _told(command)))


def _expect_own_word(uow: UnitOfWork, command: RecordConsent) -> None:
    people = participants_of(uow, command.case_id)
    fault = fault_of(command.party_id, command.by, command.subjects, people)
    if fault is not None:
        at = "subjects" if fault is Fault.SEPARATELY else "party_id"
        raise ConsentRefused(FieldViolation(at, fault.value))


def _expect_known(uow: UnitOfWork, command: RecordConsent) -> None:
    if command.version not in shipped_consents().versions:
        raise ConsentRefused(FieldViolation("text_version", Fault.TEXT_UNKNOWN.value))
    if command.on_day > uow.now.astimezone(SHANGHAI).date():
        raise ConsentRefused(FieldViolation("on_day", "IN_FUTURE"))
    about_one = Subject.MEDIATOR in command.subjects
    known = command.mediator_id and uow.get(mediator, mediator_id=command.mediator_id)
    if about_one and not known:
        raise ConsentRefused(FieldViolation("mediator_id", Fault.MEDIATOR_NEEDED.value))


def _row(uow: UnitOfWork, command: RecordConsent, n: int, subject: Subject) -> dict[str, Any]:
    return {
        "case_id": command.case_id,
        "n": n,
        "party_id": command.party_id,
        "subject": subject.value,
        "mediator_id": command.mediator_id if subject is Subject.MEDIATOR else None,
        "given": command.given,
        "version": command.version,
        "method": command.method.value,
        "in_name": command.by.value,
        "on_day": command.on_day,
        "actor": uow.caller.id,
        "at": uow.now,
    }


def _told(command: RecordConsent) -> dict[str, str]:
    """What the log says. Which sensitive data it is about would be one itself."""
    named = {"sensitive" if one in SENSITIVE else one.value for one in command.subjects}
    return {
        "party": str(command.party_id),
        "subjects": " ".join(sorted(named)),
        "given": "yes" if command.given else "no",
        "text": command.version,
    }


def said_of(rows: Iterable[Row]) -> Standing:
    """What counts now, from the rows of a case."""
    ordered = sorted(rows, key=lambda row: int(row["n"]))
    return standing(
        Said(row["party_id"], Subject(row["subject"]), row["given"], row["mediator_id"])
        for row in ordered
    )


def lacks_of(row: Row, file: File, office: Office) -> tuple[Lack, ...]:
    """What is missing for a session of all parties with the mediators of the case, as read."""
    if not office.profile_of(row["regulation"]).rules.mediation.consent_before_session:
        return ()
    people = tuple(map(participant_from, file.participants))
    return lacks(
        people,
        said_of(file.consents),
        kind=MediationKind(row["kind"]),
        called=[one.party_id for one in people],
        mediators=[one["mediator_id"] for one in file.assignments if one["ended_at"] is None],
    )


def expect_willing(
    uow: UnitOfWork,
    opened: Opened,
    called: Collection[UUID],
    mediators: Iterable[UUID],
    office: Office,
) -> None:
    """No session before each side is on record as wanting it, where the profile says so.

    Raises:
        ConsentMissing: each field says whose consent is missing, and to what.
    """
    rules = office.profile_of(opened.row["regulation"]).rules.mediation
    if not rules.consent_before_session or opened.state in SETTLED:
        return
    found = lacks(
        participants_of(uow, opened.case_id),
        said_of(uow.find(consent, case_id=opened.case_id)),
        kind=MediationKind(opened.row["kind"]),
        called=called,
        mediators=mediators,
    )
    if found:
        raise ConsentMissing(*(FieldViolation(one.field, one.gap.value) for one in found))
