"""Registering a matter: number, rows, grant to write, first fact, event.

No statement of its own: everything goes out with the batch.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from intake.domain import numbering as numbers
from intake.domain.facts import REGISTERED, CaseRegistered
from intake.domain.states import State
from intake.domain.words import Channel, Colour, Difficulty, Procedure, Purpose
from intake.errors import CaseIdTaken, SourceNumberTaken
from intake.handlers.acting import Row, Stamp, stamp_of
from intake.handlers.notices import owe_registered
from intake.handlers.numbering import mark_here
from intake.handlers.preparation import Registration
from intake.handlers.reads import record_read
from intake.storage.statements import counters_from
from intake.storage.tables import (
    case_feature,
    case_key,
    case_request,
    case_term,
    cases,
    counter,
    fact,
    numbering,
    party,
    source_ref,
    write_grant,
)
from kernel.facts import Fact
from kernel.holding import OPEN, keep_fact
from kernel.unit_of_work import UnitOfWork
from kernel.unit_of_work.sight import Wanted

FIRST_EPOCH = 1


@dataclass(frozen=True, slots=True)
class Registered:
    """The case; `already` when its source number or id had been registered before."""

    stamp: Stamp
    already: bool = False


def register_case(uow: UnitOfWork, registration: Registration) -> Registered:
    """Keep a registration, once for each source number and each id an offline desk chose.

    Raises:
        SourceNumberTaken: another matter was registered under this source number.
        CaseIdTaken: the chosen id belongs to another registration.
    """
    if registration.shown is not None:
        record_read(uow, registration.shown)
    return _already(uow, registration) or _keep(uow, registration)


def _keep(uow: UnitOfWork, registration: Registration) -> Registered:
    mark = mark_here(uow, registration.site, registration.unit, registration.year)
    row = _case_row(uow, registration, mark)
    uow.insert(cases, row)
    uow.insert(case_key, registration.key_row)
    for member in registration.parties:
        uow.insert(party, member.row)
    for asked in registration.requests:
        uow.insert(case_request, asked)
    case_id = registration.case_id
    uow.insert_all(case_term, [{"case_id": case_id, "term": term} for term in registration.terms])
    features = registration.features.all()
    uow.insert_all(case_feature, [{"feature": number, "case_id": case_id} for number in features])
    uow.insert(write_grant, _grant(registration))
    if registration.source is not None:
        system, number = registration.source
        uow.insert(
            source_ref,
            {
                "source_system": system,
                "source_no": number,
                "case_id": registration.case_id,
                "matter": registration.matter,
            },
        )
    owe_registered(uow, row, [member.row for member in registration.parties])
    _tell(uow, registration, row, _gap(uow, registration, mark))
    return Registered(stamp_of(row, FIRST_EPOCH))


def prefetch(registration: Registration) -> tuple[Wanted, ...]:
    """The rows the handler asks for, so that a batch loads them together."""
    wanted: list[Wanted] = [(numbering, {"site": registration.site})]
    if registration.series:
        wanted.append((counter, {"series": registration.series}))
    if registration.source is not None:
        system, number = registration.source
        wanted.append((source_ref, {"source_system": system, "source_no": number}))
    return tuple(wanted)


def _already(uow: UnitOfWork, registration: Registration) -> Registered | None:
    if registration.source is not None:
        system, number = registration.source
        known = uow.get(source_ref, source_system=system, source_no=number)
        if known is not None:
            row = uow.get(cases, case_id=known["case_id"], lock=False)
            return _same_matter(row, known["matter"], registration)
    if registration.chosen_id:
        return _same_desk(uow, uow.get(cases, case_id=registration.case_id), registration)
    return None


def _same_matter(row: Row | None, first: str, registration: Registration) -> Registered | None:
    """What came first counts, since the case may have been amended; "" is of former versions."""
    if row is not None and first not in {"", registration.matter}:
        raise SourceNumberTaken(case_no=row["case_no"])
    return _as_registered(row)


def _as_registered(row: Row | None) -> Registered | None:
    return None if row is None else Registered(stamp_of(row, row["epoch"]), already=True)


def _same_desk(uow: UnitOfWork, row: Row | None, registration: Registration) -> Registered | None:
    """A desk that was offline asks again; anybody else must not learn of the case."""
    if row is None:
        return None
    if (row["registered_by"], row["registering_unit"]) != (uow.caller.id, registration.unit):
        raise CaseIdTaken
    return _as_registered(row)


def _case_row(uow: UnitOfWork, registration: Registration, mark: str) -> Row:
    draft = registration.draft
    received = draft.received_at or uow.now
    number = registration.case_no or _next_number(uow, registration, mark)
    return {
        **registration.row,
        "case_no": number,
        "holder_unit": registration.unit,
        "holder_path": registration.path,
        "registering_unit": registration.unit,
        "registering_path": registration.path,
        "registered_by": uow.caller.id,
        "epoch": FIRST_EPOCH,
        "version": 1,
        "state": State.REGISTERED.value,
        "received_at": received,
        "registered_at": received if draft.backlog else uow.now,
        "recorded_at": uow.now,
        "regulation": registration.regulation,
        "fact_no": 1,
    }


def _next_number(uow: UnitOfWork, registration: Registration, mark: str) -> str:
    n = uow.next_number(numbers.marked(registration.series, mark))
    return numbers.case_no(registration.path, registration.year, n, mark)


def _grant(registration: Registration) -> Row:
    return {
        "case_id": registration.case_id,
        "epoch": FIRST_EPOCH,
        "unit": registration.unit,
        "path": registration.path,
        "state": OPEN,
    }


def _gap(uow: UnitOfWork, registration: Registration, mark: str) -> dict[str, str]:
    """The first case of a series that a restore began says after which numbers it began.

    That is the last known one of the plain series, and of each that an earlier restore of the same
    year began.
    """
    if not mark or not registration.series:
        return {}
    series = uow.get(counter, series=numbers.marked(registration.series, mark))
    if series is None or series["value"] != 1:
        return {}
    before = uow.get(counter, series=registration.series)
    told = {"series": mark, "known_to": str(before["value"] if before is not None else 0)}
    earlier = _of_earlier_restores(uow, registration.series, mark)
    return {**told, "known_marked": earlier} if earlier else told


def _of_earlier_restores(uow: UnitOfWork, series: str, mark: str) -> str:
    """Their marks with the last known number of each: `R1122KQ-00007 R1123AB-00002`."""
    first = numbers.all_marked(series)
    known = {name[len(first) :]: n for name, n in uow.query(counters_from(first))}
    return " ".join(numbers.after_mark(one, known[one]) for one in sorted(set(known) - {mark}))


def _tell(uow: UnitOfWork, registration: Registration, row: Row, gap: Mapping[str, str]) -> None:
    entry = Fact(
        event_id=uow.new_id(),
        fact_no=1,
        kind=REGISTERED,
        case_id=registration.case_id,
        epoch=FIRST_EPOCH,
        unit=registration.unit,
        actor=uow.caller.id,
        at=uow.now,
        body={"case_no": row["case_no"], "channel": row["channel"], **gap},
        commitments=registration.commitments,
    )
    keep_fact(uow, fact, entry)
    uow.emit(_event(entry, registration, row), event_id=entry.event_id)


def _event(entry: Fact, registration: Registration, row: Row) -> CaseRegistered:
    return CaseRegistered(
        fact=entry,
        case_no=row["case_no"],
        path=registration.path,
        place_code=row["place_code"],
        category=row["category"],
        procedure=Procedure(row["procedure"]) if row["procedure"] else None,
        purpose=Purpose(row["purpose"]) if row["purpose"] else None,
        difficulty=Difficulty(row["difficulty"]) if row["difficulty"] else None,
        colour=Colour(row["colour"]) if row["colour"] else None,
        channel=Channel(row["channel"]),
        received_at=row["received_at"],
        registered_at=row["registered_at"],
        backlog=row["backlog"],
        urgent=row["urgent"],
        sealed_for=row["sealed_for"] or "",
        about_units=registration.draft.about_units,
        regulation=row["regulation"],
        reachable=row["reachable"],
        headcount=row["headcount"],
        litigation_related=row["litigation_related"],
    )
