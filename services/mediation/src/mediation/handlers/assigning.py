"""The register of mediators, and who mediates which case: suggested, decided by a person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from kernel.clock import SHANGHAI
from kernel.divisions import Division
from kernel.errors import FieldViolation
from kernel.holding import NotTheHolder
from kernel.unit_of_work import UnitOfWork
from mediation.commands_casework import (
    AssignMediators,
    KeepMediators,
    Recusal,
    RecuseMediator,
)
from mediation.domain import facts
from mediation.domain.assignment import Matter, Mediator, bar_of, recused_by
from mediation.domain.consent import objections
from mediation.domain.joining import Joined
from mediation.domain.states import Act, State
from mediation.domain.words import MediationKind
from mediation.errors_casework import (
    MediatorBarred,
    MediatorElsewhere,
    MediatorMissing,
)
from mediation.errors_consent import RecusalNotAsked
from mediation.handlers.acting import Change, Opened, Row, Stamp, may_write, open_case, record
from mediation.handlers.awaiting import refit_sessions_of
from mediation.handlers.booking import free
from mediation.handlers.calling_off import call_off
from mediation.handlers.casework import assigned_to, at_work, casework_of, participant_from
from mediation.handlers.consenting import said_of
from mediation.handlers.following import count_again, mediators_of
from mediation.handlers.guests import Accounts, let_in, shut_out, shut_out_everywhere
from mediation.office import Office
from mediation.storage.mediators import mediator_from
from mediation.storage.tables_consent import consent
from mediation.storage.tables_joining import joined_kind
from mediation.storage.tables_people import (
    assignment,
    mediator,
    mediator_interest,
    mediator_leave,
    participant,
)

WHO_READS = ("staff", "unit", "ended")
"""What of the register the reading of a mediator of another unit rests on."""


def keep_mediators(uow: UnitOfWork, command: KeepMediators) -> int:
    """Keep mediators as they are told now; answers how many. Their load is counted here.

    Raises:
        MediatorElsewhere: one belongs, or belonged, to no site at or below the caller's.
    """
    for at, one in enumerate(command.mediators):
        row = uow.get(mediator, mediator_id=one.mediator_id)
        _expect_own(uow, at, one, row)
        values = _mediator_row(one)
        if row is not None and any(row[name] != values[name] for name in WHO_READS):
            shut_out_everywhere(uow, one.mediator_id)
        if row is None:
            uow.insert(mediator, {"mediator_id": one.mediator_id, "version": 1, **values})
        else:
            values |= {"version": row["version"] + 1}
            uow.update(mediator, {"mediator_id": one.mediator_id}, values)
        _keep_leave(uow, one)
        count_again(uow, [one.mediator_id])
        refit_sessions_of(uow, one.mediator_id)
    return len(command.mediators)


def _expect_own(uow: UnitOfWork, at: int, one: Mediator, row: Row | None) -> None:
    top = Division.from_path(uow.caller.path)
    paths = {one.path} | ({row["path"]} if row else set())
    if not all(Division.from_path(path).is_within(top) for path in paths):
        wrong = FieldViolation(f"mediators[{at}].unit_id", "UNIT_OUTSIDE")
        who = one.staff or one.mediator_id
        raise MediatorElsewhere(wrong, mediator=one.mediator_id, who=who)


def _mediator_row(one: Mediator) -> dict[str, Any]:
    return {
        "staff": one.staff,
        "unit": one.unit,
        "site": one.site,
        "path": one.path,
        "fields": " ".join(sorted(one.fields)),
        "kinds": " ".join(sorted(kind.value for kind in one.kinds)),
        "languages": " ".join(sorted(one.languages)),
        "load_limit": one.limit,
        "ended": one.ended,
    }


def _keep_leave(uow: UnitOfWork, one: Mediator) -> None:
    for row in uow.find(mediator_leave, mediator_id=one.mediator_id):
        uow.delete(mediator_leave, mediator_id=one.mediator_id, first_on=row["first_on"])
    for first, last in one.leave:
        span = {"first_on": first, "last_on": last}
        uow.insert(mediator_leave, {"mediator_id": one.mediator_id, **span})


def assign_mediators(
    uow: UnitOfWork,
    command: AssignMediators,
    *,
    office: Office,
    accounts: Accounts = frozenset(),
) -> Stamp:
    """Assign one or more mediators; who is not named any more is relieved.

    One of another unit reads and acts on this case from now on, if there is an account of that unit
    (`accounts`) for it; for others somebody of the holder writes.

    Raises:
        MediatorMissing: there is none of that id.
        MediatorBarred: leave, load or a conflict of interest is in the way.
    """
    opened = open_case(uow, command.case_id, command.seen, Act.ASSIGN)
    if not command.mediators:
        raise MediatorMissing
    assigned = mediators_of(uow, command.case_id)
    before = {row["mediator_id"] for row in at_work(uow, command.case_id)}
    for mediator_id in sorted(assigned - set(command.mediators), key=lambda one: one.int):
        relieve(uow, command.case_id, mediator_id, "replaced")
    for mediator_id in dict.fromkeys(command.mediators):
        if mediator_id not in before:
            _assign(uow, opened, mediator_id, office)
        for row in uow.find(mediator, mediator_id=mediator_id, ended=False):
            let_in(uow, opened, row, accounts)
    named: dict[str, Any] = {"mediators": " ".join(str(one) for one in command.mediators)}
    if not before & set(command.mediators):
        named |= call_off(uow, command.case_id)  # nobody is left whom the sides were told of
    return record(uow, opened, Change(facts.ASSIGNED, {}, named))


def _assign(uow: UnitOfWork, opened: Opened, mediator_id: UUID, office: Office) -> None:
    row = uow.get(mediator, mediator_id=mediator_id)
    if row is None:
        raise MediatorMissing(mediator=mediator_id)
    matter = matter_of(uow, opened)
    objected = recused_by(matter.objected, one_side=matter.one_side_replaces)
    recused = _recused(uow, opened.case_id) | objected
    bar = bar_of(known_mediator(uow, row), matter, recused)
    if bar is not None:
        who = row["staff"] or office.directory().title(row["unit"])
        wrong = FieldViolation("mediators", bar.value)
        raise MediatorBarred(wrong, mediator=mediator_id, who=who)
    begun = {"at": uow.now, "actor": uow.caller.id, "ended_at": None, "why": ""}
    values = {"staff": row["staff"], **begun}
    key: dict[str, Any] = {"case_id": opened.case_id, "mediator_id": mediator_id}
    if uow.get(assignment, **key) is None:
        uow.insert(assignment, {**key, **values})
    else:
        uow.update(assignment, key, values)
    count_again(uow, [mediator_id])


def relieve(uow: UnitOfWork, case_id: UUID, mediator_id: UUID, why: str) -> None:
    """End an assignment; the mediator has room, and time, for another."""
    free(uow, case_id=case_id, mediator_id=mediator_id)
    shut_out(uow, case_id, mediator_id)
    key: dict[str, Any] = {"case_id": case_id, "mediator_id": mediator_id}
    uow.update(assignment, key, {"ended_at": uow.now, "why": why})
    count_again(uow, [mediator_id])


def _recused(uow: UnitOfWork, case_id: UUID) -> frozenset[UUID]:
    """Those whom the parties had replaced in this case: they do not come back."""
    rows = uow.find(assignment, case_id=case_id)
    return frozenset(r["mediator_id"] for r in rows if r["why"] == Recusal.PARTY_ASKED.value)


def matter_of(uow: UnitOfWork, opened: Opened) -> Matter:
    """What a mediator must fit to: the case, its parties and their units."""
    people = People(
        uow.find(participant, case_id=opened.case_id),
        uow.find(consent, case_id=opened.case_id),
        casework_of(uow, opened.case_id)["about_units"],
        uow.find(joined_kind, case_id=opened.case_id),
    )
    return matter_from(opened.row, opened.grant["path"], people, day_of(uow.now))


def day_of(now: datetime) -> date:
    """The day in Asia/Shanghai."""
    return now.astimezone(SHANGHAI).date()


@dataclass(frozen=True, slots=True)
class People:
    """Rows of who takes part, what they said, what the matter is about, which bodies joined."""

    parties: Sequence[Row]
    consents: Sequence[Row] = ()
    about_units: str = ""
    joined: Sequence[Row] = ()


def matter_from(row: Row, path: str, people: People, day: date) -> Matter:
    """What is to be mediated, from the rows of a case.

    Whoever one party does not accept is no mediator of this case (人民调解法 23).
    """
    ids = {str(one["party_id"]) for one in people.parties} | {str(row["case_id"])}
    units = frozenset(one["unit_id"] for one in people.parties if one["unit_id"])
    units |= frozenset(people.about_units.split())
    sides = objections(map(participant_from, people.parties), said_of(people.consents))
    return Matter(
        path=path,
        kind=MediationKind(row["kind"]),
        category=row["category"],
        day=day,
        about_units=units,
        touched=frozenset(ids) | units,
        objected=sides,
        joined=frozenset(
            Joined(MediationKind(one["kind"]), one["unit_id"]) for one in people.joined
        ),
    )


def known_mediator(uow: UnitOfWork, row: Row) -> Mediator:
    """A mediator with leave and interests."""
    leave = uow.find(mediator_leave, mediator_id=row["mediator_id"])
    interests = uow.find(mediator_interest, mediator_id=row["mediator_id"])
    spans = [(one["first_on"], one["last_on"]) for one in leave]
    return mediator_from(row, spans, [one["subject"] for one in interests])


def recuse_mediator(uow: UnitOfWork, command: RecuseMediator, *, office: Office) -> Stamp:
    """回避: the mediator is relieved, and an interest is kept for every later suggestion.

    Raises:
        MediatorMissing: the mediator is not assigned to this case.
        NotTheHolder: a mediator of another unit means somebody else.
        RecusalNotAsked: a party is said to want another, and fewer sides than the profile asks for
            are on record as not accepting this one.
    """
    opened = open_case(uow, command.case_id, command.seen, Act.RECUSE)
    assigned = {row["mediator_id"]: row for row in assigned_to(uow, command.case_id)}
    if command.mediator_id not in assigned:
        raise MediatorMissing(mediator=command.mediator_id)
    own = assigned[command.mediator_id]["staff"] == uow.caller.id
    if not (own or may_write(uow, opened.grant)):
        raise NotTheHolder(holder=opened.grant["unit"])
    if command.why is Recusal.PARTY_ASKED:
        _expect_asked(uow, opened, command.mediator_id, office)
    relieve(uow, command.case_id, command.mediator_id, command.why.value)
    if command.why is Recusal.INTEREST:
        _keep_interest(uow, command)
    if len(assigned) > 1 and opened.state is not State.AGREED:
        opened = replace(opened, target=opened.state)  # the others go on
    said = {"mediator": str(command.mediator_id), "why": command.why.value}
    return record(uow, opened, Change(facts.RECUSED, {}, said))


def _expect_asked(uow: UnitOfWork, opened: Opened, mediator_id: UUID, office: Office) -> None:
    rules = office.profile_of(opened.row["regulation"]).rules.mediation
    objected = matter_of(uow, opened).objected
    if mediator_id not in recused_by(objected, one_side=rules.recusal_by_one_side):
        raise RecusalNotAsked(mediator=mediator_id)


def _keep_interest(uow: UnitOfWork, command: RecuseMediator) -> None:
    key: dict[str, Any] = {
        "mediator_id": command.mediator_id,
        "subject": command.subject or str(command.case_id),
    }
    if uow.get(mediator_interest, **key) is None:
        uow.insert(mediator_interest, {**key, "at": uow.now, "actor": uow.caller.id})
